"""Who freezes and who verifies the value of a figure."""

from portal.accounts.roles import Role
from portal.figures import Subject
from portal.reports.models import AUDITORS

VERIFIERS = frozenset({Role.KPI_AUDITOR})


def freezes(user, subject: Subject | None) -> bool:
    """The statistics office and the administration of what the figure is about."""
    return subject is not None and subject.belongs_to(user, AUDITORS)


def audits_value(user, value) -> bool:
    """The statistics office of the subject, for a value that nobody has verified yet."""
    about = None if value.is_verified else value.about
    return about is not None and about.belongs_to(user, VERIFIERS)
