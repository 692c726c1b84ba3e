"""Named questions about applications of any kind."""

from portal.core.scoping import ScopedQuerySet

# Applications that are being decided: everything between submission and decision. Kinds do not use every state.
IN_PROCESS = (
    "submitted", "eligibility_check", "returned", "export_precheck", "expert_review", "host_and_home", "under_review",
    "shortlisted", "recommended", "waitlisted",
)  # fmt: skip


class BaseApplicationQuerySet(ScopedQuerySet):
    """What the engine asks about applications; each kind says what its lists join and what else holds a place."""

    def in_process(self):
        return self.filter(state__in=IN_PROCESS)

    def holding_place(self):
        """Applications that hold one of the places of their call."""
        return self.filter(state="selected")

    def undecided(self):
        """Applications for which the call cannot be complete yet."""
        return self.in_process()

    def for_list(self):
        return self.select_related("applicant", "call", "call__programme")

    def for_reading(self):
        """With everything that the pages of one application show."""
        return self.select_related("applicant", "call__programme__owner", "programme")
