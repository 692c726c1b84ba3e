"""Calendar entries of meetings through create, move and cancel, read by a library that did not write them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.urls import reverse
from django.utils import timezone

from portal.core.calendars import uid_of
from portal.outbox.models import OutboxMessage
from tests.factories.missions import build_mission
from workshops.schedules import feed_of
from workshops.services import meetings, mission_links, missions, scheduling

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission(world):
    return build_mission(world.south)


def sent_to(person):
    """The calendar files mailed to somebody, in the order of their making."""
    rows = OutboxMessage.objects.filter(recipient_email=person.as_recipient().email).exclude(calendar="")
    return [(row, vobject.readOne(row.calendar)) for row in rows.order_by("pk")]


def test_one_identifier_and_a_growing_number_from_invitation_to_cancellation(mission):
    now, manager = timezone.now(), mission.side.manager
    meeting = mission.meeting("accepted")
    scheduling.give_slot(meeting=meeting, slot=mission.slots[0], actor=manager, now=now)
    scheduling.give_slot(meeting=meeting, slot=mission.slots[2], actor=manager, now=now)
    meetings.cancel(meeting=meeting, reason="Ill", actor=manager, now=now)
    for delegate in (mission.visitor, mission.host):
        files = sent_to(delegate.person)
        events = [calendar.vevent for _row, calendar in files]
        assert [calendar.method.value for _row, calendar in files] == ["REQUEST", "REQUEST", "CANCEL"]
        assert [int(event.sequence.value) for event in events] == [1, 2, 3]
        assert {event.uid.value for event in events} == {uid_of(meeting)}
        assert {row.order_key for row, _calendar in files} == {uid_of(meeting)}
        assert [event.status.value for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        assert events[1].dtstart.value == mission.slots[2].starts_at
        assert events[0].attendee.value == f"mailto:{delegate.person.as_recipient().email}"


def test_the_entry_stands_in_the_zone_of_the_mission_and_names_the_other_one(mission):
    meeting = mission.meeting("accepted")
    scheduling.give_slot(meeting=meeting, slot=mission.slots[0], actor=mission.side.manager, now=timezone.now())
    ((row, calendar),) = sent_to(mission.visitor.person)
    assert "TZID=America/Chicago" in row.calendar and "BEGIN:VTIMEZONE" in row.calendar
    local = mission.slots[0].starts_at.astimezone(ZoneInfo("America/Chicago"))
    assert calendar.vevent.dtstart.value.replace(tzinfo=None) == local.replace(tzinfo=None)
    assert str(mission.host.person) in calendar.vevent.summary.value
    assert calendar.vevent.location.value == "Table 1"


def test_the_feed_follows_and_keeps_what_was_cancelled_for_a_while(client, mission):
    meeting = mission.meeting("scheduled")
    token = mission_links.new_feed(delegate=mission.visitor)
    url = reverse("workshops:mission_feed", args=[token])
    shown = vobject.readOne(client.get(url).content.decode())
    assert (shown.method.value, shown.vevent.uid.value) == ("PUBLISH", uid_of(meeting))
    meetings.cancel(meeting=meeting, reason="Ill", actor=mission.side.manager, now=timezone.now())
    shown = vobject.readOne(client.get(url).content.decode())
    assert (shown.vevent.status.value, shown.vevent.sequence.value) == ("CANCELLED", "2")
    type(meeting).objects.filter(pk=meeting.pk).update(updated_at=timezone.now() - dt.timedelta(days=90))
    assert "BEGIN:VEVENT" not in client.get(url).content.decode()


def test_the_feed_has_what_came_by_a_file_and_nothing_that_is_only_wished(mission):
    by_file = mission.meeting("scheduled", calendar_sequence=0)
    slot = mission.slots[1]
    mission.meeting("accepted", invitee=mission.other_host, starts_at=slot.starts_at, ends_at=slot.ends_at)
    mission.meeting("cancelled", invitee=mission.other_host, starts_at=slot.starts_at, ends_at=slot.ends_at)
    assert [entry.uid for entry in feed_of(mission.visitor, now=timezone.now())] == [uid_of(by_file)]


def test_a_new_feed_ends_the_old_one(client, mission):
    old = mission_links.new_feed(delegate=mission.visitor)
    mission_links.new_feed(delegate=mission.visitor)
    assert client.get(reverse("workshops:mission_feed", args=[old])).status_code == 404
    assert client.get(reverse("workshops:mission_feed", args=["x" * 64])).status_code == 404


def test_only_the_person_who_leaves_gets_the_cancellation(mission):
    interpreter = mission.delegate("Words", role="interpreter", languages="en|ja")
    meeting = mission.meeting("accepted")
    now, manager = timezone.now(), mission.side.manager
    scheduling.give_slot(meeting=meeting, slot=mission.slots[0], interpreter=interpreter, actor=manager, now=now)
    missions.cancel_delegate(delegate=interpreter, reason="Ill", actor=manager, now=now)
    methods = {
        person: [calendar.method.value for _row, calendar in sent_to(person)]
        for person in (mission.visitor.person, mission.host.person, interpreter.person)
    }
    assert methods == {
        mission.visitor.person: ["REQUEST"],
        mission.host.person: ["REQUEST"],
        interpreter.person: ["REQUEST", "CANCEL"],
    }
