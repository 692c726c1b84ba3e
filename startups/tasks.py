"""What the clock does to startups: updates are asked for, overdue milestones noted as missed."""

from celery import shared_task
from django.utils import timezone

from startups.services import milestones, updates


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
