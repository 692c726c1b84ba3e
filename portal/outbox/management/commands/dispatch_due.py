"""Send due mail once, for cron on machines without Celery: `*/5 * * * * manage.py dispatch_due`."""

from django.core.management.base import BaseCommand

from portal.outbox.delivery import deliver


class Command(BaseCommand):
    help = "Send the mails that are due, once."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, help="stop after about so many mails")

    def handle(self, *args, limit=None, **options):
        tally = deliver(limit=limit)
        self.stdout.write(", ".join(f"{state}: {count}" for state, count in sorted(tally.items())) or "nothing is due")
