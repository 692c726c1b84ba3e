"""The periodic sweep that turns rules into planned mails."""

from celery import shared_task
from django.utils import timezone

from portal.reminders.planning import plan


@shared_task(soft_time_limit=540, time_limit=600)
def plan_reminders() -> dict:
    return dict(plan(now=timezone.now()))
