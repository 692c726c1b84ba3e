import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.transfers import formulas

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\t=1", "\rx", "  =1", "\u3000=1", "\ufeff=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_that_a_spreadsheet_would_run_is_escaped_on_the_way_out(text):
    assert formulas.escape(text) == f"'{text}"


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_that_a_spreadsheet_would_run_is_recognised_on_the_way_in(text):
    assert formulas.is_formula(text)


@pytest.mark.parametrize("text", ["", "a=b", "O'Brien", "'quoted'", "5 + 5", "見本"])
def test_harmless_text_stays_as_it_is(text):
    assert formulas.escape(text) == text
    assert not formulas.is_formula(text)


@pytest.mark.parametrize(
    "text", ["-14d, -3d, -24h", "+81-22-123-4567", "+3 business days", "-90d (long), -30d (short)"]
)
def test_signed_quantities_are_no_formulas(text):
    assert formulas.is_signed_quantity(text)


@pytest.mark.parametrize("text", ["-2+3+cmd|' /C calc'!A0", '+HYPERLINK("http://x")', '-1+HYPERLINK("http://x")', "=1"])
def test_nothing_that_calls_something_passes_as_a_signed_quantity(text):
    assert not formulas.is_signed_quantity(text)


@given(st.text(alphabet="'=+-@＝\t\r\n a1見", max_size=12))
def test_escaping_and_unescaping_are_opposites(text):
    escaped = formulas.escape(text)
    assert formulas.unescape(escaped) == text
    assert not formulas.is_formula(escaped)
