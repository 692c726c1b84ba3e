"""Mails about an event as a whole: postponed, dated anew, moved, cancelled, and the invitation to come."""

from collections.abc import Callable

from django.urls import reverse

from portal.core.calendars import calendar_file
from portal.core.dates import both_zones_text
from portal.core.links import token_of
from portal.outbox.services import Recipient, queue
from workshops.calendars import registration_entry
from workshops.emails.meetings import day_page, reach
from workshops.emails.registration import answer_by_text, clocks_until, raise_sequence
from workshops.emails.speakers import reader as reader_of
from workshops.models import Delegate, Event, EventPerson, Invitation, Registration, SeatOffer, StillComing


def page(event: Event) -> str:
    return reverse("workshops:event", args=[event.code])


def question_page(registration: Registration) -> str:
    """Where the participant says whether she still comes; without a personal link the page of the event."""
    if not registration.token_hash:
        return page(registration.event)
    return reverse("workshops:still_coming_link", args=[token_of(registration)])


def speaker_page(speaker: EventPerson) -> str:
    """Her own pages, where she can answer; the page of the event for who was never given a link."""
    if not speaker.token_hash:
        return page(speaker.event)
    return reverse("workshops:speaker_link", args=[token_of(speaker)])


# -- to participants ---------------------------------------------------------------------------------------------------
def postponed(registration: Registration, *, reason: str, had_offer: bool) -> None:
    _to_participant("event_postponed", registration, method="CANCEL", reason=reason, had_offer=had_offer)


def new_date_set(question: StillComing) -> None:
    registration = question.registration
    _to_participant("event_new_date", registration, method="REQUEST", action_url=question_page(registration))


def moved(question: StillComing, *, was: dict) -> None:
    """`was` holds when and where it was to be, in words made for the reader when they are called."""
    registration = question.registration
    _to_participant(
        "event_moved",
        registration,
        method="REQUEST",
        action_url=question_page(registration),
        was_when=lambda: was["when"](registration.timezone),
        was_where=was["where"],
    )


def _to_participant(kind: str, registration: Registration, *, method: str, **context) -> None:
    """To one participant; whoever has a place finds the calendar entry corrected in the same mail."""
    if not registration.email_key:
        return
    event, reader = registration.event, registration.as_recipient()
    calendar = ""
    if registration.is_coming and event.has_exact_days:
        raise_sequence(registration)
        calendar = calendar_file([registration_entry(registration)], method=method)
    queue(
        kind=kind,
        to=reader,
        about=registration,
        organisation=event.host_organisation,
        dedupe_key=f"{kind}:registration.{registration.pk}:{event.ical_sequence}",
        order_key=f"registration:{registration.pk}",
        calendar=calendar,
        calendar_method=method if calendar else "",
        context={
            **_about(event, reader),
            "is_waiting": registration.is_waiting,
            "offered_until": _offered_until(registration),
            "action_url": page(event),
            **context,
        },
    )


def _offered_until(registration: Registration) -> Callable[[], str] | str:
    """Until when a place is kept for this waiting person; empty where none is."""
    offer = registration.offers.filter(answer=SeatOffer.Answer.OPEN).first() if registration.is_waiting else None
    return answer_by_text(offer, registration.as_recipient()) if offer else ""


# -- to speakers -------------------------------------------------------------------------------------------------------
def postponed_for_speaker(speaker: EventPerson, *, reason: str) -> None:
    _to_speaker("event_postponed", speaker, reason=reason)


def new_date_for_speaker(speaker: EventPerson) -> None:
    _to_speaker("event_new_date", speaker)


def moved_for_speaker(speaker: EventPerson, *, was: dict) -> None:
    zone = reader_of(speaker).timezone
    _to_speaker("event_moved", speaker, was_when=lambda: was["when"](zone), was_where=was["where"])


def cancelled_for_speaker(speaker: EventPerson, *, reason: str) -> None:
    _to_speaker("event_cancelled", speaker, reason=reason)


def _to_speaker(kind: str, speaker: EventPerson, **context) -> None:
    event, reader = speaker.event, reader_of(speaker)
    queue(
        kind=kind,
        to=reader,
        about=speaker,
        organisation=event.host_organisation,
        dedupe_key=f"{kind}:eventperson.{speaker.pk}:{event.ical_sequence}",
        context={**_about(event, reader), "is_speaker": True, "action_url": speaker_page(speaker), **context},
    )


# -- to the people of a mission ----------------------------------------------------------------------------------------
def postponed_for_delegate(delegate: Delegate, *, reason: str) -> None:
    _to_delegate("event_postponed", delegate, reason=reason)


def new_date_for_delegate(delegate: Delegate) -> None:
    _to_delegate("event_new_date", delegate)


def moved_for_delegate(delegate: Delegate, *, was: dict) -> None:
    reader = reach(delegate.person)
    zone = reader.timezone if reader else ""
    _to_delegate("event_moved", delegate, was_when=lambda: was["when"](zone), was_where=was["where"])


def cancelled_for_delegate(delegate: Delegate, *, reason: str) -> None:
    _to_delegate("event_cancelled", delegate, reason=reason)


def _to_delegate(kind: str, delegate: Delegate, **context) -> None:
    """Her meetings are told by mails of their own, the itinerary by the calendar she has subscribed to."""
    event, reader = delegate.delegation.event, reach(delegate.person)
    if reader is None:
        return
    queue(
        kind=kind,
        to=reader,
        about=delegate,
        organisation=event.host_organisation,
        dedupe_key=f"{kind}:delegate.{delegate.pk}:{event.ical_sequence}",
        context={
            **_about(event, reader),
            "is_delegate": True,
            "contact": delegate.delegation.contact_email,
            "action_url": day_page(delegate) or page(event),
            **context,
        },
    )


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
        "is_speaker": False,
        "is_delegate": False,
        "contact": "",
    }
