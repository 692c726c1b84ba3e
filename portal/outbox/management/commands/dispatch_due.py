"""Send due mail once, for cron on machines without Celery: `*/5 * * * * manage.py dispatch_due`."""

from django.core.management.base import BaseCommand

from portal.outbox.delivery import deliver
from portal.outbox.models import OutboxMessage


class Command(BaseCommand):
    help = "Send the mails that are due, once."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, help="stop after about so many mails")
        parser.add_argument("--dry-run", action="store_true", help="only list what would be sent now")

    def handle(self, *args, limit=None, dry_run=False, **options):
        if dry_run:
            for message in OutboxMessage.objects.due(OutboxMessage.objects.clock())[:limit]:
                self.stdout.write(f"{message.next_try_at:%Y-%m-%d %H:%M} {message.recipient_email} {message.subject}")
            return
        tally = deliver(limit=limit)
        self.stdout.write(", ".join(f"{state}: {count}" for state, count in sorted(tally.items())) or "nothing is due")
