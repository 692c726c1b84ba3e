"""A director has the yearly report written, closes the page, comes back by the mail, and reads it in Japanese."""

import csv
import io

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser

DIRECTOR = "yui.kensho@example.org"
ALLIANCE = "シカゴ・東北量子アライアンス"
FELLOWS = "受入フェロー数"  # what the catalogue of figures calls X01


@pytest.fixture(scope="module")
def director(visitor) -> Visitor:
    return visitor(as_="startups", language="ja")


@pytest.fixture(scope="module")
def report(director) -> str:
    """The address of the report in the mail, after the page on which it was asked for has been closed."""
    director.go("/reports/")
    director.choose("About", ALLIANCE)
    director.page.locator("select[name=year]").select_option("2025")
    director.press("Write the report")
    director.sees(ALLIANCE)
    address = director.page.url
    director.go("/")
    subject = "The report %(period)s of %(subject_name)s is ready"
    while director.mail(DIRECTOR, subject).link != address:
        continue  # of another report
    return address


def test_the_overview_says_the_year_in_numbers_and_pictures(director):
    director.go("/overview/")
    director.sees(ALLIANCE)
    expect(director.page.locator(".figure-stat")).to_have_count(3)
    for picture in director.page.locator("figure").all():
        picture.locator("summary").click()
        expect(picture.locator("table")).to_be_visible()


def test_a_number_of_the_overview_opens_what_is_behind_it(director):
    director.go("/overview/")
    with director.page.expect_navigation():
        director.page.get_by_role("link", name=FELLOWS).click()
    director.look()
    director.sees(FELLOWS)


def test_the_report_is_read_in_japanese(director, report):
    director.go(report)
    director.sees(ALLIANCE)
    director.sees(FELLOWS)
    expect(director.page.locator("svg.drawn").first).to_be_visible()


def test_the_pdf_is_in_japanese(director, report):
    director.go(report)
    text = director.pdf("-ja.pdf")
    assert ALLIANCE in text and FELLOWS in text
    assert "Fellowshosted" in director.pdf("-en.pdf")


def test_the_table_holds_the_figures_of_the_page(director, report):
    director.go(report)
    shown = director.page.get_by_role("row").filter(has_text="X01").first.locator("td").first.inner_text()
    address = director.page.get_by_role("link", name=".csv").get_attribute("href")
    rows = csv.DictReader(io.StringIO(director.page.request.get(address).body().decode("utf-8-sig")))
    assert next(row for row in rows if row["code"] == "X01")["value"] == shown


def test_it_reads_well_on_a_phone(visitor, report):
    phone = visitor(as_="startups", language="ja", viewport=PHONE, dark=True)
    phone.go(report)
    phone.sees(FELLOWS)
    phone.go("/overview/")
    drawn = [picture for picture in phone.page.locator(".chart-narrow text").all() if picture.is_visible()]
    assert drawn
    for text in drawn:  # the newest year too: nothing has to be moved sideways
        box = text.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"], text.inner_text()
    phone.go("/impact/")


def test_a_demonstration_has_a_report_to_read(visitor):
    reader = visitor(as_="tohoku", language="ja")
    reader.go("/reports/")
    expect(reader.page.get_by_role("rowheader").get_by_role("link", name=ALLIANCE).first).to_be_visible()


def test_another_alliance_finds_nothing_there(visitor, portal, report):
    stranger = visitor(as_="uw")
    stranger.expect_missing(report.removeprefix(portal.address))
