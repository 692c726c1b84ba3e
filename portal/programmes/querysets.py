"""Named questions about calls."""

import datetime as dt

from django.db.models import Q

from portal.core.scoping import ScopedQuerySet


def _taking(now: dt.datetime) -> Q:
    return Q(state="open") & (Q(closes_at=None) | Q(closes_at__gt=now))


def _coming(now: dt.datetime) -> Q:
    return Q(state="approved", opens_at__gt=now)


class CallQuerySet(ScopedQuerySet):
    def announced(self):
        """Calls the public may read: approved (coming), open, paused, and closed ones with their result."""
        return self.exclude(state__in=("draft", "cancelled"))

    def taking_applications(self, now: dt.datetime):
        """Open calls whose closing instant has not passed, or that have none."""
        return self.filter(_taking(now))

    def open_or_coming(self, now: dt.datetime):
        return self.filter(_taking(now) | _coming(now))

    def neither_open_nor_coming(self, now: dt.datetime):
        return self.exclude(_taking(now)).exclude(_coming(now))

    def due_to_open(self, now: dt.datetime):
        return self.filter(state="approved", opens_at__lte=now)

    def due_to_close(self, now: dt.datetime):
        return self.filter(state="open", closes_at__lte=now)
