"""What the calendar does to agreements."""

from celery import shared_task
from django.utils import timezone

from portal.alliances import services


@shared_task
def move_agreements() -> dict:
    """Put agreements into force, mark those near their end, expire those past it."""
    return {"moved": services.move_agreements(today=timezone.localdate())}
