"""What stands in the calendars that people subscribe to."""

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from portal.core.calendars import Entry
from portal.core.dates import Precision
from workshops import schedules
from workshops.calendars import event_entry, registration_entry
from workshops.emails.speakers import session_entry
from workshops.models import Event, Meeting, Registration, Session
from workshops.querysets.registration import COMING

# Calendars notice what was cancelled, and people find what was lately.
LOOKS_BACK = dt.timedelta(days=90)
# A file that a telephone can still read.
MOST_ENTRIES = 500


def of_alliance(alliance, *, today: dt.date) -> list[Entry]:
    """Public events from some months ago on; those without a known day are left out."""
    rows = Event.objects.visible_to(AnonymousUser()).filter(
        alliance=alliance, date_precision=Precision.DAY, last_on__gte=today - LOOKS_BACK
    )
    return [event_entry(event) for event in rows.for_list().order_by("starts_on", "code")[:MOST_ENTRIES]]


def of_user(user, *, now: dt.datetime) -> list[Entry]:
    """Registrations, own sessions and one-to-one meetings of a person, in the person's language."""
    person = getattr(user, "person", None)
    if person is None:
        return []
    since = now - LOOKS_BACK
    return [*_registrations(person, since), *_sessions(person, since), *_meetings(person, since)][:MOST_ENTRIES]


def _registrations(person, since: dt.datetime) -> list[Entry]:
    """Places, and those that ended after they had stood in the calendar; of one event there is one entry."""
    rows = Registration.objects.filter(
        Q(state__in=COMING) | Q(calendar_sequence__gte=1),
        person=person,
        event__date_precision=Precision.DAY,
        event__last_on__gte=since.date(),
    ).select_related("event__host_organisation", "person__user")
    # Who has left and come again has two rows: what counts is the place, else how the last one ended.
    by_event = {row.event_id: row for row in sorted(rows, key=lambda row: (row.is_coming, row.pk))}
    shown = sorted(by_event.values(), key=lambda row: (row.event.starts_on, row.pk))
    return [registration_entry(row, language=person.user.language) for row in shown]


def _sessions(person, since: dt.datetime) -> list[Entry]:
    """Sessions in the programme, and those that have left it, so that calendars notice."""
    rows = Session.objects.filter(
        Q(state=Session.State.CONFIRMED) | Q(sequence__gte=1),
        people__event_person__person=person,
        people__event_person__state="accepted",
        ends_at__gte=since,
    ).select_related("event__host_organisation", "room")
    language = person.user.language
    return [session_entry(session, language=language) for session in rows.distinct().order_by("starts_at", "pk")]


def _meetings(person, since: dt.datetime) -> list[Entry]:
    shown = (Meeting.State.SCHEDULED, Meeting.State.HELD, Meeting.State.CANCELLED)
    rows = Meeting.objects.for_list().of_person(person.pk).filter(ends_at__gte=since, state__in=shown)
    return [schedules.entry_of(meeting, reader_id=person.pk) for meeting in rows.order_by("starts_at", "pk")]
