import datetime as dt
from decimal import Decimal

import pytest

from portal.alliances.models import Organisation
from portal.core.dates import Precision
from portal.transfers import columns
from portal.transfers.columns import FuzzyDate
from portal.transfers.problems import CellError
from startups.models import LegalEntity
from workshops.models import Event

DAY, TIME, INSTANT = columns.DateWidget(), columns.TimeWidget(), columns.InstantWidget()


def test_dates_are_year_month_day():
    assert DAY.clean("2026-04-03") == dt.date(2026, 4, 3)


@pytest.mark.parametrize("cell", ["2026/4/3", "2026/04/03", "2026/4/03"])
def test_a_date_that_begins_with_the_year_may_have_slashes_as_japanese_excel_writes_it(cell):
    assert DAY.clean(cell) == dt.date(2026, 4, 3)


@pytest.mark.parametrize("cell", ["03/04/2026", "3/4/26", "03.04.2026"])
def test_a_date_with_two_readings_is_refused_with_a_hint(cell):
    with pytest.raises(CellError, match="two different days.*2026-04-03"):
        DAY.clean(cell)


@pytest.mark.parametrize("cell", ["2026/13/1", "2026/2/30", "2026/0/1"])
def test_a_day_with_slashes_that_the_calendar_does_not_have_is_refused(cell):
    with pytest.raises(CellError, match="no day of the calendar"):
        DAY.clean(cell)


@pytest.mark.parametrize("cell", ["2026-02-30", "2026-4-3", "20260403", "46115", "April 2026", "2026-04-03T00:00:00"])
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(CellError):
        DAY.clean(cell)


def test_an_instant_needs_its_offset():
    assert INSTANT.clean("2026-01-20T09:15:00+09:00") == dt.datetime(2026, 1, 20, 0, 15, tzinfo=dt.UTC)
    with pytest.raises(CellError, match="offset"):
        INSTANT.clean("2026-01-20T09:15:00")


def test_an_instant_goes_out_in_the_zone_it_was_meant_in():
    instant = dt.datetime(2027, 2, 8, 16, tzinfo=dt.UTC)
    assert INSTANT.render(instant, zone="America/Chicago") == "2027-02-08T10:00:00-06:00"


def test_times_of_day_may_have_seconds():
    assert TIME.render(TIME.clean("17:00")) == "17:00"
    assert TIME.render(TIME.clean("23:59:59")) == "23:59:59"
    with pytest.raises(CellError):
        TIME.clean("24:00")


def test_yes_and_no_and_nothing_else():
    widget = columns.YesNoWidget()
    assert (widget.clean("yes"), widget.clean("No")) == (True, False)
    with pytest.raises(CellError):
        widget.clean("1")


def test_numbers_may_be_negative():
    assert columns.IntegerWidget().clean("-180") == -180
    assert columns.DecimalWidget().clean("-1234.50") == Decimal("-1234.50")
    with pytest.raises(CellError):
        columns.IntegerWidget().clean("1,000")
    with pytest.raises(CellError):
        columns.DecimalWidget().clean("1.234,50")


def test_decimals_go_out_without_needless_zeros():
    assert columns.DecimalWidget().render(Decimal("780000.00")) == "780000"
    assert columns.DecimalWidget().render(Decimal("0.5000")) == "0.5"


def test_a_wrong_code_is_answered_with_the_right_ones():
    with pytest.raises(CellError, match="“uni” is not one of the codes of this column: university, company"):
        columns.ChoiceWidget(["university", "company"]).clean("uni")


@pytest.mark.parametrize(
    ("cell", "precision"), [("2023", Precision.YEAR), ("2023-06", Precision.MONTH), ("2023-06-15", Precision.DAY)]
)
def test_fuzzy_dates_keep_their_precision(cell, precision):
    class Row:
        since_on = None
        since_precision = ""

    column, row = FuzzyDate("since_on", precision="since_precision"), Row()
    column.assign(row, column.read(cell))
    assert row.since_precision == precision
    assert column.export(row) == cell


def test_text_is_composed_and_trimmed():
    assert columns.TextWidget().clean(" Cafe\u0301\r\nbar ") == "Café\nbar"


@pytest.mark.parametrize("cell", ["JP", "jp", "Japan", "japan", "日本"])
def test_a_country_is_written_by_its_code_or_by_its_name_in_either_language(cell):
    assert columns.CountryWidget().clean(cell) == "JP"


@pytest.mark.parametrize(
    ("cell", "code"), [("USA", "US"), ("米国", "US"), ("アメリカ合衆国", "US"), ("UK", "GB"), ("英国", "GB")]
)
def test_names_that_people_write_are_known(cell, code):
    assert columns.CountryWidget().clean(cell) == code


@pytest.mark.parametrize("cell", ["XX", "ZZ", "Atlantis", "J", "日"])
def test_what_is_no_country_is_refused_with_what_to_write(cell):
    with pytest.raises(CellError, match="such as JP"):
        columns.CountryWidget().clean(cell)


@pytest.mark.parametrize("model", [Organisation, Event, LegalEntity])
def test_every_column_of_a_country_knows_countries(model):
    assert isinstance(columns.widget_for(model._meta.get_field("country")), columns.CountryWidget)


def test_an_escaped_formula_is_text_again():
    assert columns.TextWidget().clean("'=1+1") == "=1+1"


def test_invisible_control_characters_are_refused():
    with pytest.raises(CellError, match="invisible"):
        columns.TextWidget().clean("a\x07b")
