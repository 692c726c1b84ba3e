"""Journey 4: a coordinator brings in a table with three bad rows, mends it, and takes it out again."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

LIST = "/admin/alliances/facility/"
HEADER = (
    "code,org_code,name_en,name_ja,kind,site_en,country,opened_on,opened_precision,status,key_figures_en,"
    "key_figures_ja,access_mode,needs_safety_training,export_control_flag,website,source"
)
REST = "cryogenic,Sendai,JP,{},day,operating,,,mutual_access,yes,review,,invented"
GOOD = f"trial-cryostat,tohoku,Trial cryostat,試用クライオスタット,{REST.format('2026-04-01')}"
BAD = (
    f"trial-magnet,tohokku,Trial magnet,試用マグネット,{REST.format('2026-04-01')}",
    f"trial-laser,tohoku,Trial laser,試用レーザー,{REST.format('2026-02-30')}",
    f"trial-bench,tohoku,=1+1,試用ベンチ,{REST.format('2026-04-01')}",
)
MENDED = tuple(
    row.replace("tohokku", "tohoku").replace("2026-02-30", "2026-02-28").replace("=1+1", "Trial bench") for row in BAD
)
NAMES = ("試用クライオスタット", "試用マグネット", "試用レーザー", "試用ベンチ")


@pytest.fixture(scope="module")
def coordinator(visitor) -> Visitor:
    return visitor(as_="tohoku", language="ja")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("tables")


def table(folder: Path, *rows: str) -> Path:
    """The file as Japanese Excel saves it."""
    file = folder / "facilities.csv"
    file.write_text("\r\n".join((HEADER, *rows, "")), encoding="cp932")
    return file


def bring_in(coordinator: Visitor, file: Path) -> None:
    coordinator.go(LIST)
    coordinator.follow("Import")
    coordinator.attach("File", file)
    coordinator.press("Check the file")


def counts(coordinator: Visitor) -> dict[str, str]:
    """How many rows are new, changed, as they were, and refused."""
    boxes = coordinator.page.locator(".transfer-counts [data-kind]").all()
    return {box.get_attribute("data-kind"): box.get_attribute("data-number") for box in boxes}


def export(coordinator: Visitor, form: str) -> bytes:
    """What stands on the screen, taken out through the menu."""
    coordinator.page.locator(".transfer-menu summary").click()
    with coordinator.page.expect_download() as download:
        coordinator.page.locator(".transfer-menu").get_by_role("link", name=coordinator.words(form), exact=True).click()
    return Path(download.value.path()).read_bytes()


def test_every_bad_row_is_named_with_its_column_and_a_sentence(coordinator, folder):
    bring_in(coordinator, table(folder, GOOD, *BAD))
    coordinator.sees("Nothing was imported. Mend the rows below in your file and upload it again.")
    problems = coordinator.page.locator(".transfer-table tr[data-kind=refused]")
    expect(problems).to_have_count(3)
    expected = (
        ("3", "org_code", "Unknown %(kind)s “%(code)s”."),
        ("4", "opened_on", "“%(value)s” is no day of the calendar."),
        ("5", "name_en", "The cell begins like a formula. Put an apostrophe (') in front if it is meant as text."),
    )
    for problem, (row, column, sentence) in zip(problems.all(), expected, strict=True):
        cells = problem.locator("td")
        expect(cells.nth(0)).to_have_text(row)
        expect(cells.nth(1)).to_have_text(column)
        expect(cells.nth(2)).to_have_text(coordinator.words(sentence))


def test_nothing_of_the_file_was_written(coordinator):
    coordinator.go(LIST)
    for name in NAMES:
        coordinator.misses(name)


def test_the_mended_file_is_shown_first_and_then_imported(coordinator, folder):
    bring_in(coordinator, table(folder, GOOD, *MENDED))
    coordinator.sees("Nothing has been imported yet. Look at what would happen, then confirm.")
    assert counts(coordinator)["created"] == "4"
    coordinator.press("Import now")
    coordinator.sees("Imported.")
    coordinator.follow("To the list")
    for name in NAMES:
        coordinator.sees(name)


def test_what_is_on_the_screen_goes_out_and_nothing_else(coordinator):
    coordinator.go(f"{LIST}?q=trial-")
    expect(coordinator.page.locator("#result_list tbody tr")).to_have_count(4)
    rows = list(csv.DictReader(io.StringIO(export(coordinator, "CSV for Excel (UTF-8 with mark)").decode("utf-8-sig"))))
    assert {row["name_ja"] for row in rows} == set(NAMES)
    assert {row["opened_on"] for row in rows} == {"2026-04-01", "2026-02-28"}


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("CSV for Excel (UTF-8 with mark)", "facilities.csv"),
        ("CSV (CP932, Japanese Windows)", "facilities.csv"),
        ("Excel (.xlsx)", "facilities.xlsx"),
    ],
)
def test_the_export_comes_in_again_and_changes_nothing(coordinator, folder, form, name):
    coordinator.go(f"{LIST}?q=trial-")
    exported = folder / name
    exported.write_bytes(export(coordinator, form))
    bring_in(coordinator, exported)
    assert counts(coordinator) == {"created": "0", "changed": "0", "unchanged": "4", "refused": "0"}
