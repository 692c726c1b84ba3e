"""What has times of its own goes along with its event, on the wall clock of its place, and collides with nothing."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.core.models import AuditEntry
from portal.core.workflow import StepError
from portal.outbox.models import OutboxMessage
from tests.desk import sign_in
from tests.factories import build_world
from tests.factories.events import an_event
from tests.factories.missions import build_mission
from tests.factories.registrations import RegistrationFactory
from tests.racing import at_once, needs_row_locks
from workshops.models import Event, ItineraryLeg, Meeting, MeetingSlot, RegistrationRules, VisaLetter
from workshops.schedules import feed_of
from workshops.services import event_changes as changes
from workshops.services import meetings, missions
from workshops.services.carrying import carry_along, later, what_goes_along

pytestmark = pytest.mark.django_db
FIRST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ZONES = ("Asia/Tokyo", "America/Chicago", "Europe/Paris", "Australia/Sydney", "America/St_Johns")


@pytest.fixture
def mission(world):
    """A mission with an itinerary; its event can be announced."""
    built = build_mission(world.south, slots=4)
    texts = {"summary_en": "A day of meetings.", "summary_ja": "商談の一日です。"}
    Event.objects.filter(pk=built.event.pk).update(**texts)
    built.event.refresh_from_db()
    return built


@pytest.fixture
def actor(world):
    return world.south.manager


@pytest.fixture
def leg(mission):
    start = mission.slots[0].starts_at - dt.timedelta(hours=1)
    return ItineraryLeg.objects.create(
        delegation=mission.delegation, kind="talk", title_en="Opening", starts_at=start,
        ends_at=start + dt.timedelta(minutes=45), timezone="Asia/Tokyo",
    )  # fmt: skip


def now():
    return timezone.now()


def local(instant, zone):
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def times(mission):
    return list(mission.delegation.slots.order_by("pk").values_list("starts_at", "ends_at"))


def move(mission, actor, by: dt.timedelta, **more):
    day = mission.event.starts_on + by
    return changes.move_event(event=mission.event, actor=actor, now=now(), starts_on=day, ends_on=day, **more)


def postpone_and_date(mission, actor, by: dt.timedelta):
    changes.postpone_event(event=mission.event, actor=actor, reason="Storm.")
    day = mission.event.starts_on + by
    changes.set_new_date(event=mission.event, actor=actor, now=now(), starts_on=day, ends_on=day)


# -- the wall clock ----------------------------------------------------------------------------------------------------
@given(
    instant=st.integers(0, 4 * 365 * 24 * 60).map(lambda late: FIRST + dt.timedelta(minutes=late)),
    zone=st.sampled_from(ZONES),
    by=st.timedeltas(dt.timedelta(days=-400), dt.timedelta(days=400)).map(
        lambda by: dt.timedelta(days=by.days, minutes=by.seconds // 60)
    ),
)
def test_the_wall_clock_shows_so_much_more_or_the_hour_is_refused(instant, zone, by):
    wanted = local(instant, zone) + by
    readings = {
        local(wanted.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(dt.UTC), zone) == wanted for fold in (0, 1)
    }
    offsets = {wanted.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)}
    try:
        moved = later(instant, zone, by)
    except ValidationError:
        assert readings != {True} or len(offsets) == 2
    else:
        assert local(moved, zone) == wanted and len(offsets) == 1


def test_slots_and_itinerary_keep_their_hours_over_a_change_of_clocks(mission, actor, leg):
    """Each by the clock of its own place."""
    winter = dt.datetime(2027, 2, 8, 10, tzinfo=ZoneInfo("America/Chicago"))
    Event.objects.filter(pk=mission.event.pk).update(
        starts_on=winter.date(), ends_on=winter.date(), timezone="America/Chicago"
    )
    mission.event.refresh_from_db()
    for number, slot in enumerate(mission.delegation.slots.order_by("starts_at")):
        slot.starts_at = winter + dt.timedelta(minutes=30 * number)
        slot.ends_at, slot.timezone = slot.starts_at + dt.timedelta(minutes=30), "America/Chicago"
        slot.save()
    leg.starts_at, leg.ends_at = winter - dt.timedelta(hours=2), winter - dt.timedelta(hours=1)
    leg.save()
    move(mission, actor, dt.timedelta(days=70))
    first = mission.delegation.slots.order_by("starts_at").first()
    leg.refresh_from_db()
    assert f"{local(first.starts_at, 'America/Chicago'):%Y-%m-%d %H:%M}" == "2027-04-19 10:00"
    assert first.starts_at - winter == dt.timedelta(days=70, hours=-1)
    assert leg.starts_at - (winter - dt.timedelta(hours=2)) == dt.timedelta(days=70)


def test_an_hour_that_does_not_exist_is_refused_by_name_and_nothing_moves(mission, actor, leg):
    leg.timezone = "America/Chicago"
    leg.starts_at = dt.datetime(2027, 2, 7, 2, 30, tzinfo=ZoneInfo("America/Chicago"))
    leg.ends_at = leg.starts_at + dt.timedelta(minutes=45)
    leg.save()
    before = times(mission)
    with pytest.raises(StepError, match="“Opening” cannot move along.*does not exist"):
        move(mission, actor, dt.date(2027, 3, 14) - dt.date(2027, 2, 7))
    assert times(mission) == before
    mission.event.refresh_from_db()
    assert mission.event.starts_on != dt.date(2027, 3, 14)


# -- everything moves, each thing once ---------------------------------------------------------------------------------
@pytest.mark.parametrize("minutes", [30, -30, 60, -60, 24 * 60, -24 * 60])
def test_slots_that_follow_each_other_move_over_each_other(world, actor, minutes):
    """By one slot, by two, by a day: each moves to where another one stood, and none is lost."""
    mission = build_mission(world.south, slots=6)
    first = mission.slots[0]
    MeetingSlot.objects.create(
        code="next-day", delegation=mission.delegation, starts_at=first.starts_at + dt.timedelta(days=1),
        ends_at=first.ends_at + dt.timedelta(days=1), timezone=first.timezone,
    )  # fmt: skip
    before, by = times(mission), dt.timedelta(minutes=minutes)
    carry_along(mission.event, by=by, actor=actor, now=now())
    assert times(mission) == [(start + by, end + by) for start, end in before]


def test_in_the_wrong_order_a_slot_would_stand_on_the_next_one(world):
    """What the order of moving is good for: the database looks at each row by itself."""
    mission = build_mission(world.south, slots=3)
    first = mission.delegation.slots.order_by("starts_at").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        first.starts_at += dt.timedelta(minutes=30)
        first.ends_at += dt.timedelta(minutes=30)
        first.save()


def test_a_new_date_takes_slots_itinerary_and_deadline_along_and_tells_delegates(mission, actor, leg):
    before, stood = times(mission), leg.starts_at
    deadline = mission.slots[0].starts_at - dt.timedelta(days=2)
    RegistrationRules.objects.create(event=mission.event, promote_until=deadline)
    interpreter = mission.delegate("Words", role="interpreter")
    week = dt.timedelta(days=7)
    postpone_and_date(mission, actor, week)
    assert times(mission) == [(start + week, end + week) for start, end in before]
    leg.refresh_from_db()
    assert leg.starts_at == stood + week
    assert RegistrationRules.objects.get(event=mission.event).promote_until == deadline + week
    assert mission.delegation.tables.count() == 2
    told = OutboxMessage.objects.filter(kind="event_new_date")
    people = (mission.visitor, mission.host, mission.other_visitor, mission.other_host, interpreter)
    assert {mail.recipient_email for mail in told} == {one.person.as_recipient().email for one in people}
    assert all("moved along" in mail.body_text for mail in told.filter(language="en"))
    entry = AuditEntry.objects.get(verb="mission.carried")
    assert (entry.detail["slots"], entry.detail["legs"]) == (4, 1)


def test_the_same_day_again_moves_nothing(mission, actor, leg):
    before, stood = times(mission), leg.starts_at
    postpone_and_date(mission, actor, dt.timedelta(0))
    leg.refresh_from_db()
    assert (times(mission), leg.starts_at) == (before, stood)


def test_what_was_called_off_stays_called_off_also_where_the_sweep_comes_too_late(mission, actor):
    meeting = mission.meeting("scheduled")
    postpone_and_date(mission, actor, dt.timedelta(days=7))
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CANCELLED and not meeting.seats.exists()
    assert meetings.call_off_with_events(now=now()) == 0
    slot = mission.delegation.slots.get(pk=mission.slots[0].pk)
    again = meetings.request_meeting(
        delegate=mission.visitor, counterpart=mission.host, topic="Once more", wished_slot=slot, now=now()
    )
    met = meetings.accept(meeting=again, person=mission.host.person, now=now())
    assert (met.state, met.starts_at) == (Meeting.State.SCHEDULED, slot.starts_at)


def test_where_people_have_met_the_time_stays_and_the_others_move(mission, actor):
    held = mission.meeting("held", slot=mission.slots[1])
    before = times(mission)
    week = dt.timedelta(days=7)
    postpone_and_date(mission, actor, week)
    after = times(mission)
    assert after[1] == before[1] and held.slot_id == mission.slots[1].pk
    assert [after[n] for n in (0, 2, 3)] == [tuple(at + week for at in before[n]) for n in (0, 2, 3)]


def test_nothing_moves_onto_a_time_in_which_people_have_met(mission, actor):
    mission.meeting("held", slot=mission.slots[3])
    MeetingSlot.objects.filter(pk=mission.slots[3].pk).update(
        starts_at=mission.slots[0].starts_at + dt.timedelta(days=7, minutes=10),
        ends_at=mission.slots[0].ends_at + dt.timedelta(days=7),
    )
    with pytest.raises(StepError, match="where people have met already"):
        postpone_and_date(mission, actor, dt.timedelta(days=7))


def test_a_wish_for_another_day_falls_away_and_its_agreement_stands(mission, actor):
    agreed = mission.meeting("accepted", wished_slot=mission.slots[1])
    move(mission, actor, dt.timedelta(days=7))
    agreed.refresh_from_db()
    assert (agreed.state, agreed.wished_slot) == (Meeting.State.ACCEPTED, None)
    mail = OutboxMessage.objects.filter(kind="event_moved", language="en").first()
    assert "does not count any more" in mail.body_text


def test_who_had_said_that_she_does_not_come_is_not_asked_anew(mission, actor):
    missions.cancel_delegate(delegate=mission.other_host, reason="Ill.", actor=actor, now=now())
    postpone_and_date(mission, actor, dt.timedelta(days=7))
    mission.other_host.refresh_from_db()
    assert not mission.other_host.is_coming
    told = set(OutboxMessage.objects.filter(kind="event_new_date").values_list("recipient_email", flat=True))
    assert told and mission.other_host.person.email not in told


def test_the_schedule_is_open_again_after_a_new_date(mission, actor):
    missions.freeze(delegation=mission.delegation, actor=actor, now=now())
    postpone_and_date(mission, actor, dt.timedelta(days=7))
    mission.delegation.refresh_from_db()
    assert mission.delegation.frozen_at is None


def test_a_subscribed_calendar_loses_the_itinerary_and_finds_it_on_the_new_day_under_a_higher_number(
    mission, actor, leg
):
    def entry():
        mission.visitor.delegation.event.refresh_from_db()
        return feed_of(mission.visitor, now=now())[-1]

    first = entry()
    changes.postpone_event(event=mission.event, actor=actor, reason="Storm.")
    off = entry()
    day = mission.event.starts_on + dt.timedelta(days=7)
    changes.set_new_date(event=mission.event, actor=actor, now=now(), starts_on=day, ends_on=day)
    mission.visitor.refresh_from_db()
    on = entry()
    assert first.uid == off.uid == on.uid
    assert (first.is_cancelled, off.is_cancelled, on.is_cancelled) == (False, True, False)
    assert first.sequence < off.sequence < on.sequence
    assert on.starts_at == first.starts_at + dt.timedelta(days=7)


def test_slots_for_the_old_day_can_be_made_again(mission, actor):
    day = mission.event.starts_on
    made = missions.generate_slots(
        delegation=mission.delegation, day=day, first=dt.time(1), last=dt.time(2), minutes=30, actor=actor
    )
    move(mission, actor, dt.timedelta(days=7))
    again = missions.generate_slots(
        delegation=mission.delegation, day=day, first=dt.time(1), last=dt.time(2), minutes=30, actor=actor
    )
    assert len({slot.code for slot in (*made, *again)}) == 4


# -- before anybody outside has read of it -----------------------------------------------------------------------------
def test_a_plan_with_an_itinerary_moves_by_the_step_that_takes_it_along_and_not_in_the_form(
    client, settings, mission, actor, leg
):
    Event.objects.filter(pk=mission.event.pk).update(state="planned", was_announced=False)
    mission.event.refresh_from_db()
    desk = sign_in(client, actor, settings)
    form = desk.get(reverse("admin:workshops_event_change", args=[mission.event.pk])).content.decode()
    assert 'name="starts_on"' not in form and 'name="venue_en"' in form
    stood = leg.starts_at
    move(mission, actor, dt.timedelta(days=7))
    leg.refresh_from_db()
    assert leg.starts_at == stood + dt.timedelta(days=7)
    told = OutboxMessage.objects.filter(kind="event_moved")
    assert told.count() == 4  # the people of the mission, and nobody registered


def test_a_plan_without_anything_dated_below_it_is_changed_in_the_form(client, settings, world, actor):
    event = an_event(world.south, "planned")
    desk = sign_in(client, actor, settings)
    page = desk.get(reverse("admin:workshops_event_change", args=[event.pk])).content.decode()
    assert 'name="starts_on"' in page


def test_delegates_hear_of_a_plan_that_is_put_off_or_called_off(mission, actor):
    Event.objects.filter(pk=mission.event.pk).update(state="planned", was_announced=False)
    mission.event.refresh_from_db()
    changes.postpone_event(event=mission.event, actor=actor, reason="Storm.")
    changes.cancel_event(event=mission.event, actor=actor, reason="Storm.")
    for kind in ("event_postponed", "event_cancelled"):
        assert OutboxMessage.objects.filter(kind=kind).count() == 4


# -- in the same moment ------------------------------------------------------------------------------------------------
def test_whoever_chose_a_time_before_it_moved_is_asked_to_look_again(mission, actor):
    agreed = mission.meeting("accepted")
    chosen = mission.delegation.slots.get(pk=mission.slots[0].pk)
    move(mission, actor, dt.timedelta(days=7))
    with pytest.raises(StepError, match="have just moved"):
        meetings.choose_slot(meeting=agreed, slot=chosen, person=agreed.requester, now=now())
    with pytest.raises(StepError, match="have just moved"):
        meetings.request_meeting(
            delegate=mission.other_visitor, counterpart=mission.other_host, topic="Films", wished_slot=chosen, now=now()
        )
    chosen.refresh_from_db()
    placed = meetings.choose_slot(meeting=agreed, slot=chosen, person=agreed.requester, now=now())
    assert placed.starts_at == chosen.starts_at


@pytest.mark.django_db(transaction=True)
@needs_row_locks
def test_two_who_set_the_new_date_at_once_move_everything_once():
    side = build_world().south
    mission = build_mission(side, slots=4)
    Event.objects.filter(pk=mission.event.pk).update(summary_en="A day.", summary_ja="一日です。")
    changes.postpone_event(event=mission.event, actor=side.manager, reason="Storm.")
    before, week = times(mission), dt.timedelta(days=7)

    def act():
        event = Event.objects.get(pk=mission.event.pk)
        day = mission.event.starts_on + week
        return changes.set_new_date(event=event, actor=side.manager, now=now(), starts_on=day, ends_on=day)

    refused = [isinstance(result, StepError) for result in at_once(act, act)]
    assert sorted(refused) == [False, True]
    assert times(mission) == [(start + week, end + week) for start, end in before]


# -- beforehand --------------------------------------------------------------------------------------------------------
def test_the_page_says_beforehand_what_moves_and_what_does_not(client, settings, mission, actor, leg):
    mission.meeting("held", slot=mission.slots[1])
    mission.meeting("accepted", invitee=mission.other_host, wished_slot=mission.slots[2])
    missions.cancel_delegate(delegate=mission.other_visitor, reason="Ill.", actor=actor, now=now())
    VisaLetter.objects.create(
        registration=RegistrationFactory(event=mission.event), passport_name="HANAKO", requested_at=now(),
        arrives_on=mission.event.starts_on, leaves_on=mission.event.starts_on,
    )  # fmt: skip
    along = what_goes_along(mission.event, now=now())
    assert (along.sessions, along.legs, along.slots, along.used_slots) == (0, 1, 3, 1)
    assert (along.wishes, along.away, along.visa_letters) == (1, 1, 1)
    desk = sign_in(client, actor, settings)
    page = desk.get(reverse("admin:workshops_event_step", args=[mission.event.pk, "move"])).content.decode()
    assert "Keeps the day" not in page
    for words in ("1 part of the itinerary · 3 times for meetings",  "1 wished time", "1 time in which people have met",
                  "1 delegate who does not come", "1 letter for a visa", "3 delegates"):  # fmt: skip
        assert words in page, words


def test_a_meeting_to_come_keeps_the_day_and_is_called_off_before_a_new_date(client, settings, mission, actor):
    mission.meeting("scheduled")
    desk = sign_in(client, actor, settings)
    page = desk.get(reverse("admin:workshops_event_step", args=[mission.event.pk, "move"])).content.decode()
    assert "1 scheduled meeting: postpone the event" in page and "4 times for meetings" in page
    changes.postpone_event(event=mission.event, actor=actor, reason="Storm.")
    page = desk.get(reverse("admin:workshops_event_step", args=[mission.event.pk, "set_new_date"])).content.decode()
    assert "Is called off" in page and "have met" not in page
