"""What happens to programmes and calls, by hand and by the clock."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from portal.programmes.models import Call, IntakeMode, Programme
from portal.programmes.rules import manages_call
from portal.programmes.workflows import CALL, PROGRAMME

# What the public page shows; published only when both languages have all of it.
PROGRAMME_TEXTS = ("name", "duration_text", "support")
CALL_TEXTS = ("title", "about")


class NotReady(StepError):
    """Something has to be filled in first; the message says what."""


# -- programmes --------------------------------------------------------------------------------------------------------
def approve_programme(*, programme: Programme, actor) -> Programme:
    return PROGRAMME.apply("approve", programme, actor=actor)


@transaction.atomic
def publish_programme(*, programme: Programme, actor) -> Programme:
    """Show the programme to everybody; refused while a text is missing in one of the languages."""
    _refuse_gaps(programme, PROGRAMME_TEXTS)
    return PROGRAMME.apply("publish", programme, actor=actor)


def pause_programme(*, programme: Programme, actor, reason: str) -> Programme:
    """Take the programme back for a while; stays that run go on."""
    return PROGRAMME.apply("pause", programme, actor=actor, reason=reason)


def resume_programme(*, programme: Programme, actor) -> Programme:
    return PROGRAMME.apply("resume", programme, actor=actor)


@transaction.atomic
def close_programme(*, programme: Programme, actor, reason: str = "") -> Programme:
    if programme.calls.filter(state__in=(Call.State.OPEN, Call.State.PAUSED)).exists():
        raise StepError(_("A call of this programme is still open. Close or cancel it first."))
    return PROGRAMME.apply("close", programme, actor=actor, reason=reason)


def archive_programme(*, programme: Programme) -> Programme:
    """By the system, when all stays of a closed programme are over."""
    return PROGRAMME.apply("archive", programme, actor=None)


# -- calls -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def approve_call(*, call: Call, actor) -> Call:
    """Release a call for its opening day; refused while texts, places, criteria or dates are missing."""
    _refuse_gaps(call, CALL_TEXTS)
    missing = []
    if call.places is None and call.intake_mode == IntakeMode.UNTIL_CAPACITY:
        missing.append(_("the number of places"))
    if call.opens_at is None:
        missing.append(_("the opening day"))
    if call.closes_at is None and call.intake_mode == IntakeMode.WINDOW:
        missing.append(_("the closing day"))
    if not call.criteria.exists():
        missing.append(_("criteria for the reviewers"))
    if missing:
        raise NotReady(_("Please add first: %(missing)s.") % {"missing": get_text_list(missing, _("and"))})
    return CALL.apply("approve", call, actor=actor)


def pause_call(*, call: Call, actor, reason: str) -> Call:
    return CALL.apply("pause", call, actor=actor, reason=reason)


@transaction.atomic
def resume_call(*, call: Call, actor, now: dt.datetime) -> Call:
    if call.closes_at is not None and call.closes_at <= now:
        raise StepError(_("The closing time has passed while the call was paused. Set a later one first."))
    return CALL.apply("resume", call, actor=actor)


def close_call(*, call: Call, actor, reason: str = "") -> Call:
    """Close an open call: by hand a rolling one, by the system (`actor` None) any."""
    return CALL.apply("close", call, actor=actor, reason=reason)


def hand_over_call(*, call: Call, actor) -> Call:
    return CALL.apply("hand_over", call, actor=actor)


def announce_results(*, call: Call, actor) -> Call:
    return CALL.apply("announce", call, actor=actor)


def complete_call(*, call: Call) -> Call:
    """By the system, when all offers are answered and nobody waits."""
    return CALL.apply("complete", call, actor=None)


def cancel_call(*, call: Call, actor, reason: str) -> Call:
    """Cancel a call before its end; the applicants are told by the exchanges, which look for cancelled calls."""
    return CALL.apply("cancel", call, actor=actor, reason=reason)


@transaction.atomic
def extend_call(*, call: Call, closes_on: dt.date, closes_time: dt.time | None, actor, now: dt.datetime) -> Call:
    """Move the closing day; never to a moment that has passed."""
    row = lock(call)
    if not manages_call(actor, row):
        raise PermissionDenied("extend")
    before = row.last_instant
    row.closes_on, row.closes_time = closes_on, closes_time
    row.refuse_end_of_rolling()
    row.set_instants()
    if row.closes_at <= now:
        raise StepError(_("The new closing time has passed already. Choose a later one, or close the call."))
    row.save(update_fields=["closes_on", "closes_time", "updated_at"])
    call.refresh_from_db()
    audit.record("call.extend", row, actor=actor, before=before, after=row.last_instant, audience=audit.APPLICANT)
    return row


def open_due_calls(*, now: dt.datetime) -> int:
    """Open approved calls whose opening instant has come; the number opened."""
    return _move(Call.objects.due_to_open(now), "open")


def close_due_calls(*, now: dt.datetime) -> int:
    """Close open calls whose closing instant has passed; the number closed."""
    return _move(Call.objects.due_to_close(now), "close")


def _move(calls, name: str) -> int:
    moved = 0
    for call in calls:
        try:
            CALL.apply(name, call, actor=None)
        except StepError:  # somebody else moved it in this moment
            continue
        moved += 1
    return moved


def _refuse_gaps(row, names: tuple[str, ...]) -> None:
    gaps = [
        _("“%(field)s”") % {"field": row._meta.get_field(f"{name}_{language}").verbose_name}
        for name in names
        for language in ("en", "ja")
        if not getattr(row, f"{name}_{language}").strip()
    ]
    if gaps:
        raise NotReady(
            _("The page needs both languages. Please fill in first: %(fields)s.")
            % {"fields": get_text_list(gaps, _("and"))}
        )
