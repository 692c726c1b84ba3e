"""Named questions about mail rows."""

import datetime as dt

from django.db import connections
from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils import timezone

from portal.core.scoping import ScopedQuerySet

IN_FLIGHT = ("claimed", "sending")
NEEDS_A_PERSON = ("failed", "uncertain")
# What a machine will still touch by itself; the next mail of the same turn waits for it.
UNFINISHED = ("queued", *IN_FLIGHT)


class OutboxQuerySet(ScopedQuerySet):
    def due(self, now: dt.datetime):
        """Mails whose time has come, longest waiting first; of those that leave in turn only the first of each."""
        ahead = self.model._base_manager.filter(order_key=OuterRef("order_key"), pk__lt=OuterRef("pk"))
        is_its_turn = Q(order_key="") | ~Exists(ahead.filter(state__in=UNFINISHED))
        return self.filter(is_its_turn, state="queued", next_try_at__lte=now).order_by("next_try_at", "pk")

    def abandoned(self, now: dt.datetime):
        """Mails whose sender died or hangs: nobody settled them within the lease."""
        return self.filter(state__in=IN_FLIGHT, lease_until__lte=now)

    def waiting_for_a_person(self):
        """Mails that no machine will touch again before somebody decides."""
        return self.filter(state__in=NEEDS_A_PERSON)

    def about(self, obj):
        """Mails written about a record."""
        return self.filter(about_label=obj._meta.label_lower, about_pk=str(obj.pk))

    def lag(self, now: dt.datetime) -> dt.timedelta:
        """How long the longest waiting due mail has been waiting; zero where none is due."""
        oldest = self.due(now).order_by().aggregate(oldest=Min(F("next_try_at")))["oldest"]
        return now - oldest if oldest else dt.timedelta(0)

    def clock(self) -> dt.datetime:
        """The instant by the database's clock: several machines send, and their clocks may differ.

        SQLite has no clock of its own, and there only one machine sends.
        """
        connection = connections[self.db]
        if connection.vendor != "postgresql":
            return timezone.now()
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0]


class MailboxQuerySet(ScopedQuerySet):
    def to(self, words: str):
        """Stored mails whose recipients contain these words; all where none are given."""
        return self.filter(recipients__icontains=words.strip()) if words.strip() else self
