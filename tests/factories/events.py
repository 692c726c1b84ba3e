"""Events and what belongs to them as a whole."""

import datetime as dt

from django.utils import timezone

from workshops.models import Event, EventPerson, EventSeries


def an_event(side, state: str = "announced", *, days: int = 30, **fields) -> Event:
    """An event of this side's host, complete in both languages, from 10:00 to 12:00 in so many days."""
    number = Event.objects.count() + 1
    day = timezone.localdate() + dt.timedelta(days=days)
    return Event.objects.create(
        **{
            "code": f"{side.alliance.code}-meeting-{number}",
            "alliance": side.alliance,
            "host_organisation": side.host,
            "kind": "workshop",
            "title_en": f"Quantum day {number}",
            "title_ja": f"量子の日{number}",
            "summary_en": "A day of talks.",
            "summary_ja": "講演の一日です。",
            "starts_on": day,
            "starts_time": dt.time(10),
            "ends_time": dt.time(12),
            "timezone": side.zone,
            "format": "hybrid",
            "venue_en": "Hall A",
            "venue_ja": "Aホール",
            "city": "Sendai",
            "country": side.host.country,
            "language": "en|ja",
            "online_url": "https://rooms.example.org/secret-room",
            "registration_opens_on": day - dt.timedelta(days=60),
            "state": state,
            **fields,
        }
    )


def a_speaker(event, name: str = "Noether", *, state: str = "accepted", **fields) -> EventPerson:
    return EventPerson.objects.create(
        **{
            "event": event,
            "family_name": name,
            "given_name": "Emmy",
            "role": "speaker",
            "state": state,
            "email": f"{name.lower()}@example.org",
            **fields,
        }
    )


def a_series(side, **fields) -> EventSeries:
    """Every second Thursday at 17:00 in Chicago, unless said otherwise."""
    return EventSeries.objects.create(
        **{
            "code": f"{side.alliance.code}-colloquium",
            "alliance": side.alliance,
            "host_organisation": side.host,
            "title_en": "Colloquium",
            "title_ja": "コロキウム",
            "summary_en": "One talk.",
            "summary_ja": "講演1件。",
            "timezone": "America/Chicago",
            "rhythm": "weekly",
            "interval": 2,
            "weekday": "thursday",
            "first_on": dt.date(2027, 1, 14),
            "starts_time": dt.time(17),
            "language": "en",
            **fields,
        }
    )
