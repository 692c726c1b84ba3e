"""The periodic sweep of the outbox, and what hints wake up."""

from celery import shared_task

from portal.outbox.delivery import deliver


@shared_task(soft_time_limit=80, time_limit=90)
def deliver_due() -> dict:
    return dict(deliver())
