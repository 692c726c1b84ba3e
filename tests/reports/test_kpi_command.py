"""`manage.py kpi`: one figure for people and machines, and a sentence for every wrong question."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.core.dates import fiscal_bounds
from portal.figures import codes, definition
from portal.operations.dataset import FOLDER
from portal.reports.models import KpiDefinition
from portal.transfers.services import import_files
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture(autouse=True)
def definitions(db):
    import_files([FOLDER / "kpi_definitions.csv"])


def kpi(*arguments: str) -> str:
    out = io.StringIO()
    call_command("kpi", *arguments, stdout=out)
    return out.getvalue()


def answer(*arguments: str) -> dict:
    return json.loads(kpi(*arguments, "--json"))


@pytest.fixture
def two_stays(world):
    rows = [
        world.north.stay("closed", person=PersonFactory(), start_on=first, end_on=last)
        for first, last in ((D(2025, 6, 1), D(2025, 6, 10)), (D(2026, 3, 31), D(2026, 4, 1)))
    ]
    return [row.code for row in rows]


def test_the_catalogue_and_the_registry_are_the_same_52_figures():
    rows = {row.code: row for row in KpiDefinition.objects.all()}
    assert len(rows) == 52
    assert set(codes()) == set(rows)
    for code, row in rows.items():
        assert (definition(code).unit, definition(code).basis) == (row.unit, row.basis), code


def test_value_unit_denominator_and_records(world, two_stays):
    found = answer("X02", "--subject", "north", "--from", "2025-04-01", "--to", "2026-03-31")
    assert (found["value"], found["unit"], found["numerator"], found["denominator"]) == (100, "percent", 2, 2)
    assert len(found["ids"]) == len(found["denominator_ids"]) == 2
    days = answer("x04", "--subject", "alliance:north", "--from", "2025-04-01", "--to", "2026-03-31")
    assert (days["value"], days["unit"], days["ids"], days["denominator"]) == (11, "days", two_stays, None)


def test_a_fiscal_year_of_a_calendar(two_stays):
    for calendar, expected in (("japan", 11), ("us_university", 10), ("us_government", 2)):
        year = 2025 if calendar != "us_government" else 2026
        found = answer("X04", "--fiscal-year", str(year), "--calendar", calendar)
        first, last = fiscal_bounds(year, calendar)
        assert (found["value"], found["from"], found["to"]) == (expected, first.isoformat(), last.isoformat())


def test_as_of_is_everything_up_to_the_day(two_stays):
    assert answer("X01", "--as-of", "2026-03-30")["value"] == 1
    assert answer("X01", "--as-of", "2026-03-31")["value"] == 2


def test_a_sum_of_money_says_its_currency(two_stays):
    assert (answer("S05")["currency"], answer("X01")["currency"]) == ("JPY", None)


def test_nothing_is_known_as_of_a_day_to_come(two_stays):
    assert answer("X01", "--to", "2199-12-31")["as_of"] == timezone.localdate().isoformat()


def test_a_period_is_counted_as_far_as_it_was_known_on_a_day(two_stays):
    asked = ("X01", "--from", "2025-04-01", "--to", "2026-12-31")
    known = answer(*asked, "--as-of", "2026-03-30")
    assert (known["value"], known["to"], known["as_of"]) == (1, "2026-03-30", "2026-03-30")
    assert answer(*asked, "--as-of", "2027-06-01")["value"] == answer(*asked)["value"] == 2
    assert answer("X01", "--fiscal-year", "2025", "--as-of", "2026-03-30")["value"] == 1


def test_an_empty_denominator_is_null_and_a_dash(world):
    assert answer("X02", "--subject", "north")["value"] is None
    assert "—" in kpi("X02", "--subject", "north")


def test_a_figure_without_records_says_which_are_missing():
    found = answer("C06")
    assert (found["value"], found["missing"]) == (None, "bookings of facilities")
    assert "keeps no records of: bookings of facilities" in kpi("C06")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Z99",), "no figure “Z99”"),
        (("X01", "--subject", "nobody"), "no alliance / programme"),
        (("X01", "--subject", "planet:mars"), "no kind of subject"),
        (("X01", "--from", "2026-02-30"), "no date"),
        (("X01", "--from", "2026-02-02", "--to", "2026-02-01"), "ends before it begins"),
        (("X01", "--fiscal-year", "2026", "--from", "2026-02-01"), "not both"),
        (("X01", "--fiscal-year", "99999"), "give a year such as 2026"),
    ],
)
def test_a_wrong_question_gets_a_sentence_and_a_status(world, arguments, sentence):
    with pytest.raises(CommandError, match=sentence) as refused:
        kpi(*arguments)
    assert refused.value.returncode == 2


def test_demonstration_rows_are_counted_when_asked_for(world, settings):
    settings.PORTAL_DEMO = False
    world.north.stay("closed", start_on=D(2025, 6, 1), end_on=D(2025, 6, 10), source="invented")
    assert answer("X04")["value"] == 0
    found = answer("X04", "--with-demo")
    assert (found["value"], found["contains_demonstration_data"]) == (10, True)
