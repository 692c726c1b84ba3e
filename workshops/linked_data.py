"""Events in the words of schema.org, for search engines."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString

from workshops.models import AttendanceMode, Event

MODES: dict[str, str] = {
    AttendanceMode.ON_SITE: "OfflineEventAttendanceMode",
    AttendanceMode.ONLINE: "OnlineEventAttendanceMode",
    AttendanceMode.HYBRID: "MixedEventAttendanceMode",
}


def linked_data(event: Event) -> SafeString:
    """The event as a data block, which the content security policy lets stand. Unknown things are left out."""
    known = {name: value for name, value in _described(event).items() if value}
    return SafeString(json_script(known).replace("application/json", "application/ld+json", 1))


def _described(event: Event) -> dict:
    address = settings.BASE_URL + reverse("workshops:event", args=[event.code])
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.summary or event.description,
        "url": address,
        "startDate": _first(event),
        "endDate": _last(event),
        "previousStartDate": event.previous_starts_on.isoformat() if event.previous_starts_on else "",
        "eventStatus": f"https://schema.org/{_status(event)}",
        "eventAttendanceMode": f"https://schema.org/{MODES[event.format]}" if event.format else "",
        "location": _locations(event, address),
        "organizer": {"@type": "Organization", "name": event.host_organisation.name},
        "inLanguage": [code for code in event.language.split("|") if code],
    }


def _status(event: Event) -> str:
    if event.state == Event.State.CANCELLED:
        return "EventCancelled"
    if event.state == Event.State.POSTPONED:
        return "EventPostponed"
    return "EventRescheduled" if event.previous_starts_on else "EventScheduled"


def _first(event: Event) -> str:
    """No finer than it is known: an instant, a day, or nothing."""
    if event.has_hours:
        return event.starts_at.isoformat()
    return event.starts_on.isoformat() if event.has_exact_days else ""


def _last(event: Event) -> str:
    if event.has_hours and event.ends_time:
        return event.ends_at.isoformat()
    return event.final_day.isoformat() if event.has_exact_days else ""


def _locations(event: Event, address: str) -> list[dict]:
    """Place and city; online the page of the event, never the room itself."""
    found = []
    if event.is_on_site and (event.venue or event.city):
        place = {"addressLocality": event.city, "addressCountry": event.country}
        known = {name: value for name, value in place.items() if value}
        found.append(
            {"@type": "Place", "name": event.venue or event.city, "address": {"@type": "PostalAddress", **known}}
        )
    if event.is_online:
        found.append({"@type": "VirtualLocation", "url": address})
    return found
