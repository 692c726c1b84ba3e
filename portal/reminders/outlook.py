"""What will go out in the next seven days and what is held back, and why: planned without writing anything."""

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.core.once import reading_once
from portal.core.scoping import scope_of
from portal.outbox.models import MAIL_DESKS, MAIL_READERS, Klass, OutboxMessage, State
from portal.outbox.services import Draft, Recipient
from portal.reminders.desks import is_silent
from portal.reminders.models import ReminderRule
from portal.reminders.planning import KIND, draft_of, key_of, letters_of, subject_line
from portal.reminders.registry import Due, provider_of, running_codes
from portal.reminders.schedule import Occurrence, applicable, occurrences

logger = logging.getLogger(__name__)

AHEAD = dt.timedelta(days=7)
# How far the page of a rule looks ahead.
NEXT_DATES = dt.timedelta(days=92)
BEHIND = dt.timedelta(days=7)
SHOWN = 200
HELD = (State.WITHHELD, State.FAILED, State.UNCERTAIN, State.CANCELLED)


@dataclass(frozen=True)
class Coming:
    """A mail that will leave: a row of the outbox (`message`), or a reminder that the plan will write (`key`)."""

    at: dt.datetime
    subject: str
    language: str
    zone: str  # of its reader
    reader: str
    about: str
    rule: str = ""
    key: str = ""
    message: OutboxMessage | None = None


Planned = tuple[str, Coming]  # with its key


@dataclass(frozen=True)
class Held:
    """A mail that does not go out."""

    subject: str
    language: str
    reader: str
    about: str
    why: str
    message: OutboxMessage | None = None


@dataclass(frozen=True)
class Outlook:
    coming: list[Coming]
    held: list[Held]
    has_more: bool
    broken: list[str]  # codes of rules that could not be asked


def outlook(user, *, now: dt.datetime) -> Outlook:
    """As far as the person's desk reaches."""
    until = now + AHEAD
    planned, silenced, broken = _asked(user, now=now, until=until)
    known = _known(key for key, _coming in [*planned, *silenced])
    coming = _queued(user, until) + [one for key, one in planned if key not in known]
    coming.sort(key=lambda one: (one.at, one.subject))
    held = _held(user, now) + [
        Held(one.subject, one.language, one.reader, one.about, _("The reminder rule is switched off."))
        for key, one in silenced
        if key not in known
    ]
    return Outlook(coming[:SHOWN], held[:SHOWN], len(coming) > SHOWN or len(held) > SHOWN, broken)


@reading_once()
def _asked(user, *, now: dt.datetime, until: dt.datetime) -> tuple[list[Planned], list[Planned], list[str]]:
    """What the rules want: those that are on, those that are off; and the codes of rules that could not be asked."""
    planned: list[Planned] = []
    silenced: list[Planned] = []
    broken: list[str] = []
    for rule in ReminderRule.objects.filter(code__in=running_codes()):
        try:
            letters = list(_letters(rule, user, now=now, until=until))
        except Exception:
            logger.exception("Reminder rule %s could not be asked", rule.code)
            broken.append(rule.code)
            continue
        for due, letter in letters:
            (planned if _speaks(rule, due) else silenced).append(letter)
    return planned, silenced, broken


def planned_draft(key: str, user, *, now: dt.datetime) -> Draft | None:
    """The reminder with this key, as it would be written now; None where it is not wanted, or not this desk's."""
    code, _colon, rest = key.partition(":")
    rule = ReminderRule.objects.running().filter(code=code).first()
    pk = rest.split(":", 1)[0].rpartition(".")[2]
    if rule is None or not pk:
        return None
    for due in provider_of(code)(now=now, pk=pk):
        if _reaches(user, due) and _speaks(rule, due):
            for reader, occurrence in letters_of(rule, due, now=now, until=now + AHEAD):
                if key_of(rule, due, occurrence, reader) == key:
                    return draft_of(rule, due, occurrence, reader)
    return None


def coming_dates(rule: ReminderRule, user, *, now: dt.datetime, limit: int) -> list[tuple[Occurrence, str]]:
    """The next moments at which the rule will speak in the name of the person's desk, each with its zone."""
    provider = provider_of(rule.code)
    found: set[tuple[Occurrence, str]] = set()
    for due in provider(now=now) if provider else ():
        if not (_reaches(user, due) and _speaks(rule, due)):
            continue
        steps = applicable(rule.steps(), trigger=due.trigger, variant=due.variant)
        for zone in {due.zone or reader.timezone for reader in due.recipients}:
            coming = occurrences(steps, due.anchor, zone, until=now + NEXT_DATES)
            found.update((occurrence, zone) for occurrence in coming if occurrence.at > now)
    return nsmallest(limit, found)


def _letters(rule: ReminderRule, user, *, now: dt.datetime, until: dt.datetime) -> Iterator[tuple[Due, Planned]]:
    for due in provider_of(rule.code)(now=now):
        if _reaches(user, due):
            for reader, occurrence in letters_of(rule, due, now=now, until=until):
                yield due, (key_of(rule, due, occurrence, reader), _coming(rule, due, occurrence, reader, now))


def _speaks(rule: ReminderRule, due: Due) -> bool:
    return rule.is_active and not is_silent(rule, due.organisation)


def _reaches(user, due: Due) -> bool:
    """The desks that would see the mail: those of the organisation in whose name it goes out."""
    scope = scope_of(user)
    if scope.is_global:
        return True
    label = due.subject._meta.label_lower
    readers = MAIL_DESKS | {role for role, start in MAIL_READERS.items() if label.startswith(start)}
    return due.organisation is not None and due.organisation.pk in scope.organisation_ids(readers)


def _coming(rule: ReminderRule, due: Due, occurrence: Occurrence, reader: Recipient, now: dt.datetime) -> Coming:
    return Coming(
        at=max(occurrence.at, now),
        subject=subject_line(rule, due, reader, reader.language),
        language=reader.language,
        zone=reader.timezone,
        reader=reader.name or reader.email,
        about=str(due.subject),
        rule=rule.code,
        key=key_of(rule, due, occurrence, reader),
    )


def _known(keys) -> set[str]:
    """Keys of reminders that are in the outbox already, whatever became of them."""
    return set(OutboxMessage.objects.filter(kind=KIND, dedupe_key__in=list(keys)).values_list("dedupe_key", flat=True))


def _rows(user) -> QuerySet:
    """Mails of the person's desk; those about account security are nobody's to read."""
    return OutboxMessage.objects.visible_to(user).exclude(klass=Klass.SECURITY)


def _queued(user, until: dt.datetime) -> list[Coming]:
    rows = _rows(user).filter(state=State.QUEUED, next_try_at__lte=until).order_by("next_try_at", "pk")
    return [
        Coming(
            at=row.next_try_at,
            subject=row.subject,
            language=row.language,
            zone=row.timezone,
            reader=row.recipient_name or row.recipient_email,
            about=row.about_text,
            rule=row.context.get("code", "") if row.kind == KIND else "",
            message=row,
        )
        for row in rows[: SHOWN + 1]
    ]


def _held(user, now: dt.datetime) -> list[Held]:
    rows = _rows(user).filter(state__in=HELD, updated_at__gte=now - BEHIND).order_by("-updated_at", "-pk")
    return [
        Held(
            subject=row.subject,
            language=row.language,
            reader=row.recipient_name or row.recipient_email,
            about=row.about_text,
            # Reasons given by the portal itself are stored in English.
            why=_(row.last_error) if row.last_error else row.get_state_display(),
            message=row,
        )
        for row in rows[: SHOWN + 1]
    ]
