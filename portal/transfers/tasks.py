"""What the transfers do by themselves."""

from celery import shared_task
from django.utils import timezone

from portal.transfers import services


@shared_task
def expire_imports() -> int:
    return services.expire_imports(now=timezone.now())
