"""What the clock does to events and registrations."""

from celery import shared_task
from django.utils import timezone

from workshops.services import attendance, clashes, meetings
from workshops.services import event as events
from workshops.services.registration import ending, forgetting, waiting


@shared_task
def move_queues() -> dict:
    """End offers that nobody answered, offer what is free, tell people of cancelled events."""
    now = timezone.now()
    return {
        "ended": ending.end_with_events(now=now),
        "lapsed": waiting.lapse_overdue(now=now),
        "offered": waiting.offer_everywhere(now=now),
    }


@shared_task
def settle_registrations() -> dict:
    """Say who attended, and forget what is not needed any more."""
    now, today = timezone.now(), timezone.localdate()
    return {
        "settled": attendance.settle(now=now),
        "needs": forgetting.purge_needs(today=today),
        "citizenships": forgetting.purge_citizenships(today=today),
        "people": forgetting.forget_people(today=today),
    }


@shared_task
def move_events() -> dict:
    """Open and close registration by the clock, and send old events to the archive."""
    now = timezone.now()
    return {
        "opened": events.open_due_registrations(now=now),
        "closed": events.close_due_registrations(now=now),
        "archived": events.archive_due_events(now=now),
    }


@shared_task
def move_meetings() -> dict:
    """End requests that nobody answered, and call off what belonged to events that do not take place."""
    now = timezone.now()
    return {"lapsed": meetings.lapse_unanswered(now=now), "called_off": meetings.call_off_with_events(now=now)}


@shared_task
def check_programmes() -> dict:
    """Look for clashes that have come up since somebody looked; organisers read of them in the morning."""
    return {"told": clashes.sweep(now=timezone.now())}
