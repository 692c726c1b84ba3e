"""N31 and N32: who is reminded of what, and when nobody is any more."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.factories.events import an_event
from tests.factories.registrations import RegistrationFactory
from workshops.models import Event, Invitation
from workshops.reminders.event import invited_people_not_registered, participants_of_coming_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(world):
    today = timezone.localdate()
    return an_event(world.north, "registration_open", days=10, registration_closes_on=today + dt.timedelta(days=5))


def test_invited_people_are_reminded_until_they_register_or_registration_ends(event):
    now = timezone.now()
    invitation = Invitation.objects.create(event=event, email="Ada@example.org", invited_at=now)
    (due,) = invited_people_not_registered(now=now)
    assert (due.subject, due.anchor, due.zone) == (invitation, event.registration_closes_at, event.timezone)
    RegistrationFactory(event=event, email="ada@example.org", state="waitlisted")
    assert list(invited_people_not_registered(now=now)) == []


@pytest.mark.parametrize("state", ["announced", "postponed", "cancelled", "registration_closed"])
def test_nobody_is_asked_to_register_where_registration_is_not_open(event, state):
    now = timezone.now()
    Invitation.objects.create(event=event, email="ada@example.org", invited_at=now)
    Event.objects.filter(pk=event.pk).update(state=state)
    assert list(invited_people_not_registered(now=now)) == []


def test_whoever_has_a_place_is_reminded_and_nobody_who_waits(event):
    online = RegistrationFactory(event=event, attendance_mode="online")
    on_site = RegistrationFactory(event=event)
    for state in ("waitlisted", "submitted", "pending_screening", "cancelled"):
        RegistrationFactory(event=event, state=state)
    due = {each.subject: each for each in participants_of_coming_events(now=timezone.now())}
    assert set(due) == {online, on_site}
    assert (due[online].variant, due[on_site].variant) == ("online", "")
    assert due[online].anchor == event.starts_at


def test_a_new_hour_moves_the_reminder(event):
    RegistrationFactory(event=event)
    event.starts_time, event.ends_time = dt.time(15), dt.time(16)
    event.save()
    (due,) = participants_of_coming_events(now=timezone.now())
    assert due.anchor == event.starts_at
