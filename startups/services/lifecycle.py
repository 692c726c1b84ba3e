"""The way of a startup through the programme, from the application to graduation, exit or closure."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from portal.documents.services import store_upload
from startups import rules
from startups.emails import startups as emails
from startups.models import Cohort, FounderUpdate, Startup
from startups.workflows import STARTUP, UPDATE

DEMO_DAY_HELD = (
    Cohort.State.DEMO_DAY, Cohort.State.GRADUATED, Cohort.State.FOLLOW_UP, Cohort.State.CLOSED,
)  # fmt: skip


@transaction.atomic
def describe(*, startup: Startup, facts: dict, actor, founding_upload=None) -> Startup:
    """What founders say about their firm, before it is screened; the desk corrects it later on the record."""
    row = lock(startup)
    if not rules.is_founder(actor, row):
        raise PermissionDenied("describe")
    if row.state not in (Startup.State.LEAD, Startup.State.APPLIED):
        raise StepError(_("These facts have been checked. Please ask the programme office for a change."))
    before = {name: getattr(row, name) for name in facts}
    for name, value in facts.items():
        setattr(row, name, value)
    if founding_upload is not None:
        row.founding_file = store_upload(
            upload=founding_upload, kind="founding_evidence", about=row, owner=actor, actor=actor
        )
    row.save()
    old, new = audit.changed(before, facts)
    if new:
        audit.record("startup.describe", row, actor=actor, before=old, after=new, audience=audit.APPLICANT)
    return row


@transaction.atomic
def apply(*, startup: Startup, actor) -> Startup:
    """Apply for support. What the law and the strategy ask must have been said: origin, technology, foreign owners."""
    row = lock(startup)
    missing = [
        label
        for label, is_there in (
            (_("where the technology came from"), row.origin_kind != Startup.Origin.UNKNOWN),
            (_("the technology area"), row.technology_area_id is not None),
            (_("whether there are foreign owners"), row.has_foreign_owners is not None),
            (_("who the foreign owners are"), not row.has_foreign_owners or row.foreign_owners.strip()),
        )
        if not is_there
    ]
    if missing:
        raise StepError(_("Please say first: %(missing)s.") % {"missing": get_text_list(missing, _("and"))})
    return STARTUP.apply("apply", startup, actor=actor)


@transaction.atomic
def record_export_check(*, startup: Startup, result: str, actor, today: dt.date) -> Startup:
    """The export office has looked at the firm; the startup manager can finish the screening."""
    row = lock(startup)
    if not rules.checks_export(actor, row):
        raise PermissionDenied("export check")
    if row.state != Startup.State.APPLIED:
        raise StepError(_("Only a startup that has applied is checked."))
    row.export_checked_on, row.export_checked_by = today, actor
    row.save(update_fields=["export_checked_on", "export_checked_by", "updated_at"])
    audit.record("startup.export_check", row, actor=actor, reason=result, audience=audit.DESKS)
    return row


@transaction.atomic
def screen(*, startup: Startup, conflict_note: str, actor) -> Startup:
    """Eligibility, export and conflicts of interest are settled: founding and origin are proved."""
    row = lock(startup)
    if row.export_checked_on is None:
        raise StepError(_("The export office has not checked this startup yet."))
    if row.founded_on is not None and not (row.founding_evidence.strip() or row.founding_file_id):
        raise StepError(_("The day of the founding needs its evidence, such as a register extract."))
    if not row.origin_evidence.strip():
        raise StepError(_("The origin needs its evidence, such as a licence or the employment of the founders."))
    if not conflict_note.strip():
        raise StepError(_("Write what was found about conflicts of interest, or “none”."))
    return STARTUP.apply("screen", startup, actor=actor, changes={"conflict_note": conflict_note.strip()})


@transaction.atomic
def admit(
    *, startup: Startup, terms_signed_on: dt.date, support_kind: str, ip_terms: str, actor, today: dt.date
) -> Startup:
    """Admit with signed terms: grant or equity, and what holds for intellectual property."""
    if startup.cohort_id is None:
        raise StepError(_("Choose the cohort first."))
    if _application_in_hand(startup) is not None:
        raise StepError(_("The panel has not decided yet. Select its application first."))
    if terms_signed_on > today:
        raise StepError(_("The terms are signed on a day that has not come yet."))
    if support_kind not in Startup.Support.values or not ip_terms.strip():
        raise StepError(_("Say what kind of support was agreed, and the terms on intellectual property."))
    row = STARTUP.apply(
        "admit",
        startup,
        actor=actor,
        changes={
            "terms_signed_on": terms_signed_on,
            "support_kind": support_kind,
            "ip_terms": ip_terms.strip(),
            "admitted_on": today,
            "relation": Startup.Relation.SUPPORTED,
        },
    )
    emails.stage_reached(row)
    return row


@transaction.atomic
def decline(*, startup: Startup, actor, reason: str = "") -> Startup:
    """Decline; the reason stays inside the house. While an application is in hand, that one is decided."""
    if application := _application_in_hand(startup):
        raise StepError(
            _("Decline its application %(number)s instead: this record follows.") % {"number": application.code}
        )
    row = STARTUP.apply("decline", startup, actor=actor)
    audit.record("startup.decline_reason", row, actor=actor, reason=reason)
    emails.stage_reached(row)
    return row


@transaction.atomic
def kick_off(*, startup: Startup, actor) -> Startup:
    if not startup.milestones.exists():
        raise StepError(_("Agree on milestones first."))
    row = STARTUP.apply("kick_off", startup, actor=actor)
    emails.stage_reached(row)
    return row


@transaction.atomic
def pause(*, startup: Startup, actor, today: dt.date, reason: str = "") -> Startup:
    row = STARTUP.apply("pause", startup, actor=actor, reason=reason, changes={"paused_on": today})
    emails.stage_reached(row, note=reason)
    return row


@transaction.atomic
def resume(*, startup: Startup, actor) -> Startup:
    row = STARTUP.apply("resume", startup, actor=actor, changes={"paused_on": None})
    emails.stage_reached(row)
    return row


@transaction.atomic
def graduate(*, startup: Startup, actor, today: dt.date) -> Startup:
    """Every milestone is settled and the cohort has had its demo day."""
    if startup.milestones.unsettled().exists():
        raise StepError(_("Some milestones are neither verified nor waived."))
    if startup.cohort_id is None or startup.cohort.state not in DEMO_DAY_HELD:
        raise StepError(_("The cohort has not had its demo day yet."))
    row = STARTUP.apply("graduate", startup, actor=actor, changes={"left_on": today})
    _strike_updates(row, _("The startup has graduated."))
    emails.stage_reached(row)
    return row


@transaction.atomic
def leave(*, startup: Startup, reason: str, actor, today: dt.date) -> Startup:
    row = STARTUP.apply("leave", startup, actor=actor, reason=reason, changes={"left_on": today})
    _strike_updates(row, _("The startup has left the programme."))
    emails.stage_reached(row, note=reason)
    emails.startup_left(row, reason)
    return row


@transaction.atomic
def record_exit(
    *, startup: Startup, exit_kind: str, ended_on: dt.date, end_evidence: str, actor, today: dt.date
) -> Startup:
    """Acquired or listed, on a day, with evidence."""
    if exit_kind not in Startup.Exit.values:
        raise StepError(_("Say whether it was acquired or listed."))
    ended = _ended(ended_on, end_evidence, today)
    row = STARTUP.apply("record_exit", startup, actor=actor, changes={**ended, "exit_kind": exit_kind})
    emails.stage_reached(row)
    return row


@transaction.atomic
def record_closure(*, startup: Startup, ended_on: dt.date, end_evidence: str, actor, today: dt.date) -> Startup:
    """Closed down on a day. It stays in every figure that has it in its denominator."""
    ended = _ended(ended_on, end_evidence, today)
    left = {} if startup.left_on else {"left_on": ended_on}
    row = STARTUP.apply("record_closure", startup, actor=actor, changes={**ended, **left})
    _strike_updates(row, _("The startup has closed down."))
    emails.stage_reached(row)
    return row


def _application_in_hand(startup: Startup):
    return startup.applications.in_process().first()


def _ended(ended_on: dt.date, evidence: str, today: dt.date) -> dict:
    if ended_on > today:
        raise StepError(_("This day has not come yet."))
    if not evidence.strip():
        raise StepError(_("This needs evidence: a page, a register entry, a letter."))
    return {"ended_on": ended_on, "end_evidence": evidence.strip()}


def _strike_updates(startup: Startup, why: str) -> None:
    """Nobody is asked any more for updates that have not come."""
    for update in startup.updates.filter(state=FounderUpdate.State.ASKED):
        UPDATE.apply("skip", update, actor=None, reason=why)
