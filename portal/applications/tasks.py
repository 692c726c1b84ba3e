"""What the clock does to applications of every kind."""

from celery import shared_task
from django.utils import timezone

from portal.applications.services import applications, seasons


@shared_task
def expire_overdue() -> dict:
    """End what nobody finished: drafts of closed calls and returned applications; write about cancelled calls."""
    now = timezone.now()
    return {
        "drafts": applications.lapse_drafts(now=now),
        "cancelled": applications.tell_of_cancelled_calls(),
        "returned": applications.expire_returned(today=now.date()),
    }


@shared_task
def complete_calls() -> dict:
    """Complete announced calls for which nobody waits any more."""
    return {"calls": seasons.complete_calls()}
