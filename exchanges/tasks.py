"""What the clock does to offers and stays."""

from celery import shared_task
from django.utils import timezone

from exchanges.services import offers, prechecks, seasons, stays


@shared_task
def expire_overdue() -> dict:
    """Let offers lapse that nobody answered."""
    return {"offers": offers.expire_overdue(now=timezone.now())}


@shared_task
def move_stays() -> dict:
    """Open exit phases, ask for reports and new screenings, and end what has nothing left to do."""
    today = timezone.localdate()
    return {
        "ending": stays.enter_exit(today=today),
        "reports": stays.ask_reports(today=today),
        "screenings": prechecks.expire_outdated(today=today),
        "programmes": seasons.archive_programmes(),
    }
