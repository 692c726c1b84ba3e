"""The export pre-check of an application: the case and the application move together, the reasons stay in the case."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from exchanges import emails
from exchanges.models import Application, Stay
from exchanges.services import approvals
from exchanges.workflows import APPLICATION
from portal.applications import emails as application_emails
from portal.applications.querysets import IN_PROCESS
from portal.screening import services as screening_services
from portal.screening.models import Screening
from portal.screening.workflows import CLEARED

LASTING_STAYS = (
    Stay.State.PLANNED, Stay.State.PRE_ARRIVAL, Stay.State.ARRIVED, Stay.State.ACTIVE, Stay.State.SUSPENDED,
    Stay.State.CURTAILED, Stay.State.ENDING,
)  # fmt: skip


def answer(*, screening: Screening, values: dict[str, str], actor) -> Screening:
    """Keep answers by question code ({"JP-06": "yes"}); see `portal.screening.answers` for what may be answered."""
    return screening_services.answer(screening=screening, values=values, actor=actor)


@transaction.atomic
def submit(*, screening: Screening, actor, now: dt.datetime) -> Screening:
    """The host hands the answers in and the export officers are told."""
    row = screening_services.submit(screening=screening, actor=actor, now=now)
    emails.screening_submitted(row)
    return row


@transaction.atomic
def clear(*, screening: Screening, actor, now: dt.datetime, conditions: str = "") -> Screening:
    """The officer clears at the pre-check; host and home are asked for their approval."""
    row = screening_services.clear_at_precheck(screening=screening, actor=actor, now=now, conditions=conditions)
    _proceed(row, "clear", actor=actor, now=now)
    return row


def countersign(*, screening: Screening, actor) -> Screening:
    """The approver's signature under a pre-check that the officer has cleared."""
    return screening_services.countersign(screening=screening, actor=actor)


@transaction.atomic
def refer(*, screening: Screening, actor, reason: str) -> Screening:
    """The officer refers the case to expert review; the approvers are told."""
    row = screening_services.refer(screening=screening, actor=actor, reason=reason)
    if row.application.state == Application.State.EXPORT_PRECHECK:
        APPLICATION.apply("refer", row.application, actor=actor)
    emails.screening_referred(row)
    return row


@transaction.atomic
def approve_after_review(*, screening: Screening, actor, now: dt.datetime, conditions: str = "") -> Screening:
    """Officer and approver sign, two persons in any order; with the second signature the application proceeds."""
    row = screening_services.sign_after_review(screening=screening, actor=actor, now=now, conditions=conditions)
    if row.state in CLEARED:
        _proceed(row, "clear_after_review", actor=actor, now=now)
    return row


@transaction.atomic
def refuse(*, screening: Screening, actor, reason: str, now: dt.datetime) -> Screening:
    """The approver refuses; the applicant and the other desks get neutral words."""
    row = screening_services.refuse(screening=screening, actor=actor, reason=reason, now=now)
    application = APPLICATION.apply(
        "refuse_on_compliance", row.application, actor=actor, changes={"decided_on": now.date()}
    )
    application_emails.application_declined(application)
    return row


@transaction.atomic
def expire_outdated(*, today: dt.date) -> int:
    """Ask for a new screening where a decision has run out before the exchange has ended (R14); the number asked."""
    lasting = Q(application__stay__state__in=LASTING_STAYS) | Q(
        application__stay=None, application__state__in=IN_PROCESS
    )
    outdated = Screening.objects.filter(lasting, state__in=CLEARED, valid_until__lt=today)
    expired = screening_services.expire(outdated)
    for screening in expired:
        emails.screening_asked(screening)
    return len(expired)


def _proceed(screening: Screening, step: str, *, actor, now: dt.datetime) -> None:
    """A first screening opens the way to host and home; a later one leaves the application where it is."""
    if screening.application.state not in (Application.State.EXPORT_PRECHECK, Application.State.EXPERT_REVIEW):
        return
    application = APPLICATION.apply(step, screening.application, actor=actor)
    approvals.ask(application=application, actor=None, now=now)
