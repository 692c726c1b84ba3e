"""Reports: asked for once, frozen, written by one worker, taken up again after a crash, mailed as a link."""

import csv
import datetime as dt
import io
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from portal.core.models import AuditEntry
from portal.core.workflow import StepError
from portal.documents.models import StoredFile
from portal.outbox.models import OutboxMessage
from portal.reports.content import content_of
from portal.reports.models import ReportRun
from portal.reports.services import reports
from portal.reports.tasks import schedule_reports
from portal.reports.writing import stem_of
from tests import ground
from tests.factories import build_world
from tests.factories.startups import CohortFactory, FundingRoundFactory, StartupFactory
from tests.racing import at_once, needs_row_locks
from tests.reports.samples import NOON, TODAY, YEAR, load_catalogue, requested, stays_in, written

pytestmark = pytest.mark.django_db


def clock():
    return NOON


@pytest.fixture
def north(world):
    load_catalogue()
    return world.north


@ground.layer("yearly_report")
def report_below(below: dict) -> ReportRun:
    load_catalogue()
    stays_in(below["world"].north, 6)
    return written(below["world"].north)


@pytest.fixture
def yearly_report(world, laid) -> ReportRun:
    """A finished report of the northern alliance with six guests, whose files several tests read."""
    return laid["yearly_report"]


def file_of(run, kind: str) -> bytes:
    return StoredFile.objects.about(run).get(kind=kind).file.read()


def figure(run, code: str) -> dict:
    return next(entry for entry in run.snapshot["figures"] if entry["code"] == code)


# -- asking -----------------------------------------------------------------------------------------------------------
def test_directors_ask_for_reports_of_what_they_direct_and_nobody_else(north, world):
    for user in (north.alliance_admin, north.kpi_auditor, north.manager):
        assert requested(north, actor=user).state == ReportRun.State.QUEUED
    for user in (north.signatory, north.fellow, north.host_researcher, world.south.alliance_admin):
        with pytest.raises(PermissionDenied):
            requested(north, actor=user)


def test_who_asks_again_gets_the_run_under_way(north):
    assert requested(north) == requested(north, actor=north.kpi_auditor)
    assert ReportRun.objects.count() == 1
    assert AuditEntry.objects.filter(verb="reports.request").count() == 1


def test_a_year_that_has_not_begun_is_refused_in_a_sentence(north):
    with pytest.raises(ValidationError, match="has begun"):
        requested(north, year=2027)


def test_the_database_itself_allows_one_open_run_for_a_period(north):
    run = requested(north)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportRun.objects.create(kind="alliance", alliance=run.alliance, calendar="japan", year=run.year, edition=2)


# -- writing ----------------------------------------------------------------------------------------------------------
def test_a_report_ends_with_four_files_a_mail_and_frozen_figures(north):
    stays_in(north, 6)
    stays_in(north, 2, start=dt.date(2024, 6, 1))
    run = written(north)
    assert (figure(run, "X01")["value"], figure(run, "X01")["before"]) == ("6", "2")
    kinds = set(StoredFile.objects.about(run).values_list("kind", flat=True))
    assert kinds == {"report-pdf-en", "report-pdf-ja", "report-xlsx", "report-csv"}
    assert (run.progress, run.step, run.as_of, run.edition) == (100, "finished", TODAY, 1)
    (mail,) = OutboxMessage.objects.filter(kind="yearly_report_ready")
    assert mail.recipient_email == north.alliance_admin.email
    assert f"/reports/{run.public_id}/" in mail.body_text and "pdf" not in mail.body_text.split("http")[1]


def test_the_day_of_the_figures_goes_by_the_clock_of_the_fiscal_calendar(north):
    """Half past midnight in Tokyo, and still the day before where the machine counts in UTC."""
    run = requested(north)
    assert reports.write_waiting_reports(clock=lambda: dt.datetime(2026, 11, 21, 15, 30, tzinfo=dt.UTC))
    run.refresh_from_db()
    assert run.as_of == dt.date(2026, 11, 22)


def test_files_of_the_same_year_in_two_calendars_have_two_names(north):
    run = requested(north)
    japan = stem_of(run)
    run.calendar = "us_university"
    assert (japan, stem_of(run)) == ("report-north-2025-1", "report-north-us_university-2025-1")


def test_frozen_figures_do_not_move_when_the_records_do(north):
    stays_in(north, 3)
    run = written(north)
    stays_in(north, 4)
    run.refresh_from_db()
    assert figure(run, "X01")["value"] == "3"


def test_a_second_edition_says_what_has_changed(north):
    stays_in(north, 3)
    first = written(north)
    stays_in(north, 4)
    second = written(north)
    assert second.edition == 2 and reports.edition_before(second) == first
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file_of(second, "report-pdf-en"))).pages)
    assert "What has changed since the edition before" in text


def test_the_same_records_have_the_same_hash_and_others_another(north):
    stays_in(north, 2)
    first, second = figure(written(north), "X04"), figure(written(north), "X04")
    stays_in(north, 1)
    third = figure(written(north), "X04")
    assert first["hash"] == second["hash"] != third["hash"]


@pytest.mark.parametrize(("language", "words"), [("en", "North Alliance"), ("ja", "北の連携")])
def test_the_pdf_speaks_its_language(yearly_report, language, words):
    reader = PdfReader(io.BytesIO(file_of(yearly_report, f"report-pdf-{language}")))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert words in text
    assert ("Fellows hosted" if language == "en" else "受入フェロー数") in text
    assert reader.trailer["/Root"]["/Lang"].startswith(language)


def test_workbook_and_csv_hold_every_figure(yearly_report):
    lines = list(csv.DictReader(io.StringIO(file_of(yearly_report, "report-csv").decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(file_of(yearly_report, "report-xlsx")))["data"]
    cells = list(sheet.iter_rows(values_only=True))
    assert [line["code"] for line in lines] == [row[0] for row in cells[1:]]
    x01 = next(line for line in lines if line["code"] == "X01")
    assert (x01["value"], x01["name_ja"], x01["as_of"]) == ("6", "受入フェロー数", "2026-11-21")
    x01_cells = dict(zip(cells[0], next(row for row in cells if row[0] == "X01"), strict=True))
    assert (x01_cells["value"], x01_cells["as_of"].date()) == (6, dt.date(2026, 11, 21))
    w02 = next(row for row in cells if row[0] == "W02")
    assert w02[cells[0].index("value")] is False  # yes and no, and not a word of the programming language
    assert next(line for line in lines if line["code"] == "S05")["unit"] == "JPY"


def test_a_report_tells_no_sum_of_money_of_few_startups(north, world):
    startup = StartupFactory(cohort=CohortFactory(programme=world.north.programme))
    FundingRoundFactory(
        startup=startup, closed_on=dt.date(YEAR, 6, 1), rate_to_jpy=150, rate_to_usd=1, verified_on=dt.date(YEAR, 7, 1)
    )
    run = written(north)
    money = next(line for chapter in content_of(run, None).chapters for line in chapter.lines if line.code == "S05")
    assert (money.raw, money.value, money.records) == (None, "—", 1) and "not told" in money.note
    assert b"150000000" not in file_of(run, "report-csv")


@pytest.mark.parametrize(
    ("sheet", "words"), [("English", ("Fellows hosted", "FY2025")), ("日本語", ("受入フェロー数", "2025年度"))]
)
def test_the_workbook_has_a_sheet_to_read_in_each_language(world, yearly_report, sheet, words):
    found = load_workbook(io.BytesIO(file_of(yearly_report, "report-xlsx")))[sheet]
    head = int(found.print_title_rows.split("$")[-1])
    rows = {row[0].value: row for row in found.iter_rows(min_row=head)}
    assert found.cell(head, 3).value == words[1] and found.freeze_panes == f"C{head + 1}"
    value, share, empty = (rows[code][2] for code in ("X01", "X02", "X13"))
    assert rows["X01"][1].value == words[0]
    assert (value.value, value.number_format) == (6, "#,##0")
    assert (share.value, share.number_format) == (100, '#,##0"%"')  # a share stays a number of per cent
    money = rows["S05"][2].number_format
    assert money == ('#,##0"円"' if sheet == "日本語" else '"JPY" #,##0')
    written_out = [cell.number_format for row in found.iter_rows() for cell in row if cell.data_type == "n"]
    assert not any(format_.endswith("#") for format_ in written_out)  # Excel writes “18.” with these
    assert empty.value == "—"
    assert all(found.column_dimensions[letter].width >= 8 for letter in "ABCDEFGHI")
    alliance = world.north.alliance
    assert found["A1"].value == (alliance.name_ja if sheet == "日本語" else alliance.name_en)


def test_no_name_becomes_a_formula_in_the_workbook(north):
    north.alliance.name_en = "=1+1"
    north.alliance.save()
    cell = load_workbook(io.BytesIO(file_of(written(north), "report-xlsx")))["English"]["A1"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_fiscal_year_is_said_once(north):
    run = written(north)
    for language, words in (("en", "Fiscal year 2025"), ("ja", "2025年度")):
        with translation.override(language):
            assert content_of(run, None).period == words


def test_people_of_the_other_alliance_are_not_counted(north, world):
    stays_in(world.south, 7)
    stays_in(north, 2)
    assert figure(written(north), "X01")["value"] == "2"


def test_progress_only_grows_and_survives_whoever_watches(north):
    seen = []
    run = requested(north)

    def watching():
        seen.append(ReportRun.objects.get(pk=run.pk).progress)
        return NOON

    reports.write_waiting_reports(clock=watching)
    assert seen == sorted(seen) and len(set(seen)) > 5


def test_a_programme_has_a_report_of_its_own(north, world):
    stays_in(north, 6)
    stays_in(world.south, 7)
    asked = {"subject": north.programme, "calendar": "japan", "year": YEAR, "today": TODAY}
    with pytest.raises(PermissionDenied):
        reports.request_report(**asked, actor=world.south.manager)
    run = reports.request_report(**asked, actor=north.manager)
    reports.write_waiting_reports(clock=clock)
    run.refresh_from_db()
    assert (run.state, run.kind, figure(run, "X01")["value"]) == (ReportRun.State.DONE, "programme", "6")
    text = PdfReader(io.BytesIO(file_of(run, "report-pdf-en"))).pages[0].extract_text()
    assert "Programme report" in text and "North programme" in text


# -- stopping, failing, coming back -----------------------------------------------------------------------------------
def test_a_report_that_is_stopped_while_it_is_written_leaves_nothing(north):
    run = requested(north)

    def stopping():
        row = ReportRun.objects.get(pk=run.pk)
        if row.progress > 10 and row.is_open:
            reports.cancel_report(run=row, actor=north.kpi_auditor)
        return NOON

    reports.write_waiting_reports(clock=stopping)
    run.refresh_from_db()
    assert run.state == ReportRun.State.CANCELLED and run.snapshot is None
    assert not StoredFile.objects.about(run).exists() and not OutboxMessage.objects.exists()


def test_only_those_who_could_ask_stop_a_report(north, world):
    run = requested(north)
    for user in (north.signatory, north.fellow, world.south.alliance_admin):
        with pytest.raises(PermissionDenied):
            reports.cancel_report(run=run, actor=user)
    reports.cancel_report(run=run, actor=north.manager)
    with pytest.raises(StepError):
        reports.cancel_report(run=run, actor=north.manager)


def test_a_worker_that_died_is_followed_by_another_which_goes_on(north):
    stays_in(north, 2)
    run = requested(north)
    dead = reports.claim(now=NOON)
    reports._freeze(dead, clock)
    assert reports.write_waiting_reports(clock=clock) == 0  # the lease still holds
    stays_in(north, 3)
    later = NOON + reports.LEASE
    assert reports.write_waiting_reports(clock=lambda: later) == 1
    run.refresh_from_db()
    assert run.state == ReportRun.State.DONE and figure(run, "X01")["value"] == "2"  # as it was frozen


def test_the_worker_that_comes_back_from_the_dead_writes_nothing(north):
    requested(north)
    dead = reports.claim(now=NOON)
    reports.claim(now=NOON + reports.LEASE)
    with pytest.raises(reports.Superseded):
        reports.write(dead, clock=clock)
    assert not StoredFile.objects.exists()


def test_after_three_deaths_a_report_is_given_up_with_a_mail(north):
    run = requested(north)
    for number in range(reports.MAX_ATTEMPTS):
        reports.claim(now=NOON + number * reports.LEASE)
    reports.write_waiting_reports(clock=lambda: NOON + 10 * reports.LEASE)
    run.refresh_from_db()
    assert run.state == ReportRun.State.FAILED and run.failure
    assert OutboxMessage.objects.get().kind == "yearly_report_failed"


# -- the schedule -----------------------------------------------------------------------------------------------------
def test_the_schedule_asks_once_for_each_period_and_writes_to_the_directors(north, world):
    reports.request_yearly_reports(today=TODAY)
    assert reports.request_yearly_reports(today=TODAY) == 0
    runs = {(run.alliance.code, run.calendar, run.year) for run in ReportRun.objects.all()}
    assert runs == {("north", "japan", YEAR), ("south", "us_university", 2026)}
    reports.write_waiting_reports(clock=clock)
    readers = set(OutboxMessage.objects.values_list("recipient_email", flat=True))
    assert {north.signatory.email, north.kpi_auditor.email, north.alliance_admin.email} <= readers
    assert north.fellow.email not in readers


def test_the_schedule_waits_until_the_offices_have_handed_in_their_records(north):
    assert reports.request_yearly_reports(today=dt.date(2026, 4, 29)) == 1  # the American year of the south
    assert reports.request_yearly_reports(today=dt.date(2026, 4, 30)) == 1


def test_the_sweep_is_a_task_without_arguments(north):
    assert schedule_reports() == 2 and schedule_reports() == 0


# -- races ------------------------------------------------------------------------------------------------------------
@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_two_workers_would_take_one_report():
    side = build_world().north
    requested(side)
    both_have_read = threading.Barrier(2)

    def read_without_lock():
        run = ReportRun.objects.claimable(NOON).first()
        both_have_read.wait(timeout=10)
        return run.pk

    first, second = at_once(read_without_lock, read_without_lock)
    assert first == second


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_two_workers_and_one_report():
    side = build_world().north
    requested(side)
    results = at_once(lambda: reports.claim(now=NOON), lambda: reports.claim(now=NOON))
    assert sorted(result is None for result in results) == [False, True]
    assert ReportRun.objects.get().attempts == 1


@needs_row_locks
@pytest.mark.django_db(transaction=True)
def test_two_people_who_ask_at_once_get_one_report():
    side = build_world().north
    results = at_once(lambda: requested(side), lambda: requested(side, actor=side.kpi_auditor))
    assert results[0] == results[1] and ReportRun.objects.count() == 1
