"""Words of the data set that come in English alone are known, so that they can be read in Japanese."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from portal.figures import definition
from portal.reports import board, terms
from portal.reports.content import content_of
from portal.reports.forms.figures import FiguresForm
from portal.reports.models import KpiDefinition, KpiObservation, KpiValue
from portal.reports.naming import names_of
from tests.factories.events import an_event
from tests.factories.reference import rows
from tests.reports.samples import NOON, TODAY, load_catalogue, stays_in, written

TABLES = ("kpi_definitions", "kpi_observations", "kpi_targets")


def column(table: str, name: str) -> set[str]:
    return {row[name] for row in rows(table)} - {""}


def test_every_denominator_of_the_catalogue_is_known():
    assert {text.removesuffix(terms.IF_ZERO) for text in column("kpi_definitions", "denominator_en")} == set(
        terms.DENOMINATORS
    )


def test_every_quality_and_note_of_the_published_values_is_known():
    assert column("kpi_observations", "quality") == set(terms.QUALITIES)
    assert column("kpi_observations", "note_en") == set(terms.NOTES)


def test_every_published_value_says_of_which_time_it_is_and_says_it_once():
    """The source of QUPIP's 32 fellows gives no days: what it says of the time is the period and no quality."""
    for row in rows("kpi_observations"):
        days = {name: dt.date.fromisoformat(row[name]) if row[name] else None for name in ("from_date", "to_date")}
        value = KpiObservation(quality=row["quality"], **days)
        assert value.span_text, row
        if not any(days.values()):
            assert value.quality_text == "", row


def test_no_page_shows_the_short_name_of_a_paper():
    for table in TABLES:
        for source in column(table, "source"):
            assert "doc:" not in terms.source_in_words(source), source


def test_what_somebody_typed_stays_as_it_was_written():
    assert terms.source_in_words("https://example.org/a; Yearbook 2026") == "https://example.org/a; Yearbook 2026"
    assert terms.quality_in_words("estimated twice") == "estimated twice"
    assert terms.denominator_in_words("All of them") == "All of them"
    assert terms.note_in_words("") == ""


@pytest.fixture
def north(world):
    load_catalogue()
    return world.north


def observed(code: str, **fields) -> KpiObservation:
    return KpiObservation.objects.create(
        kpi=KpiDefinition.objects.get(code=code),
        **{"value": 32, "unit": "count", "period_kind": "event", "source": "doc:003", **fields},
    )


@pytest.mark.django_db
def test_the_place_where_a_count_began_is_no_achievement_for_the_public(north, client):
    observed("S01", value=2, period_kind="baseline", quality="named examples, not a census", source="doc:002")
    observed("X01", subject_code="north-programme")
    facts = client.get(reverse("reports:impact")).context["published"]
    assert [(fact.value, fact.source) for fact in facts] == [("32", "mid-term summary of QUP (2025)")]


@pytest.mark.django_db
def test_a_published_value_is_about_something_with_a_name_and_says_its_days(north):
    observed("X01", subject_code="north-programme", from_date=dt.date(2025, 4, 1), to_date=dt.date(2025, 4, 1))
    observed("X01", subject_code="nobody-knows", quality="approximate")
    kpi = KpiDefinition.objects.get(code="X01")
    unknown, known = board.published_values(kpi, definition("X01"), north.alliance_admin)
    assert (unknown.about, unknown.span, unknown.row.quality_text) == ("nobody-knows", "", "approximate")
    assert (known.about, known.span) == (north.programme.name_en, "1 April 2025")
    with translation.override("ja"):
        (__, known) = board.published_values(kpi, definition("X01"), north.alliance_admin)
        assert known.about == north.programme.name_ja


@pytest.mark.django_db
def test_beside_a_published_value_stands_what_was_counted_for_the_same_subject_days_and_part(north):
    """A value without days has nothing beside it: neither this year's number nor all years together."""
    event = an_event(
        north, "held", starts_on=dt.date(2025, 6, 1), ends_on=dt.date(2025, 6, 1), registered_count=12, attended_count=9
    )
    days = {"subject_code": event.code, "from_date": dt.date(2025, 6, 1), "to_date": dt.date(2025, 6, 1)}
    observed("W03", **days, value=1200, quality="registered, approximate")
    observed("W03", **days, value=1000, quality="attended, lower bound")
    stays_in(north, 3)
    two_years = "two years up to the mid-term summary (2025)"
    observed("X01", subject_code=north.programme.code, period_kind="two_years", quality=two_years)
    lines = {(line.value, line.counted, line.span, line.quality) for line in content_of(written(north), None).published}
    assert lines == {
        ("1,200", "12", "1 June 2025", "registered, approximate"),
        ("1,000", "9", "1 June 2025", "attended, at least"),
        ("32", "—", two_years, ""),
    }


@pytest.mark.django_db
def test_a_report_says_which_records_were_missing_and_where_there_was_no_case(north):
    run = written(north)
    content = content_of(run, None)
    councils = KpiDefinition.objects.get(code="C04").name
    assert any(text.startswith(f"{councils} (technology field") for text in content.missing)
    assert {line.code: line.basis for line in content.lines}["C01"].endswith("as of 31 March 2026")
    notes = {line.code: line.note for line in content.lines}
    assert notes["X02"] == gettext("No case in this period.")
    assert not any("Of 0" in note for note in notes.values())


@pytest.mark.django_db
def test_a_target_whose_figure_cannot_be_computed_is_neither_near_nor_far(north):
    form = FiguresForm({"subject": "alliance:north"}, user=north.alliance_admin, today=TODAY)
    lines = {line.kpi.code: line for line in board.lines("C", form.chosen, north.alliance_admin)}
    (goal,) = lines["C04"].goals
    assert (goal.words, goal.is_met, goal.percent) == ("—, target 1", False, None)


@pytest.mark.django_db
def test_a_series_without_a_name_is_called_by_its_kind_and_host(north):
    an_event(north, code="lecture-1", series_code="lectures", kind="outreach", state="reported", was_announced=True)
    names = names_of(["lectures", "nobody-knows"], None)
    host = north.host.label
    assert names == {"lectures": {"en": f"Outreach ({host})", "ja": names["lectures"]["ja"]}}


@pytest.mark.django_db
def test_a_verified_year_is_called_by_its_name_in_a_picture(north, client):
    for year, number in ((2024, 8), (2025, 9)):
        KpiValue.objects.create(
            kpi=KpiDefinition.objects.get(code="W01"), subject="alliance:north", alliance=north.alliance,
            period=f"{year}-04-01/{year + 1}-03-31", from_date=dt.date(year, 4, 1), to_date=dt.date(year + 1, 3, 31),
            value=number, unit="count", as_of=TODAY, frozen_by=north.alliance_admin, verified_by=north.kpi_auditor,
            verified_at=NOON,
        )  # fmt: skip
    (picture,) = client.get(reverse("reports:impact")).context["pictures"]
    assert [row.cells for row in picture.rows] == [("FY2024", "8"), ("FY2025", "9")]
