"""What the clock does to calls."""

from celery import shared_task
from django.utils import timezone

from portal.programmes import services


@shared_task
def move_calls() -> dict:
    """Open and close the calls that are due."""
    now = timezone.now()
    return {"opened": services.open_due_calls(now=now), "closed": services.close_due_calls(now=now)}
