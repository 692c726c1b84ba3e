"""What the clock does to startups and cohorts: updates are asked for, milestones missed, selections begun."""

from celery import shared_task
from django.utils import timezone

from startups.services import cohorts, milestones, updates


@shared_task
def keep_updates_coming() -> dict:
    """Ask about the quarter that is over, remind, and let go what was never answered."""
    now = timezone.now()
    return {
        "asked": updates.ask_everybody(now=now),
        "reminded": updates.remind(today=now.date()),
        "skipped": updates.skip_overdue(today=now.date()),
    }


@shared_task
def miss_milestones() -> dict:
    return {"missed": milestones.miss_overdue(today=timezone.localdate())}


@shared_task
def move_cohorts() -> dict:
    """Begin the selection when the call has closed, and the follow-up a year after the end."""
    return {
        "selecting": cohorts.begin_selections(),
        "follow_up": cohorts.begin_follow_ups(today=timezone.localdate()),
    }
