"""What the portal counts beside a value that somebody else published: the same subject, days and part, or nothing."""

from decimal import Decimal

from portal.figures import Figure, Period, SubjectError, compute, find_subject
from portal.reports.models import KpiObservation


def counted_beside(row: KpiObservation, figure: Figure | None, user=None) -> Decimal | int | bool | None:
    """None where the source gives no days, or speaks of a subject that the figure is not counted for here.

    A source that names a part in the first word of its quality, such as “registered”, is set beside that part.
    """
    if figure is None or not figure.is_computed or not row.subject_code or not (row.from_date or row.to_date):
        return None
    try:
        subject = find_subject(row.subject_code, figure.subjects)
    except SubjectError:
        return None
    period = Period.on(row.to_date) if figure.basis.is_day and row.to_date else Period(row.from_date, row.to_date)
    result = compute(figure.code, subject=subject, period=period, user=user)
    named = row.quality.partition(",")[0].strip()
    return next((part.value for part in result.parts() if part.key == named), result.value) if named else result.value
