"""Mails about reports: links to pages behind the sign-in, never the report itself."""

import datetime as dt

from django.urls import reverse

from portal.accounts.desks import users_at
from portal.alliances.models import Alliance
from portal.outbox.services import queue
from portal.programmes.models import Programme
from portal.reports.models import DIRECTORS, ReportRun


def directors_of(subject: Alliance | Programme, *, today: dt.date) -> list:
    """Who reads the report of an alliance or a programme by office: the directors at the seat that leads it."""
    if isinstance(subject, Alliance):
        return users_at(DIRECTORS, subject.lead, today=today)
    return users_at(DIRECTORS, subject.owner, programme=subject, today=today)


def report_ready(run: ReportRun, *, today: dt.date) -> None:
    """To whoever asked for it; to all directors where the schedule did."""
    readers = [run.requested_by] if run.requested_by else directors_of(run.subject, today=today)
    for user in readers:
        _write("yearly_report_ready", run, user)


def report_failed(run: ReportRun) -> None:
    if run.requested_by:
        _write("yearly_report_failed", run, run.requested_by)


def _write(kind: str, run: ReportRun, user) -> None:
    queue(
        kind=kind,
        to=user.as_recipient(),
        about=run,
        organisation=run.audit_organisation,
        dedupe_key=f"{kind}:{run.public_id}:{user.pk}:{run.attempts}",
        context={
            "subject_name": lambda: run.subject.name,
            "period": lambda: str(run.period),
            "edition": run.edition,
            "action_url": reverse("reports:report", args=[run.public_id]),
        },
    )
