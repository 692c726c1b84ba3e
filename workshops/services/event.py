"""An event from the idea to its day: approved, announced, registration by the clock, deleted while it is a draft."""

import datetime as dt
from email.utils import parseaddr

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from workshops.emails import event as emails
from workshops.models import Event, Invitation
from workshops.models.registration import normal_email
from workshops.rules.event import may_delete, may_invite
from workshops.services.registration.seats import seats_of, ways_of
from workshops.workflows.event import EVENT

# What the public page cannot do without, and what it shows in both languages or in none.
NEEDED_TEXTS = ("title", "summary")
PAIRED_TEXTS = ("description", "notice")
KEPT_AFTER_REPORT = dt.timedelta(days=365)


class NotReady(StepError):
    """Something has to be filled in first; the message says what."""


def approve_event(*, event: Event, actor) -> Event:
    """Take an idea into the plan; refused while the desk could not answer when, how and in which language."""
    missing = []
    if not event.has_exact_days:
        missing.append(_("the day"))
    if not event.format:
        missing.append(_("whether it is on site, online or both"))
    if not event.language:
        missing.append(_("the language"))
    if not event.country:
        missing.append(_("the country"))
    _require(missing)
    return EVENT.apply("approve", event, actor=actor)


@transaction.atomic
def announce_event(*, event: Event, actor) -> Event:
    """Show the event to everybody; refused while a text is missing in one of the languages."""
    _require_both_languages(event)
    if event.is_on_site and not (event.venue_en or event.venue_ja or event.city):
        _require([_("the place")])
    if event.is_online and not event.is_on_site and event.takes_registrations and not event.online_url:
        _require([_("the address of the online room")])
    return EVENT.apply("announce", event, actor=actor, changes={"was_announced": True})


@transaction.atomic
def delete_draft(*, event: Event, actor) -> None:
    """Delete an event that nobody outside has ever seen."""
    row = lock(event)
    if not may_delete(actor, row):
        raise PermissionDenied("delete")
    audit.record("event.delete", row, actor=actor, audience=audit.DESKS)
    try:
        row.delete()
    except ProtectedError:
        raise StepError(
            _("Sessions, registrations or meetings hang on this event. Remove them first, or cancel the event.")
        ) from None


@transaction.atomic
def invite_people(*, event: Event, addresses: str, language: str, words: str = "", actor, now: dt.datetime) -> int:
    """Invite one address a line (`Name <address>` or the address alone); the number of new invitations.

    Who was invited before is passed over. One wrong line, and nobody is written to.
    """
    row = lock(event)
    if not may_invite(actor, row):
        raise PermissionDenied("invite")
    people = _people_in(addresses)
    known = set(row.invitations.values_list("email", flat=True))
    new = {email: name for email, name in people.items() if email not in known}
    for email, name in new.items():
        invitation = Invitation.objects.create(
            event=row, name=name, email=email, language=language, invited_at=now, source="desk"
        )
        emails.invited(invitation, words=words)
    audit.record("event.invite", row, actor=actor, audience=audit.DESKS, number=len(new))
    return len(new)


def _people_in(text: str) -> dict[str, str]:
    """Addresses and names, one a line."""
    found, wrong = {}, []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, address = parseaddr(line.strip())
        try:
            validate_email(normal_email(address))
        except ValidationError:
            wrong.append(str(number))
        else:
            found.setdefault(normal_email(address), name)
    if wrong:
        raise StepError(
            _("No address in line %(lines)s. Write one person a line: name@example.org or Name <name@example.org>.")
            % {"lines": get_text_list(wrong, _("and"))}
        )
    if not found:
        raise StepError(_("Please enter at least one address."))
    return found


# -- by the clock ------------------------------------------------------------------------------------------------------
def open_due_registrations(*, now: dt.datetime) -> int:
    """Open the registrations whose hour has come; the number opened."""
    return _move(Event.objects.due_to_open(now), "open_registration")


def close_due_registrations(*, now: dt.datetime) -> int:
    """Close registration by the clock, and where the organisers want it so with the last place; the number closed."""
    closed = _move(Event.objects.due_to_close(now), "close_registration")
    full = [event for event in Event.objects.closing_when_full() if is_full(event)]
    return closed + _move(full, "close_registration")


def archive_due_events(*, now: dt.datetime) -> int:
    """A year after its report an event goes to the archive."""
    return _move(Event.objects.due_to_archive(now - KEPT_AFTER_REPORT), "archive")


def is_full(event: Event) -> bool:
    """Whether no way of attending has a place left."""
    seats = seats_of(event)
    return not any(seats.has_free(mode) for mode in ways_of(event))


def _move(events, name: str) -> int:
    moved = 0
    for event in events:
        try:
            EVENT.apply(name, event, actor=None)
        except StepError:  # somebody else moved it in this moment
            continue
        moved += 1
    return moved


# -- what has to be there ----------------------------------------------------------------------------------------------
def _require(missing: list[str]) -> None:
    if missing:
        raise NotReady(_("Please add first: %(missing)s.") % {"missing": get_text_list(missing, _("and"))})


def _require_both_languages(event: Event) -> None:
    def value(name: str, language: str) -> str:
        return getattr(event, f"{name}_{language}").strip()

    gaps = [(name, language) for name in NEEDED_TEXTS for language in ("en", "ja") if not value(name, language)]
    for name in PAIRED_TEXTS:
        empty = [language for language in ("en", "ja") if not value(name, language)]
        gaps += [(name, language) for language in empty if len(empty) == 1]
    if gaps:
        fields = [
            _("“%(field)s”") % {"field": event._meta.get_field(f"{name}_{language}").verbose_name}
            for name, language in gaps
        ]
        raise NotReady(
            _("The page needs both languages. Please fill in first: %(fields)s.")
            % {"fields": get_text_list(fields, _("and"))}
        )
