"""Missions at the desk: slots from a block, people by address, the schedule and why somebody has no place."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import Person
from portal.core.dates import wall_clock, zoned_text
from portal.core.workflow import StepError
from portal.outbox.models import OutboxMessage
from tests.desk import prove_second_factor
from tests.factories.missions import build_mission
from workshops.models import Delegate, ItineraryLeg, Meeting
from workshops.services import meetings, mission_links, missions

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission(world):
    return build_mission(world.south)


@pytest.fixture
def desk(client, mission):
    client.force_login(mission.side.manager)
    prove_second_factor(client, mission.side.manager)
    return client


def text(response) -> str:
    return response.content.decode()


def slots(mission, *, first=(10, 0), last=(12, 0), minutes=30, **options):
    return missions.generate_slots(
        delegation=mission.delegation,
        day=options.pop("day", dt.date(2027, 3, 14)),
        first=dt.time(*first),
        last=dt.time(*last),
        minutes=minutes,
        actor=options.pop("actor", mission.side.manager),
        **options,
    )


# -- slots -------------------------------------------------------------------------------------------------------------
def test_a_block_is_cut_into_slots_with_pauses_and_tables(mission):
    made = slots(mission, minutes=25, pause=5, tables=4)
    local = [slot.starts_at.astimezone(ZoneInfo("America/Chicago")) for slot in made]
    assert [f"{at:%H:%M}" for at in local] == ["10:00", "10:30", "11:00", "11:30"]
    assert {slot.ends_at - slot.starts_at for slot in made} == {dt.timedelta(minutes=25)}
    assert mission.delegation.tables.count() == 4
    assert made[0].code == "south-delegation-0314-1000"


def test_what_does_not_fit_is_left_out_and_an_empty_block_refused(mission):
    assert len(slots(mission, first=(10, 0), last=(11, 20))) == 2
    with pytest.raises(StepError, match="no room"):
        slots(mission, first=(13, 0), last=(13, 20))


def test_blocks_do_not_overlap_but_may_touch(mission):
    slots(mission)
    with pytest.raises(StepError, match="slots in this block already"):
        slots(mission, first=(11, 30), last=(13, 0))
    assert slots(mission, first=(12, 0), last=(13, 0))


def test_a_stranger_makes_no_slots(mission):
    with pytest.raises(PermissionDenied):
        slots(mission, actor=mission.side.stranger)


@given(day=st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31)), hour=st.integers(0, 20), minutes=st.integers(5, 90))
def test_slots_never_overlap_whatever_the_clocks_do(day, hour, minutes):
    """Also on days when Chicago moves its clocks: instants follow each other, and the first is the wall clock's."""
    begin, end = (wall_clock(day, dt.time(h), "America/Chicago") for h in (hour, hour + 3))
    starts = []
    at = begin
    while at + dt.timedelta(minutes=minutes) <= end:
        starts.append(at)
        at += dt.timedelta(minutes=minutes)
    assert all(b - a == dt.timedelta(minutes=minutes) for a, b in zip(starts, starts[1:], strict=False))
    assert dt.timedelta(hours=2) <= end - begin <= dt.timedelta(hours=4)


# -- people ------------------------------------------------------------------------------------------------------------
def add(mission, **changes):
    values = {
        "company": mission.travelling,
        "family_name": "Atarashi",
        "given_name": "Ken",
        "email": "Ken.Atarashi@example.org ",
        "role": "delegate",
        "timezone": "Asia/Tokyo",
    }
    return missions.add_delegate(delegation=mission.delegation, actor=mission.side.manager, **(values | changes))


def test_somebody_is_added_by_address_and_known_people_are_found_again(mission):
    delegate = add(mission)
    assert (delegate.person.email, delegate.person.user) == ("ken.atarashi@example.org", None)
    with pytest.raises(StepError, match="already"):
        add(mission)
    assert Person.objects.filter(email="ken.atarashi@example.org").count() == 1


def test_only_interpreters_come_without_a_company(mission):
    with pytest.raises(StepError, match="company"):
        add(mission, company=None)
    assert add(mission, company=None, role="interpreter").company is None


def test_everybody_who_comes_gets_the_way_to_her_pages_once_with_a_link_only_where_needed(mission):
    missions.cancel_delegate(delegate=mission.other_host, reason="Ill", actor=mission.side.manager, now=timezone.now())
    OutboxMessage.objects.all().delete()
    assert mission_links.send_links(delegation=mission.delegation, actor=mission.side.manager, now=timezone.now()) == 3
    by_reader = {mail.recipient_email: mail for mail in OutboxMessage.objects.all()}
    assert "/missions/link/" in by_reader[mission.other_visitor.person.email].body_text
    assert "/missions/link/" not in by_reader[mission.side.fellow.email].body_text
    assert mission.other_host.person.email not in by_reader
    assert not Delegate.objects.get(pk=mission.visitor.pk).token_hash


# -- the pages of the desk ---------------------------------------------------------------------------------------------
def test_the_schedule_shows_slots_and_tables_and_says_why_somebody_waits(desk, mission):
    mission.meeting("scheduled")
    mission.delegation.meeting_limit = 1
    mission.delegation.save()
    mission.meeting("accepted", invitee=mission.other_host)
    shown = text(desk.get(reverse("admin:workshops_delegation_schedule", args=[mission.delegation.pk])))
    assert "Cold electronics" in shown and "Table 2" in shown and "UTC-0" in shown
    assert "Limit:" in shown


def test_what_a_printed_schedule_does_not_show_is_listed_also_what_was_called_off(desk, mission):
    printed = mission.meeting("scheduled")
    others = {"requester": mission.other_visitor, "invitee": mission.other_host, "slot": mission.slots[1]}
    kept = mission.meeting("scheduled", **others)
    missions.freeze(delegation=mission.delegation, actor=mission.side.manager, now=timezone.now())
    url = reverse("admin:workshops_delegation_schedule", args=[mission.delegation.pk])
    assert "Changed since the schedule was frozen" not in text(desk.get(url))
    meetings.cancel(meeting=printed, reason="Ill", person=mission.visitor.person, now=timezone.now())
    changed = text(desk.get(url)).split("Changed since the schedule was frozen")[1]
    assert str(mission.visitor.person) in changed and "cancelled" in changed
    assert str(kept.requester) not in changed


def test_an_agreement_from_records_shows_no_time_before_it_has_a_slot(client, desk, mission):
    meeting = mission.meeting("accepted")
    slot = mission.slots[0]
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=slot.starts_at, ends_at=slot.ends_at)
    when = zoned_text(slot.starts_at, slot.timezone)
    assert when not in text(desk.get(reverse("admin:workshops_meeting_changelist")))
    assert when not in text(desk.get(reverse("admin:workshops_meeting_change", args=[meeting.pk])))
    client.force_login(mission.side.fellow)
    for name, more in (("mission_meetings", []), ("meeting", [meeting.public_id])):
        shown = text(client.get(reverse(f"workshops:{name}", args=[mission.visitor.public_id, *more])))
        assert f'datetime="{slot.starts_at.astimezone(ZoneInfo(slot.timezone)):%Y-%m-%dT%H:%M}' not in shown


def test_the_history_names_who_acted_by_a_personal_link(desk, mission):
    meeting = mission.meeting("requested", requester=mission.visitor, invitee=mission.other_host)
    meetings.accept(meeting=meeting, person=mission.other_host.person, now=timezone.now())
    record = text(desk.get(reverse("admin:workshops_meeting_change", args=[meeting.pk])))
    assert f"<strong>{mission.other_host.person}</strong>: Accept" in record


def test_the_history_says_which_side_said_what(desk, mission):
    ago = timezone.now() - dt.timedelta(hours=2)
    meeting = mission.meeting("scheduled", starts_at=ago, ends_at=ago + dt.timedelta(minutes=30))
    meetings.mark(meeting=meeting, held=False, person=mission.host.person, now=timezone.now())
    record = text(desk.get(reverse("admin:workshops_meeting_change", args=[meeting.pk])))
    assert "What the invited side says: it did not take place" in record and "not_held" not in record


def test_the_schedule_asks_as_often_for_many_meetings_as_for_few(desk, mission):
    url = reverse("admin:workshops_delegation_schedule", args=[mission.delegation.pk])
    mission.meeting("scheduled")
    mission.meeting("accepted", requester=mission.other_visitor, invitee=mission.other_host)
    desk.get(url)
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    for number in range(4):
        extra = mission.delegate(f"Extra{number}", company=mission.receiving)
        mission.meeting("accepted", invitee=extra)
    with CaptureQueriesContext(connection) as many:
        desk.get(url)
    assert len(many) == len(few)


def test_a_foreign_schedule_is_missing(desk, world):
    north = build_mission(world.north)
    assert desk.get(reverse("admin:workshops_delegation_schedule", args=[north.delegation.pk])).status_code == 404


def test_the_accepted_ones_are_scheduled_from_the_desk(desk, mission):
    meeting = mission.meeting("accepted")
    url = reverse("admin:workshops_delegation_step", args=[mission.delegation.pk, "schedule_accepted"])
    assert desk.get(url).status_code == 200
    meeting.refresh_from_db()
    assert meeting.state == "accepted"
    desk.post(url)
    meeting.refresh_from_db()
    assert meeting.state == "scheduled"


@pytest.mark.parametrize("name", ["add_delegate", "generate_slots", "send_links", "freeze"])
def test_the_steps_of_a_delegation_open(desk, mission, name):
    url = reverse("admin:workshops_delegation_step", args=[mission.delegation.pk, name])
    assert desk.get(url).status_code == 200


def test_a_meeting_gets_its_place_and_moves_from_the_desk(desk, mission):
    meeting = mission.meeting("accepted")
    url = reverse("admin:workshops_meeting_step", args=[meeting.pk, "fix_slot"])
    assert "UTC-0" in text(desk.get(url))
    desk.post(url, {"slot": mission.slots[1].pk, "table": "", "interpreter": ""})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.slot) == ("scheduled", mission.slots[1])
    url = reverse("admin:workshops_meeting_step", args=[meeting.pk, "move"])
    desk.post(url, {"slot": mission.slots[1].pk, "table": mission.tables[1].pk, "interpreter": ""})
    meeting.refresh_from_db()
    assert meeting.table == mission.tables[1]


@pytest.mark.parametrize(
    "situation",
    ["unanswered", "unscheduled", "clash", "doubtful", "one_sided", "follow_up_30", "follow_up_90", "follow_up_x"],
)
def test_lists_of_what_waits_open(desk, mission, situation):
    mission.meeting("scheduled")
    url = reverse("admin:workshops_meeting_changelist")
    assert desk.get(url, {"situation": situation}).status_code == 200


def test_a_clash_is_found_across_free_times_and_slots(mission):
    first = mission.meeting("scheduled")
    mission.meeting("scheduled", requester=mission.other_visitor, invitee=mission.other_host, slot=mission.slots[1])
    second = mission.meeting("accepted", invitee=mission.other_host, starts_at=first.starts_at, ends_at=first.ends_at)
    assert set(Meeting.objects.clashing()) == {first, second}


def test_the_desk_cannot_type_over_times_of_a_mission(desk, mission):
    meeting = mission.meeting("scheduled")
    shown = text(desk.get(reverse("admin:workshops_meeting_change", args=[meeting.pk])))
    assert 'name="starts_at_0"' not in shown and 'name="slot"' not in shown


def test_a_delegate_whose_person_is_out_of_reach_can_still_be_edited(desk, mission):
    url = reverse("admin:workshops_delegate_change", args=[mission.other_visitor.pk])
    answer = desk.post(
        url,
        {"company": mission.travelling.pk, "role": "head", "languages": "ja|en", "note_en": "", "source": ""},
    )
    assert answer.status_code == 302
    mission.other_visitor.refresh_from_db()
    assert (mission.other_visitor.role, mission.other_visitor.languages) == ("head", "ja|en")


# -- hours by the clock of the place -----------------------------------------------------------------------------------
def test_a_part_of_the_itinerary_is_typed_and_shown_by_the_clock_of_its_place(desk, mission):
    """The desk reads Tokyo time; the reception is at seven in the evening of Chicago."""
    mission.side.manager.timezone = "Asia/Tokyo"
    mission.side.manager.save()
    sent = {
        "delegation": mission.delegation.pk, "kind": "reception", "title_en": "Reception",
        "timezone": "America/Chicago",
        "starts_at_0": "2027-02-08", "starts_at_1": "19:00", "ends_at_0": "2027-02-08", "ends_at_1": "21:00",
    }  # fmt: skip
    response = desk.post(reverse("admin:workshops_itineraryleg_add"), sent)
    assert response.status_code == 302, text(response)
    leg = ItineraryLeg.objects.get(title_en="Reception")
    assert f"{leg.starts_at.astimezone(ZoneInfo('America/Chicago')):%Y-%m-%d %H:%M}" == "2027-02-08 19:00"
    url = reverse("admin:workshops_itineraryleg_change", args=[leg.pk])
    assert 'value="19:00:00"' in text(desk.get(url))
    assert desk.post(url, {**sent, "code": leg.code, "title_ja": "懇親会"}).status_code == 302
    again = ItineraryLeg.objects.get(pk=leg.pk)
    assert (again.title_ja, again.starts_at) == ("懇親会", leg.starts_at)
    shown = text(desk.get(reverse("admin:workshops_itineraryleg_changelist")))
    assert "19:00–21:00" in shown and "UTC-06:00" in shown


def test_an_hour_that_does_not_exist_at_the_place_is_asked_about(desk, mission):
    sent = {
        "delegation": mission.delegation.pk, "kind": "transport", "title_en": "Bus", "timezone": "America/Chicago",
        "starts_at_0": "2027-03-14", "starts_at_1": "02:30", "ends_at_0": "2027-03-14", "ends_at_1": "04:00",
    }  # fmt: skip
    response = desk.post(reverse("admin:workshops_itineraryleg_add"), sent)
    assert response.status_code == 200 and "does not exist" in text(response)
    assert not ItineraryLeg.objects.exists()


def test_a_slot_shows_its_time_by_the_clock_of_the_mission_and_is_not_moved_in_its_form(desk, mission):
    slot = mission.slots[0]
    page = text(desk.get(reverse("admin:workshops_meetingslot_change", args=[slot.pk])))
    assert "Chicago time" in page and 'name="starts_at_0"' not in page
    assert "Chicago time" in text(desk.get(reverse("admin:workshops_delegation_change", args=[mission.delegation.pk])))
