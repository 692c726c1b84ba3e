"""Asking for a report, writing it, stopping it."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.alliances.models import Alliance
from portal.core import audit
from portal.core.dates import FiscalCalendar, fiscal_bounds, fiscal_year
from portal.core.workflow import lock
from portal.documents.models import StoredFile
from portal.documents.services import store_content
from portal.outbox import hints
from portal.programmes.models import Programme
from portal.reports import emails
from portal.reports.models import ReportRun
from portal.reports.rules.report import requests_reports
from portal.reports.snapshot import as_stored, digest_of, take, take_pictures
from portal.reports.workflows import REPORT
from portal.reports.writing import Product, products_of

logger = logging.getLogger(__name__)

State, Step = ReportRun.State, ReportRun.Step
Clock = Callable[[], dt.datetime]

WRITE_REPORTS = "portal.reports.tasks.write_reports"
# A worker that says nothing for so long has died; another one goes on.
LEASE = dt.timedelta(minutes=5)
MAX_ATTEMPTS = 3
# Offices hand in their last records of a year in the weeks after it.
SETTLING = dt.timedelta(days=30)
EARLIEST_YEAR = 2000


class Superseded(Exception):
    """Somebody stopped the run, or another worker has taken it over."""


@transaction.atomic
def request_report(*, subject: Alliance | Programme, calendar: str, year: int, actor, today: dt.date) -> ReportRun:
    """Have the report of a fiscal year written; who asks while it is being written gets the run under way.

    A report that is there already becomes a new edition. `actor` None is the schedule.
    """
    if actor is not None and not requests_reports(actor, subject):
        raise PermissionDenied("reports.request")
    if calendar not in FiscalCalendar.values:
        raise ValidationError(_("Choose one of the fiscal calendars."))
    if not EARLIEST_YEAR <= year <= fiscal_year(today, calendar):
        raise ValidationError(_("Choose a fiscal year that has begun."))
    subject = lock(subject)  # editions are given out one after the other
    kind = ReportRun.Kind.ALLIANCE if isinstance(subject, Alliance) else ReportRun.Kind.PROGRAMME
    own = ReportRun.objects.filter(**{kind.value: subject}, calendar=calendar, year=year)
    if (running := own.open().first()) is not None:
        return running
    latest = own.aggregate(latest=Max("edition"))["latest"] or 0
    run = ReportRun.objects.create(
        kind=kind, **{kind.value: subject}, calendar=calendar, year=year, edition=latest + 1, requested_by=actor
    )
    audit.record("reports.request", run, actor=actor, year=year, calendar=calendar, edition=run.edition)
    transaction.on_commit(lambda: hints.send_hint(WRITE_REPORTS), robust=True)
    return run


@transaction.atomic
def cancel_report(*, run: ReportRun, actor) -> ReportRun:
    """Stop a report that is not ready; nothing of it is kept."""
    changes = {"claim_token": None, "lease_until": None, "finished_at": timezone.now(), "snapshot": None}
    return REPORT.apply("cancel", run, actor=actor, changes=changes)


def request_yearly_reports(*, today: dt.date) -> int:
    """Have the report of the last fiscal year written for every alliance that has none of it; how many."""
    asked = 0
    alliances = Alliance.objects.filter(state__in=(Alliance.State.ACTIVE, Alliance.State.RENEWING))
    for alliance in alliances.select_related("lead"):
        calendar = calendar_of(alliance)
        year = fiscal_year(fiscal_bounds(fiscal_year(today, calendar), calendar)[0] - dt.timedelta(days=1), calendar)
        is_settled = fiscal_bounds(year, calendar)[1] + SETTLING <= today
        if not is_settled or alliance.reports.filter(calendar=calendar, year=year).exists():
            continue
        if emails.directors_of(alliance, today=today):
            request_report(subject=alliance, calendar=calendar, year=year, actor=None, today=today)
            asked += 1
    return asked


def calendar_of(subject: Alliance | Programme) -> str:
    """The fiscal calendar of whoever leads the alliance or owns the programme."""
    owner = subject.lead if isinstance(subject, Alliance) else subject.owner
    return FiscalCalendar.US_UNIVERSITY if owner is not None and owner.country == "US" else FiscalCalendar.JAPAN


# -- the worker -------------------------------------------------------------------------------------------------------
def write_waiting_reports(*, clock: Clock = timezone.now) -> int:
    """Write every report that waits, one after the other; how many were taken up."""
    taken = 0
    while (run := claim(now=clock())) is not None:
        taken += 1
        try:
            write(run, clock=clock)
        except Superseded:
            logger.info("Report %s was stopped or taken over", run.public_id)
        except Exception:
            logger.exception("Report %s could not be written", run.public_id)
            give_up(run, clock=clock)
    return taken


@transaction.atomic
def claim(*, now: dt.datetime) -> ReportRun | None:
    """Reserve the next run for this process; no other one gets it. Runs that failed too often are given up."""
    waiting = ReportRun.objects.claimable(now)
    if connections[waiting.db].features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    run = waiting.first()
    if run is None:
        return None
    return REPORT.apply(
        "begin",
        run,
        actor=None,
        changes={
            "claim_token": uuid.uuid4(),
            "lease_until": now + LEASE,
            "started_at": run.started_at or now,
            "attempts": run.attempts + 1,
        },
    )


def write(run: ReportRun, *, clock: Clock = timezone.now) -> ReportRun:
    """Freeze the figures, make the files, tell who waits. Each part says how far it is; a second try goes on there."""
    if run.attempts > MAX_ATTEMPTS:
        raise RuntimeError("the workers died too often over this report")
    if run.snapshot is None:
        _freeze(run, clock)
    made = []
    for step, done, make in products_of(run, edition_before(run)):
        _tell(run, step, done, clock)
        made.append(make())
    return _finish(run, made, clock)


def _freeze(run: ReportRun, clock: Clock) -> None:
    as_of = timezone.localdate(clock(), ZoneInfo(run.period.zone))
    _tell(run, Step.COUNTING, 2, clock)
    snapshot = take(run, as_of=as_of, tell=lambda part: _tell(run, Step.COUNTING, 2 + part * 48 // 100, clock))
    _tell(run, Step.DRAWING, 50, clock)
    snapshot["pictures"] = take_pictures(run, as_of=as_of)
    run.snapshot, run.as_of, run.digest = as_stored(snapshot), as_of, digest_of(snapshot)
    _keep(run, clock, snapshot=run.snapshot, as_of=as_of, digest=run.digest)


def _tell(run: ReportRun, step: str, per_cent: int, clock: Clock) -> None:
    if (step, per_cent) != (run.step, run.progress):
        run.step, run.progress = step, per_cent
        _keep(run, clock, step=step, progress=per_cent)


def _keep(run: ReportRun, clock: Clock, **values) -> None:
    """Write to the run as long as it is this worker's; each word prolongs the lease."""
    now = clock()
    mine = ReportRun.objects.filter(pk=run.pk, state=State.RUNNING, claim_token=run.claim_token)
    if not mine.update(**values, lease_until=now + LEASE, updated_at=now):
        raise Superseded


@transaction.atomic
def _finish(run: ReportRun, products: list[Product], clock: Clock) -> ReportRun:
    """Files, state, mail: all or nothing."""
    row = _locked(run)
    for product in products:
        store_content(
            content=product.content,
            name=product.name,
            content_type=product.media_type,
            kind=product.kind,
            about=row,
            owner=None,
            actor=None,
        )
    changes = {
        "claim_token": None,
        "lease_until": None,
        "finished_at": clock(),
        "progress": 100,
        "step": Step.FINISHED,
        "failure": "",
    }
    row = REPORT.apply("finish", row, actor=None, changes=changes, digest=row.digest)
    emails.report_ready(row, today=timezone.localdate(clock()))
    return row


def give_up(run: ReportRun, *, clock: Clock = timezone.now) -> None:
    """Mark a run as failed, if it is still this worker's, and say so to whoever waits for it."""
    try:
        with transaction.atomic():
            row = _locked(run)
            changes = {
                "claim_token": None,
                "lease_until": None,
                "finished_at": clock(),
                "failure": Step(row.step).value,
            }
            emails.report_failed(REPORT.apply("fail", row, actor=None, changes=changes))
    except Superseded:
        logger.info("Report %s had been stopped before it failed", run.public_id)


def _locked(run: ReportRun) -> ReportRun:
    row = lock(run)
    if row.state != State.RUNNING or row.claim_token != run.claim_token:
        raise Superseded
    return row


def files_of(run: ReportRun) -> list[StoredFile]:
    """The finished files, in the order in which they were made."""
    return list(StoredFile.objects.about(run).order_by("pk"))


def edition_before(run: ReportRun) -> ReportRun | None:
    """The last edition of the same report that was finished before this one."""
    done = ReportRun.objects.filter(
        state=State.DONE, calendar=run.calendar, year=run.year, edition__lt=run.edition, **{run.kind: run.subject}
    )
    return done.order_by(F("edition").desc()).first()
