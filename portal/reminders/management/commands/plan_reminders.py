"""Plan reminders once, for cron on machines without Celery."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.reminders.planning import plan


class Command(BaseCommand):
    help = "Queue the reminders that are due within a day, and strike those that no longer hold."

    def handle(self, *args, **options):
        tally = plan(now=timezone.now())
        self.stdout.write(", ".join(f"{what}: {count}" for what, count in sorted(tally.items())) or "no rule runs")
