"""Mails about an event as a whole: postponed, dated anew, moved, cancelled, and the invitation to come.

Whoever is several things to an event reads of its change in one mail, which says what concerns her in each of them and
carries every entry of her calendar that changes with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.calendars import Entry, Method, calendar_stream
from portal.core.dates import both_zones_text
from portal.core.links import token_of
from portal.outbox.services import Recipient, queue
from workshops.calendars import registration_entry
from workshops.emails.meetings import day_page
from workshops.emails.readers import Reason, order_of
from workshops.emails.registration import answer_by_text, clocks_until, raise_sequence
from workshops.emails.speakers import session_entry, time_of
from workshops.models import Delegate, Event, EventPerson, Invitation, Registration, SeatOffer, Session


@dataclass
class Concerned:
    """One address to which a change of the event is told, with everything its person is to the event.

    `sessions` are hers whose entries change, each with the speaker as whom she is in it.
    """

    event: Event
    to: Recipient
    registration: Registration | None = None
    has_place: bool = False
    speakers: list[EventPerson] = field(default_factory=list)
    delegate: Delegate | None = None
    sessions: list[tuple[Session, EventPerson]] = field(default_factory=list)

    @property
    def only_registered(self) -> bool:
        return self.registration is not None and not self.speakers and self.delegate is None


def page(event: Event) -> str:
    return reverse("workshops:event", args=[event.code])


def question_page(registration: Registration) -> str:
    """Where the participant says whether she still comes; without a personal link the page of the event."""
    if not registration.token_hash:
        return page(registration.event)
    return reverse("workshops:still_coming_link", args=[token_of(registration)])


def speaker_page(speakers: list[EventPerson]) -> str:
    """Her own pages, where she can answer; empty for who was never given a link and so has none."""
    token = next((token_of(speaker) for speaker in speakers if speaker.token_hash), "")
    return reverse("workshops:speaker_link", args=[token]) if token else ""


# -- a change ----------------------------------------------------------------------------------------------------------
def postponed(one: Concerned, *, reason: Reason, had_offer: bool) -> None:
    _tell("event_postponed", one, "CANCEL", reason=reason, had_offer=had_offer)


def new_date_set(one: Concerned) -> None:
    _tell("event_new_date", one, "REQUEST", asks=True)


def moved(one: Concerned, *, was: dict) -> None:
    """`was` holds when and where it was to be, in words made for the reader when they are called."""
    _tell(
        "event_moved",
        one,
        "REQUEST",
        asks=True,
        was_when=lambda: was["when"](one.to.timezone),
        was_where=was["where"],
    )


def cancelled(one: Concerned, *, reason: Reason) -> None:
    _tell("event_cancelled", one, "CANCEL", reason=reason)


def _tell(kind: str, one: Concerned, method: Method, *, asks: bool = False, **context) -> None:
    """In one mail what a change means for a person in each of her roles; `asks` whether she still comes."""
    event, about = one.event, one.registration or next(iter(one.speakers), one.delegate)
    entries = _entries(one)
    queue(
        kind=kind,
        to=one.to,
        about=about,
        organisation=event.host_organisation,
        dedupe_key=f"{kind}:{about._meta.model_name}.{about.pk}:{event.ical_sequence}",
        order_key=order_of(event, one.to.email),
        calendar=calendar_stream(entries, method=method),
        calendar_method=method if entries else "",
        context={**_about(event, one.to), **_roles(one), **_pages(one, asks), **context},
    )


def _entries(one: Concerned) -> list[Entry]:
    """Her entries that change: the event's first, because it is the one that every mail program reads."""
    entries = []
    if one.has_place and one.event.has_exact_days:
        raise_sequence(one.registration)
        entries.append(registration_entry(one.registration))
    return entries + [
        session_entry(session, language=one.to.language, attendee=speaker) for session, speaker in one.sessions
    ]


def _roles(one: Concerned) -> dict:
    registration = one.registration
    is_waiting = registration is not None and registration.is_waiting
    return {
        "is_participant": registration is not None,
        "is_waiting": is_waiting,
        "has_place": one.has_place,
        "offered_until": _offered_until(registration) if is_waiting else "",
        "is_speaker": bool(one.speakers),
        "sessions": [_session_line(session, one.to.timezone) for session, _speaker in one.sessions],
        "is_delegate": one.delegate is not None,
        "contact": one.delegate.delegation.contact_email if one.delegate else "",
    }


def _pages(one: Concerned, asks: bool) -> dict:
    """The button leads where something is asked, else to her pages; the pages of further roles stand in the text."""
    pages = {}
    if one.registration is not None:
        pages["action_url"] = question_page(one.registration) if asks else page(one.event)
    if own := speaker_page(one.speakers):
        pages["speaker_url" if pages else "action_url"] = own
    if one.delegate is not None and (own := day_page(one.delegate)):
        pages["mission_url" if pages else "action_url"] = own
    return {"action_url": page(one.event), "speaker_url": "", "mission_url": "", **pages}


def _session_line(session: Session, zone: str) -> Callable[[], str]:
    return lambda: _("“%(session)s”: %(time)s") % {"session": session.title, "time": time_of(session, zone)}


def _offered_until(registration: Registration) -> Callable[[], str] | str:
    """Until when a place is kept for this waiting person; empty where none is."""
    offer = registration.offers.filter(answer=SeatOffer.Answer.OPEN).first()
    return answer_by_text(offer, registration.as_recipient()) if offer else ""


# -- inviting ----------------------------------------------------------------------------------------------------------
def invited(invitation: Invitation, *, words: str = "") -> None:
    event, reader = invitation.event, invitation.as_recipient()
    closes = event.last_instant_to_register
    queue(
        kind="event_invitation",
        to=reader,
        about=invitation,
        organisation=event.host_organisation,
        dedupe_key=f"event_invitation:{invitation.pk}",
        context={
            **_about(event, reader),
            "words": words,
            "until": (lambda: both_zones_text(closes, event.timezone, reader.timezone)) if closes else "",
            "action_url": page(event),
        },
    )


def _about(event: Event, reader: Recipient) -> dict:
    return {
        "event": lambda: event.title,
        "when": lambda: event.when(reader.timezone),
        "clocks": lambda: clocks_until(event, reader),
        "where": event.where,
        "sender": lambda: event.host_organisation.name,
    }
