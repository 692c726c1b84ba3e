"""Named questions about applications, approvals, offers and stays."""

import datetime as dt

from django.db.models import Q

from portal.applications.querysets import BaseApplicationQuerySet
from portal.core.scoping import ScopedQuerySet


class ApplicationQuerySet(BaseApplicationQuerySet):
    def holding_place(self):
        """Selected applications whose offer is still to be made, waits for an answer or was accepted."""
        return self.filter(state="selected").exclude(
            pk__in=self.model._base_manager.filter(offers__state__in=("declined", "expired", "rescinded"))
            .exclude(offers__state__in=("prepared", "sent", "accepted"))
            .values("pk")
        )

    def undecided(self):
        """Those being decided, and the selected whose offer is to be made or waits for an answer."""
        unanswered = Q(offers__state__in=("prepared", "sent")) | Q(state="selected", offers=None)
        return self.filter(Q(pk__in=self.in_process().values("pk")) | unanswered)

    def for_list(self):
        return self.select_related(
            "applicant",
            "call",
            "call__programme",
            "home_organisation",
            "host_organisation",
            "host_person__organisation",
        )

    def for_reading(self):
        return self.select_related(
            "applicant__user", "call__programme__owner", "programme", "home_organisation", "host_organisation",
            "host_person__user", "host_person__organisation", "stay__host_organisation",
        )  # fmt: skip


class StayQuerySet(ScopedQuerySet):
    def running(self, today: dt.date):
        return self.filter(state__in=("arrived", "active", "suspended", "curtailed", "ending"), start_on__lte=today)

    def arriving(self, today: dt.date, within_days: int = 30):
        return self.filter(
            state__in=("planned", "pre_arrival"), start_on__range=(today, today + dt.timedelta(days=within_days))
        )

    def for_list(self):
        return self.select_related("person", "programme", "home_organisation", "host_organisation", "host_person")


class StayTaskQuerySet(ScopedQuerySet):
    def open(self):
        return self.filter(state="open")

    def late(self, today: dt.date):
        return self.open().filter(due_on__lt=today)
