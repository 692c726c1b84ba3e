"""What the tests of the reports share: the catalogue of figures, stays of a fiscal year, finished runs."""

import datetime as dt

from portal.accounts.models import Person
from portal.reports.models import KpiDefinition, KpiTarget, ReportRun
from portal.reports.services import reports
from tests.factories import PersonFactory
from tests.factories.reference import rows

TODAY = dt.date(2026, 11, 21)
NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
YEAR = 2025  # the last Japanese fiscal year that is over on TODAY


def load_catalogue() -> None:
    """The definitions and targets of the data set."""
    names = ("code", "app", "name_en", "name_ja", "unit", "aggregation", "basis", "formula_en", "formula_ja", "source")
    KpiDefinition.objects.bulk_create(
        KpiDefinition(**{name: row[name] for name in names}) for row in rows("kpi_definitions")
    )
    entries = KpiDefinition.objects.in_bulk(field_name="code")
    KpiTarget.objects.bulk_create(
        KpiTarget(
            kpi=entries[row["kpi_code"]],
            target_value=row["target_value"],
            comparator=row["comparator"],
            by_date=row["by_date"] or None,
            text_en=row["text_en"],
            text_ja=row["text_ja"],
            scope=row["scope"],
            source=row["source"],
            subject=row["subject"],
            part=row["part"],
        )
        for row in rows("kpi_targets")
    )


def people(number: int) -> list[Person]:
    return [PersonFactory(family_name=f"Guest-{n}") for n in range(number)]


def stays_in(side, number: int, *, start: dt.date = dt.date(2025, 6, 1), state: str = "closed"):
    """That many different people, each with a stay of ten days."""
    return [
        side.stay(state, person=person, start_on=start, end_on=start + dt.timedelta(days=9))
        for person in people(number)
    ]


def requested(side, *, actor=None, year: int = YEAR) -> ReportRun:
    return reports.request_report(
        subject=side.alliance, calendar="japan", year=year, actor=actor or side.alliance_admin, today=TODAY
    )


def written(side, **fields) -> ReportRun:
    """A finished report of the alliance of a side."""
    run = requested(side, **fields)
    assert reports.write_waiting_reports(clock=lambda: NOON) == 1
    run.refresh_from_db()
    assert run.state == ReportRun.State.DONE, (run.state, run.step)
    return run
