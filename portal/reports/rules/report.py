"""Who asks for the reports of an alliance or a programme, and who stops one."""

from django.db.models import Model

from portal.alliances.models import Alliance
from portal.figures import Subject
from portal.reports.models import REPORTERS, ReportRun


def subject_of(record: Model) -> Subject:
    """The alliance or programme as figures know it."""
    return Subject.of("alliance" if isinstance(record, Alliance) else "programme", record)


def requests_reports(user, record: Model) -> bool:
    return subject_of(record).belongs_to(user, REPORTERS)


def stops_report(user, run: ReportRun) -> bool:
    """Whoever asked for it, and whoever could have."""
    return run.requested_by_id == user.pk or requests_reports(user, run.subject)
