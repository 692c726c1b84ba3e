"""Named questions about applications, approvals, offers and stays."""

import datetime as dt

from portal.core.scoping import ScopedQuerySet

# Applications that are being decided: everything between submission and decision.
IN_PROCESS = (
    "submitted", "eligibility_check", "returned", "export_precheck", "expert_review", "host_and_home", "under_review",
    "shortlisted", "recommended", "waitlisted",
)  # fmt: skip


class ApplicationQuerySet(ScopedQuerySet):
    def of_person(self, user):
        return self.filter(applicant__user=user)

    def in_process(self):
        return self.filter(state__in=IN_PROCESS)

    def holding_place(self):
        """Selected applications whose offer is still to be made, waits for an answer or was accepted."""
        return self.filter(state="selected").exclude(
            pk__in=self.model._base_manager.filter(offers__state__in=("declined", "expired", "rescinded"))
            .exclude(offers__state__in=("prepared", "sent", "accepted"))
            .values("pk")
        )

    def for_list(self):
        return self.select_related(
            "applicant", "call", "call__programme", "home_organisation", "host_organisation", "host_person"
        )


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
