"""One function per mail about a registration, named after what happened; each reader's in her language and zone."""

import datetime as dt

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.core.calendars import Method, calendar_file
from portal.core.dates import both_zones_text, clock_changes_text
from portal.core.links import token_of
from portal.outbox.services import Recipient, queue
from workshops.calendars import registration_entry
from workshops.emails.readers import Reason, order_of, organisers
from workshops.models import AttendanceMode, Event, Registration, SeatOffer, VisaLetter


def personal_page(registration: Registration) -> str:
    """Where the participant sees, changes and cancels: by her own link, the same in every mail."""
    return reverse("workshops:registration_link", args=[token_of(registration)])


def desk_page(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def clocks_until(event: Event, reader: Recipient) -> str:
    """That clocks change before the event, for whoever reads its hour today; empty where none do."""
    if not event.has_hours:
        return ""
    return clock_changes_text((event.timezone, reader.timezone), timezone.now(), event.starts_at)


def place_of(registration: Registration) -> str:
    if registration.attendance_mode == AttendanceMode.ONLINE:
        return str(AttendanceMode.ONLINE.label)
    return registration.event.place


def _write(kind: str, registration: Registration, *, key: str, calendar: str = "", method: str = "", **context) -> None:
    """Queue the mail to the participant; `key` makes it once per event of its life."""
    event = registration.event
    if not registration.email_key:  # who came to the door without an address
        return
    queue(
        kind=kind,
        to=registration.as_recipient(),
        about=registration,
        organisation=event.host_organisation,
        dedupe_key=f"{kind}:registration.{registration.pk}:{key}",
        calendar=calendar,
        calendar_method=method,
        order_key=order_of(event, registration.email_key),
        context={
            "event": lambda: event.title,
            "days": lambda: event.when(registration.as_recipient().timezone),
            "clocks": lambda: clocks_until(event, registration.as_recipient()),
            "place": lambda: place_of(registration),
            "sender": lambda: event.host_organisation.name,
            "action_url": personal_page(registration),
            **context,
        },
    )


# -- calendars ---------------------------------------------------------------------------------------------------------
def _calendar(registration: Registration, method: Method) -> str:
    """The event as it stands in the calendar of this participant; its number rises with each mail."""
    if not registration.event.has_exact_days:
        return ""
    return calendar_file([registration_entry(registration)], method=method)


def raise_sequence(registration: Registration) -> int:
    """The next number of the event in this person's calendar.

    One entry carries what the event and all her registrations for it say: it counts on from the highest of them.
    """
    hers = Registration.objects.filter(event=registration.event_id, email_key=registration.email_key)
    told = hers.aggregate(to_her=Max("calendar_sequence"), to_all=Max("event__ical_sequence"))
    registration.calendar_sequence = max(told["to_her"], told["to_all"]) + 1
    Registration.objects.filter(pk=registration.pk).update(calendar_sequence=registration.calendar_sequence)
    return registration.calendar_sequence


# -- registering -------------------------------------------------------------------------------------------------------
def registered_already(registration: Registration, now: dt.datetime) -> None:
    """To the address itself, never on the screen: it is registered, and here is its link. Once an hour at most."""
    _write(
        "registered_already",
        registration,
        key=f"{now:%Y%m%d%H}",
        state=lambda: registration.state_words,
    )


def registration_received(registration: Registration) -> None:
    """It waits for the organiser's approval, which is no waiting list."""
    _write("registration_received", registration, key="received")
    event = registration.event
    for office in organisers(event, timezone.localdate()):
        queue(
            kind="registration_to_approve",
            to=office,
            about=registration,
            organisation=event.host_organisation,
            dedupe_key=f"registration_to_approve:{event.pk}:{timezone.localdate()}:{office.user_id}",
            context={
                "event": lambda: event.title,
                "sender": lambda: event.host_organisation.name,
                "action_url": reverse("admin:workshops_registration_changelist")
                + f"?event__id__exact={event.pk}&state__exact=submitted",
            },
        )


def registration_confirmed(registration: Registration, *, moved_up: bool = False) -> None:
    sequence = raise_sequence(registration)
    _write(
        "registration_confirmed",
        registration,
        key=f"{sequence}",
        calendar=_calendar(registration, "REQUEST"),
        method="REQUEST",
        moved_up=moved_up,
        number=registration.code,
    )


def registration_held(registration: Registration) -> None:
    """A place is kept while the export office looks at the laboratory tour."""
    _write("registration_held", registration, key="held")
    event = registration.event
    for user in users_at(Role.EXPORT_OFFICER, event.host_organisation, today=timezone.localdate()):
        queue(
            kind="tour_to_check",
            to=user.as_recipient(),
            about=registration.tour_check,
            organisation=None,
            dedupe_key=f"tour_to_check:{registration.pk}:{user.pk}",
            context={
                "event": lambda: event.title,
                "sender": lambda: event.host_organisation.name,
                "action_url": desk_page(registration.tour_check),
            },
        )


def registration_waitlisted(registration: Registration, position: int) -> None:
    _write("registration_waitlisted", registration, key="waitlisted", position=position)


# -- the waiting list --------------------------------------------------------------------------------------------------
def seat_offered(offer: SeatOffer) -> None:
    registration = offer.registration
    _write(
        "seat_offered",
        registration,
        key=f"offer{offer.round}",
        answer_by=answer_by_text(offer, registration.as_recipient()),
    )


def answer_by_text(offer: SeatOffer, reader: Recipient):
    return lambda: both_zones_text(offer.answer_by, reader.timezone, offer.registration.event.timezone)


def seat_lapsed(registration: Registration) -> None:
    _write("seat_lapsed", registration, key="lapsed")


# -- the end of a registration -----------------------------------------------------------------------------------------
def registration_cancelled(registration: Registration, *, had_place: bool) -> None:
    """The entry in the calendar goes with the place, for this person only."""
    sequence = raise_sequence(registration)
    calendar = _calendar(registration, "CANCEL") if had_place else ""
    _write(
        "registration_cancelled",
        registration,
        key=f"{sequence}",
        calendar=calendar,
        method="CANCEL" if calendar else "",
    )


def registration_dismissed(registration: Registration, *, reason: str, had_place: bool) -> None:
    sequence = raise_sequence(registration)
    calendar = _calendar(registration, "CANCEL") if had_place else ""
    _write(
        "registration_dismissed",
        registration,
        key=f"{sequence}",
        calendar=calendar,
        method="CANCEL" if calendar else "",
        reason=reason,
    )


def event_cancelled(registration: Registration, *, had_place: bool, reason: Reason) -> None:
    sequence = raise_sequence(registration)
    calendar = _calendar(registration, "CANCEL") if had_place else ""
    _write(
        "registration_event_cancelled",
        registration,
        key=f"{sequence}",
        calendar=calendar,
        method="CANCEL" if calendar else "",
        reason=reason,
        action_url=reverse("workshops:event", args=[registration.event.code]),
    )


# -- changes -----------------------------------------------------------------------------------------------------------
def registration_changed(registration: Registration) -> None:
    """What stands in the calendar has changed: the way of attending, or the event itself."""
    sequence = raise_sequence(registration)
    _write(
        "registration_changed",
        registration,
        key=f"{sequence}",
        calendar=_calendar(registration, "REQUEST"),
        method="REQUEST",
        mode=lambda: registration.get_attendance_mode_display(),
    )


def link_renewed(registration: Registration) -> None:
    _write(
        "registration_link",
        registration,
        key=registration.token_hash[:20],
        is_new=True,
        is_over=registration.event.is_over,
    )


def link_repeated(registration: Registration, now: dt.datetime) -> None:
    """The link that works, once more; once an hour at most."""
    _write("registration_link", registration, key=f"{now:%Y%m%d%H}", is_new=False, is_over=registration.event.is_over)


# -- the laboratory tour -----------------------------------------------------------------------------------------------
def tour_cleared(registration: Registration) -> None:
    _write("tour_cleared", registration, key="tour")


def tour_refused(registration: Registration, *, keeps_place: bool) -> None:
    _write("tour_refused", registration, key="tour", keeps_place=keeps_place)


# -- papers ------------------------------------------------------------------------------------------------------------
def certificate_ready(registration: Registration) -> None:
    _write("attendance_certificate", registration, key="certificate")


def visa_letter_asked(wish: VisaLetter) -> None:
    event = wish.registration.event
    for office in organisers(event, timezone.localdate()):
        queue(
            kind="visa_letter_asked",
            to=office,
            about=wish,
            organisation=event.host_organisation,
            dedupe_key=f"visa_letter_asked:{wish.pk}:{office.user_id}",
            context={
                "event": lambda: event.title,
                "name": wish.registration.person_name,
                "sender": lambda: event.host_organisation.name,
                "action_url": desk_page(wish),
            },
        )


def visa_letter_issued(wish: VisaLetter) -> None:
    _write("visa_letter_issued", wish.registration, key=f"visa{wish.pk}", number=wish.letter.number)


def visa_letter_refused(wish: VisaLetter, *, reason: str) -> None:
    _write("visa_letter_refused", wish.registration, key=f"visa{wish.pk}", reason=reason)


def visa_letter_revoked(wish: VisaLetter, *, reason: str) -> None:
    _write(
        "visa_letter_revoked",
        wish.registration,
        key=f"visa{wish.pk}revoked",
        number=wish.letter.number,
        reason=reason,
    )
