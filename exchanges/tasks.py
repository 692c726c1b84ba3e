"""What the clock does to applications, offers and stays."""

from celery import shared_task
from django.utils import timezone

from exchanges.services import applications, offers, prechecks, seasons, stays


@shared_task
def expire_overdue() -> dict:
    """End what nobody answered: drafts of closed calls, returned applications, offers."""
    now = timezone.now()
    return {
        "drafts": applications.lapse_drafts(now=now),
        "cancelled": applications.tell_of_cancelled_calls(),
        "returned": applications.expire_returned(today=now.date()),
        "offers": offers.expire_overdue(now=now),
    }


@shared_task
def move_stays() -> dict:
    """Open exit phases, ask for reports and new screenings, and end what has nothing left to do."""
    today = timezone.localdate()
    return {
        "ending": stays.enter_exit(today=today),
        "reports": stays.ask_reports(today=today),
        "screenings": prechecks.expire_outdated(today=today),
        "calls": seasons.complete_calls(),
        "programmes": seasons.archive_programmes(),
    }
