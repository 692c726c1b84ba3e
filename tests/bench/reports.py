"""The yearly report from request to files, and the director's pages, over a long history of stays."""

import datetime as dt
import time
import tracemalloc

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exchanges.models import Stay
from portal.accounts.models import Person
from portal.alliances.models import Alliance, Organisation
from portal.documents.models import StoredFile
from portal.programmes.models import Programme
from portal.reports.models import ReportRun
from portal.reports.services import reports
from tests.bench.measure import Row, limit_row, median, milliseconds, time_row
from tests.bench.pages import MAX_QUERIES, client_of

STAYS, PEOPLE, YEARS = 200_000, 50_000, 20
ROUNDS = 20
DIRECTOR, ALLIANCE = "yui.kensho@example.org", "ctqa"
REPORT_SECONDS, REPORT_MEGABYTES = 10, 100
DASHBOARD_TARGET, PUBLIC_TARGET, MAX_DASHBOARD_QUERIES = 25, 6, 15


def measure_reports() -> list[Row]:
    alliance = Alliance.objects.get(code=ALLIANCE)
    reports.write_waiting_reports()  # those that the demonstration asks for are not measured
    made = fill(alliance)
    try:
        return [*_report(alliance), *_pages(alliance)]
    finally:
        StoredFile.objects.filter(kind__startswith="report-").delete()
        ReportRun.objects.all().delete()
        Stay.objects.filter(code__startswith="bench-").delete()
        Person.objects.filter(pk__in=made).delete()
        cache.clear()


def fill(alliance: Alliance) -> list[int]:
    """Stays of twenty years in both directions; the same at every run."""
    programme = Programme.objects.filter(alliance=alliance).first()
    places = list(Organisation.objects.filter(code__in=("tohoku", "uchicago", "kek", "sapienza", "harvard")))
    today = timezone.localdate()
    people = Person.objects.bulk_create(
        [Person(code=f"bench-{n}", family_name=f"Bench {n}", source="invented") for n in range(PEOPLE)], batch_size=5000
    )
    stays = []
    for n in range(STAYS):
        start = today - dt.timedelta(days=(n * 7919) % (365 * YEARS))
        home, host = places[n % len(places)], places[(n // 3 + 1) % len(places)]
        stays.append(
            Stay(
                code=f"bench-{n}", person=people[n % PEOPLE], programme=programme, home_organisation=home,
                host_organisation=host, direction="inbound" if host.country == "JP" else "outbound", start_on=start,
                end_on=start + dt.timedelta(days=n % 90), state="closed" if n % 20 else "cancelled", source="invented",
                is_demo=True,
            )
        )  # fmt: skip
    Stay.objects.bulk_create(stays, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [person.pk for person in people]


def _report(alliance: Alliance) -> list[Row]:
    started = time.perf_counter()
    _write(alliance)
    taken = time.perf_counter() - started
    tracemalloc.start()  # apart from the clock: watching the memory takes longer than the report
    _write(alliance)
    peak = tracemalloc.get_traced_memory()[1] / 1_000_000
    tracemalloc.stop()
    return [
        limit_row(f"report: a year of {STAYS:,} stays, two PDFs, workbook, CSV", round(taken, 2), "s", REPORT_SECONDS),
        limit_row("report: memory at its peak", round(peak, 1), "MB", REPORT_MEGABYTES),
    ]


def _write(alliance: Alliance) -> None:
    """One edition of the report of last year, from the request to its files."""
    today = timezone.localdate()
    asked = {"subject": alliance, "calendar": reports.calendar_of(alliance), "year": today.year - 1}
    run = reports.request_report(**asked, actor=None, today=today)
    reports.write_waiting_reports()
    run.refresh_from_db()
    if run.state != ReportRun.State.DONE:
        raise RuntimeError(f"the report ended as {run.state} at {run.failure}")


def _pages(alliance: Alliance) -> list[Row]:
    floor_reader, reader, visitor = client_of("camille.exemple@example.org"), client_of(DIRECTOR), client_of(None)
    floor = median(milliseconds(lambda: floor_reader.get("/floor/signed-in/"), ROUNDS))
    public_floor = median(milliseconds(lambda: visitor.get("/floor/public/"), ROUNDS))
    run = ReportRun.objects.filter(alliance=alliance).first()
    pages = [
        ("director: overview", reverse("reports:overview"), reader, floor, DASHBOARD_TARGET, MAX_DASHBOARD_QUERIES),
        ("director: reports", reverse("reports:reports"), reader, floor, DASHBOARD_TARGET, MAX_DASHBOARD_QUERIES),
        (
            "director: a report", reverse("reports:report", args=[run.public_id]), reader, floor, DASHBOARD_TARGET,
            MAX_DASHBOARD_QUERIES,
        ),
        ("public: impact", reverse("reports:impact"), visitor, public_floor, PUBLIC_TARGET, MAX_QUERIES),
        (
            "public: an alliance", reverse("home:alliance", args=[ALLIANCE]), visitor, public_floor, PUBLIC_TARGET,
            MAX_QUERIES,
        ),
    ]  # fmt: skip
    rows = []
    for name, address, client, least, target, most in pages:
        cache.clear()
        started = time.perf_counter()
        answer = client.get(address)
        first = (time.perf_counter() - started) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {address} answered {answer.status_code}")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
            count = len(connection.queries_log) - queries.initial_queries
        taken = milliseconds(lambda client=client, address=address: client.get(address), ROUNDS)
        rows += [
            time_row(f"{name}: median", median(taken), "ms", least, target),
            # What is kept for minutes has to be gathered once.
            limit_row(f"{name}: first of five minutes", round(first), "ms", 2000),
            limit_row(f"{name}: queries", count, "queries", most),
        ]
    return rows
