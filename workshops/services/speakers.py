"""Inviting the people of a programme, and what they answer and add on their own pages."""

import datetime as dt
import io

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from portal.accounts.models import Person
from portal.accounts.models.person import search_form
from portal.core import audit
from portal.core.links import LinkExpired, find_by_token, give_token, revoke_token, token_of
from portal.core.workflow import StepError, lock
from portal.documents.models import StoredFile
from portal.documents.services import store_content
from portal.documents.uploads import check_upload
from workshops.emails import speakers as mails
from workshops.models import Event, EventPerson, Session
from workshops.rules import programme as rules
from workshops.services import calendars
from workshops.workflows.programme import SPEAKER

State = EventPerson.State

# A link lives until the talk is over and the slides are handed in, and never shorter than this.
LINK_LIVES = dt.timedelta(days=60)
AFTER_EVENT = dt.timedelta(days=14)
# What a speaker may say about herself, page by page.
SECTIONS: dict[str, tuple[str, ...]] = {
    "talk": ("talk_title_en", "talk_title_ja", "abstract_en", "abstract_ja"),
    "about": (
        "given_name", "family_name", "name_ja", "affiliation_other", "affiliation_country", "biography_en",
        "biography_ja", "language", "timezone",
    ),
    "needs": ("needs_travel", "needs_accommodation", "needs_visa_letter", "needs_technical", "message"),
}  # fmt: skip
PORTRAITS = ("jpg", "png")
MAX_PORTRAIT_BYTES = 10 * 2**20
PORTRAIT_SIZE = (900, 900)
SUGGESTIONS = 5


# -- by the desk -------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_speaker(*, event: Event, actor, **fields) -> EventPerson:
    """Note somebody whom the programme wants; nothing is mailed yet."""
    if not rules.plans(actor, event):
        raise PermissionDenied("add_speaker")
    speaker = EventPerson(event=event, state=State.PLANNED, **fields)
    speaker.fill_derived()
    speaker.full_clean()
    speaker.save()
    audit.record("event_person.added", speaker, actor=actor, audience=audit.DESKS, role=speaker.role)
    return speaker


@transaction.atomic
def invite(*, event_person: EventPerson, answer_by: dt.date, words: str = "", actor, now: dt.datetime) -> EventPerson:
    """Mail the personal link. Somebody who has declined or was taken off is invited again in the same way."""
    _require_address(event_person)
    if answer_by < now.date():
        raise ValidationError(_("The day until which you ask for an answer is over. Choose a later one."))
    if event_person.event.state in (Event.State.CANCELLED, Event.State.ARCHIVED):
        raise StepError(_("This event is cancelled or archived: nobody is invited any more."))
    name = "invite" if event_person.state == State.PLANNED else "invite_again"
    row = SPEAKER.apply(
        name,
        event_person,
        actor=actor,
        changes={"invited_at": now, "answer_by": answer_by, "answered_at": None, "reminded_at": None},
        answer_by=answer_by,
    )
    token = _give_link(row, now)
    mails.speaker_invited(row, token, words)
    event_person.refresh_from_db()
    return row


@transaction.atomic
def remind(*, event_person: EventPerson, actor, now: dt.datetime) -> EventPerson:
    """Repeat the invitation's link to somebody who has not answered; once a day at most."""
    if not rules.may_be_reminded(actor, event_person):
        raise PermissionDenied("remind")
    row = lock(event_person)
    if row.state != State.INVITED:
        raise StepError(_("This person has answered by now."))
    if row.reminded_at is not None and now - row.reminded_at < dt.timedelta(days=1):
        raise StepError(_("This person has been reminded within the last 24 hours."))
    token = token_of(row) if row.token_expires_at and row.token_expires_at > now else _give_link(row, now)
    row.reminded_at = now
    row.save(update_fields=["reminded_at", "updated_at"])
    audit.record("event_person.reminded", row, actor=actor, audience=audit.DESKS)
    mails.speaker_reminded(row, token, now)
    return row


@transaction.atomic
def take_off(*, event_person: EventPerson, reason: str, actor, now: dt.datetime) -> EventPerson:
    """Take somebody off the programme; who had been asked is told, and calendars are cleared."""
    asked = event_person.state != State.PLANNED
    before = calendars.seen_by(event_person)
    row = SPEAKER.apply("take_off", event_person, actor=actor, reason=reason)
    revoke_token(row)
    row.save(update_fields=["token_hash", "updated_at"])
    if asked:
        mails.speaker_taken_off(row, reason)
    calendars.correct_speaker(row, before, reason=reason)
    return row


@transaction.atomic
def save_record(*, event_person: EventPerson, actor, now: dt.datetime) -> EventPerson:
    """Save what the desk typed into the record; entries of the calendar follow a new address."""
    if not rules.plans_event_of(actor, event_person):
        raise PermissionDenied("save_record")
    lock(event_person.event)
    sessions = Session.objects.filter(people__event_person=event_person.pk).distinct()
    before = calendars.pictures(sessions.select_related("event__host_organisation", "room"))
    event_person.save()
    calendars.correct_all(before, before.keys(), now=now)
    return event_person


@transaction.atomic
def link_person(*, event_person: EventPerson, person: Person, actor) -> EventPerson:
    """Say that this is the same human being as a person of the portal."""
    if not rules.may_be_linked(actor, event_person):
        raise PermissionDenied("link_person")
    return _set_person(event_person, person, actor, "event_person.linked")


@transaction.atomic
def unlink_person(*, event_person: EventPerson, reason: str, actor) -> EventPerson:
    if not rules.may_be_unlinked(actor, event_person):
        raise PermissionDenied("unlink_person")
    return _set_person(event_person, None, actor, "event_person.unlinked", reason)


def suggested_people(event_person: EventPerson, user) -> list[Person]:
    """People whom the user sees and who may be the same: by address first, then by all parts of the name.

    Suggested only; a name is no proof.
    """
    people = Person.objects.visible_to(user).select_related("organisation")
    found = list(people.filter(email=event_person.email)[:SUGGESTIONS]) if event_person.email else []
    by_name = people
    for part in search_form(f"{event_person.given_name} {event_person.family_name}").split():
        by_name = by_name.filter(search_key__contains=part)
    named = by_name.exclude(pk__in=[person.pk for person in found])[: SUGGESTIONS - len(found)]
    return [*found, *named]


# -- answers -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def accept(*, event_person: EventPerson, message: str = "", actor=None, now: dt.datetime) -> EventPerson:
    """Say yes: by the holder of the link (no actor), by the person signed in, or by the desk on the telephone."""
    row = _answer("accept", event_person, message, actor, now)
    token = token_of(row) if row.token_hash else _give_link(row, now)
    mails.speaker_accepted(row, token)
    calendars.correct_speaker(row, before=set())
    mails.speaker_answered(row, "accepted", now)
    return row


@transaction.atomic
def decline(*, event_person: EventPerson, message: str = "", actor=None, now: dt.datetime) -> EventPerson:
    row = _answer("decline", event_person, message, actor, now)
    mails.speaker_answered(row, "declined", now)
    return row


@transaction.atomic
def withdraw(*, event_person: EventPerson, message: str = "", actor=None, now: dt.datetime) -> EventPerson:
    """A promise taken back: the organisers are told, the calendar of the speaker is cleared."""
    before = calendars.seen_by(event_person)
    row = _answer("withdraw", event_person, message, actor, now)
    calendars.correct_speaker(row, before)
    mails.speaker_answered(row, "withdrawn", now)
    return row


def behind_link(*, token: str, now: dt.datetime) -> EventPerson | None:
    """The speaker of a mailed link, None where there is none. Raises LinkExpired for one that is too old."""
    rows = EventPerson.objects.select_related(
        "event__host_organisation", "event__alliance", "affiliation", "person__user", "photo"
    )
    return find_by_token(rows, token=token, now=now)


@transaction.atomic
def renew_link(*, event_person: EventPerson, actor=None, now: dt.datetime) -> EventPerson:
    """Mail a fresh link to the address on record; the old one stops working.

    Without an actor it was asked for by somebody who held a link that is too old.
    """
    if actor is not None and not rules.may_get_a_link(actor, event_person):
        raise PermissionDenied("renew_link")
    row = lock(event_person)
    if not row.is_open:
        raise StepError(_("There is no invitation to answer any more."))
    if actor is None and (not row.token_hash or row.token_expires_at > now):
        raise StepError(_("Your link still works. Please open the newest mail."))
    _require_address(row)
    token = _give_link(row, now)
    audit.record("event_person.renew_link", row, actor=actor, audience=audit.DESKS)
    mails.speaker_link(row, token)
    event_person.refresh_from_db()
    return row


# -- what speakers add -------------------------------------------------------------------------------------------------
@transaction.atomic
def save_section(*, event_person: EventPerson, section: str, values: dict, actor=None, now: dt.datetime) -> EventPerson:
    """Save one page of what a speaker says about herself."""
    row = _lock_open(event_person, actor)
    names = [name for name in SECTIONS[section] if name in values]
    before = {name: getattr(row, name) for name in names}
    for name in names:
        setattr(row, name, values[name])
    row.full_clean(exclude=["event", "person", "affiliation", "photo"])
    row.save(update_fields=[*names, "updated_at"])
    was, became = audit.changed(before, {name: getattr(row, name) for name in names})
    if became:
        audit.record("event_person.told", row, actor=actor, audience=audit.DESKS, before=was, after=became)
    return row


@transaction.atomic
def save_consents(*, event_person: EventPerson, answers: dict[str, bool], actor=None, now: dt.datetime) -> EventPerson:
    """Keep the answers, each with the time of its last change; taking one back works at once."""
    row = _lock_open(event_person, actor)
    changed = []
    for name in EventPerson.CONSENTS:
        if name in answers and getattr(row, f"consent_{name}") is not answers[name]:
            setattr(row, f"consent_{name}", answers[name])
            setattr(row, f"consent_{name}_at", now)
            changed += [f"consent_{name}", f"consent_{name}_at"]
    if changed:
        row.save(update_fields=[*changed, "updated_at"])
        given = {name: answers[name] for name in EventPerson.CONSENTS if f"consent_{name}" in changed}
        audit.record("event_person.consented", row, actor=actor, audience=audit.DESKS, **given)
    return row


@transaction.atomic
def put_portrait(*, event_person: EventPerson, upload, actor=None) -> EventPerson:
    """Keep a portrait, drawn anew: small enough for a page, upright, without place and time of the camera."""
    row = _lock_open(event_person, actor)
    checked = check_upload(upload, allowed=PORTRAITS, max_bytes=MAX_PORTRAIT_BYTES)
    stored = store_content(
        content=_drawn_anew(checked.content),
        name=f"{checked.name.rpartition('.')[0]}.jpg",
        content_type="image/jpeg",
        kind="portrait",
        about=row,
        owner=row.person.user if row.person_id and row.person.user_id else None,
        actor=actor,
    )
    _discard(row.photo)
    row.photo = stored
    row.save(update_fields=["photo", "updated_at"])
    audit.record("event_person.portrait", row, actor=actor, audience=audit.DESKS)
    return row


@transaction.atomic
def remove_portrait(*, event_person: EventPerson, actor=None) -> EventPerson:
    row = _lock_open(event_person, actor)
    portrait, row.photo = row.photo, None
    row.save(update_fields=["photo", "updated_at"])
    if portrait is not None:
        _discard(portrait)
        audit.record("event_person.portrait_removed", row, actor=actor, audience=audit.DESKS)
    return row


def missing(speaker: EventPerson) -> list[str]:
    """The pages on which something is still empty, in their order."""
    empty = {
        "talk": speaker.role in EventPerson.SPEAKING and not (speaker.talk_title_en or speaker.talk_title_ja),
        "about": not (speaker.biography_en or speaker.biography_ja),
        "portrait": speaker.photo_id is None,
        "consents": any(getattr(speaker, f"consent_{name}") is None for name in EventPerson.CONSENTS),
        "needs": speaker.needs_travel is None,
    }
    return [page for page, is_empty in empty.items() if is_empty]


# -- inside ------------------------------------------------------------------------------------------------------------
def _answer(name: str, speaker: EventPerson, message: str, actor, now: dt.datetime) -> EventPerson:
    if actor is None and not speaker.token_hash:
        raise PermissionDenied("no link leads here")
    if actor is None and speaker.token_expires_at <= now:
        raise LinkExpired(speaker)
    if speaker.event.state == Event.State.CANCELLED:
        raise StepError(_("This event has been cancelled. There is nothing to answer any more."))
    return SPEAKER.apply(
        name,
        speaker,
        actor=actor,
        reason=message,
        changes={"answered_at": now, "message": message.strip()},
    )


def _lock_open(speaker: EventPerson, actor) -> EventPerson:
    """The row, for the holder of its link, the person herself or the desk, as long as the person may still come."""
    if actor is not None and not rules.speaker_or_desk(actor, speaker):
        raise PermissionDenied("told")
    row = lock(speaker)
    if actor is None and not (row.is_open and row.token_hash):
        raise StepError(_("This page is closed, because the invitation does not stand any more."))
    return row


def _give_link(row: EventPerson, now: dt.datetime) -> str:
    last = row.event.ends_on or row.event.starts_on
    after = dt.datetime.combine(last, dt.time.max, dt.UTC) + AFTER_EVENT if last else now
    token = give_token(row, expires_at=max(now + LINK_LIVES, after))
    row.save(update_fields=["token_hash", "token_expires_at", "updated_at"])
    return token


def _require_address(speaker: EventPerson) -> None:
    if not speaker.email:
        raise ValidationError(
            _("%(speaker)s has no e-mail address. Enter one, then invite."), params={"speaker": speaker}
        )


def _set_person(speaker: EventPerson, person: Person | None, actor, verb: str, reason: str = "") -> EventPerson:
    row = lock(speaker)
    row.person = person
    row.save(update_fields=["person", "updated_at"])
    detail = {"person": person.code} if person else {}
    audit.record(verb, row, actor=actor, reason=reason, audience=audit.DESKS, **detail)
    speaker.refresh_from_db(fields=["person"])
    return row


def _drawn_anew(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail(PORTRAIT_SIZE)
    drawn = io.BytesIO()
    upright.save(drawn, "JPEG", quality=85, optimize=True)
    return drawn.getvalue()


def _discard(stored: StoredFile | None) -> None:
    """A portrait that is replaced or taken back is deleted, not kept."""
    if stored is None:
        return
    storage, name = stored.file.storage, stored.file.name
    EventPerson.objects.filter(photo=stored).update(photo=None)
    stored.delete()
    transaction.on_commit(lambda: storage.delete(name))
