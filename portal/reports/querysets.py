"""Named questions about frozen values of figures."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from portal.core.scoping import ScopedQuerySet


class KpiValueQuerySet(ScopedQuerySet):
    def verified(self):
        return self.filter(verified_at__isnull=False)

    def latest_editions(self):
        """Of each figure, subject and period only the newest edition among these rows."""
        newer = self.filter(
            kpi=OuterRef("kpi"), subject=OuterRef("subject"), period=OuterRef("period"), edition__gt=OuterRef("edition")
        )
        return self.filter(~Exists(newer))


class ReportRunQuerySet(ScopedQuerySet):
    def open(self):
        """Runs that are not over yet."""
        return self.filter(state__in=("queued", "running"))

    def claimable(self, now: dt.datetime):
        """Runs that wait for a worker, and those whose worker has not been heard of within its lease; oldest first."""
        return self.filter(Q(state="queued") | Q(state="running", lease_until__lte=now)).order_by("created_at", "pk")

    def for_list(self):
        return self.select_related("alliance", "programme", "requested_by").defer("snapshot")
