"""Events as entries of calendars: one for everybody, one for each person who comes."""

from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.core.calendars import Entry, uid_of
from workshops.models import AttendanceMode, Event, Registration


def event_entry(event: Event) -> Entry:
    """The event in public calendars, in the reader's language. The address of the online room is in no public file."""
    return Entry(sequence=event.ical_sequence, is_cancelled=event.is_off, **_about(event))


def registration_entry(registration: Registration, *, language: str = "") -> Entry:
    """The event in the calendar of one participant, with the way in where she comes online.

    It is the entry of the public file, so that nobody who takes both sees the event twice; its number is her own and
    never lower than the event's. In the language of the registration, unless her own calendar speaks another.
    """
    event, reader = registration.event, registration.as_recipient()
    with translation.override(language or reader.language):
        about = _about(event)
        if registration.attendance_mode == AttendanceMode.ONLINE:
            about["location"] = str(AttendanceMode.ONLINE.label)
            if event.online_url:
                about["description"] += "\n" + _("Online: %(address)s") % {"address": event.online_url}
        return Entry(
            sequence=max(registration.calendar_sequence, event.ical_sequence),
            is_cancelled=event.is_off or not registration.is_coming,
            attendee=(reader.name, reader.email) if reader.email else None,
            **about,
        )


def sender_of(event: Event) -> tuple[str, str]:
    """Who invites: the host, at the address from which our mails come."""
    return event.host_organisation.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _about(event: Event) -> dict:
    """What both have in common: hours where they are known, whole days otherwise."""
    if event.has_hours:
        span = {"starts_at": event.starts_at, "ends_at": event.ends_at if event.ends_time else None}
    else:
        span = {"starts_at": event.starts_on, "ends_at": event.final_day}
    return {
        **span,
        "uid": uid_of(event),
        "organiser": sender_of(event),
        "summary": event.title,
        "zone": event.timezone,
        "location": event.where(),
        "description": event.summary,
        "url": settings.BASE_URL + reverse("workshops:event", args=[event.code]),
        "last_modified": event.updated_at,
    }
