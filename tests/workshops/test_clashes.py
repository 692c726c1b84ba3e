"""Clashes: rooms, hours, seats and people in all their roles, across events, found without comparing everything."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from portal.core.workflow import ReasonMissing
from tests.factories import PersonFactory
from tests.factories.programme import (
    at,
    event_of,
    mails,
    organiser_of,
    room_in,
    session_in,
    speaker_of,
)
from workshops.clash_texts import seen_events, sentence
from workshops.models import EventPerson, Meeting, Registration, Room, Session, SessionPerson
from workshops.services import clashes, programme
from workshops.services.clashes import Busy, overlaps

db = pytest.mark.django_db
DAY = dt.datetime(2027, 3, 15, tzinfo=dt.UTC)


# -- the sweep over sorted rows ----------------------------------------------------------------------------------------
def minutes(number: int) -> dt.datetime:
    return DAY + dt.timedelta(minutes=number)


@st.composite
def timetables(draw):
    """Short intervals close together, some equal, some touching, some with the same item twice."""
    rows = []
    for number in range(draw(st.integers(0, 14))):
        start = draw(st.integers(0, 12))
        length = draw(st.integers(1, 6))
        item = ("session", draw(st.integers(0, number)))
        if any(row.item == item for row in rows):  # one item has one time, for everybody in it
            twin = next(row for row in rows if row.item == item)
            rows.append(Busy(draw(st.sampled_from("abc")), twin.starts_at, twin.ends_at, item))
        else:
            rows.append(Busy(draw(st.sampled_from("abc")), minutes(start), minutes(start + length), item))
    return rows


def brute_force(rows: list[Busy]) -> set:
    """The rule itself, by comparing everything with everything: [a, b) and [c, d) overlap where a < d and c < b."""
    return {
        (one.key, frozenset({one.item, two.item}))
        for one in rows
        for two in rows
        if one.key == two.key and one.item != two.item and one.starts_at < two.ends_at and two.starts_at < one.ends_at
    }


@given(timetables())
def test_the_sweep_finds_what_comparing_everything_finds(rows):
    found = [(one.key, frozenset({one.item, two.item})) for one, two in overlaps(rows)]
    assert set(found) == brute_force(rows)
    assert len(found) == len(set(found))


@given(timetables(), st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows, random):
    shuffled = rows[:]
    random.shuffle(shuffled)

    def told(pairs):
        return {(one.key, frozenset({one.item, two.item})) for one, two in pairs}

    assert told(overlaps(rows)) == told(overlaps(shuffled))


def test_a_wide_table_without_clashes_is_swept_quickly():
    rows = [Busy(f"room:{n % 50}", minutes(n), minutes(n + 50), ("session", n)) for n in range(20_000)]
    assert list(overlaps(rows)) == []


# -- people in all their roles -----------------------------------------------------------------------------------------
def standing(event) -> list[str]:
    clashes.check(event=event, now=timezone.now())
    return sorted(event.clashes.standing().values_list("rule", flat=True))


@db
@pytest.mark.parametrize("role", [role.value for role in SessionPerson.Role])
def test_a_person_is_in_one_place_at_a_time_whatever_her_role(side, event, role):
    person = speaker_of(event)
    session_in(side, event, at(event, "10:00", "11:00"), "One", people=[(person, "speaker")])
    session_in(side, event, at(event, "10:59", "11:30"), "Two", people=[(person, role)])
    assert standing(event) == ["person_overlap"]


@db
def test_speaking_and_chairing_in_one_session_is_no_clash_and_the_next_may_follow_at_once(side, event):
    person = speaker_of(event)
    session_in(side, event, at(event, "10:00", "10:30"), people=[(person, "speaker"), (person, "chair")])
    session_in(side, event, at(event, "10:30", "11:00"), people=[(person, "speaker")])
    assert standing(event) == []


@db
@pytest.mark.parametrize("how", ["person", "address"])
def test_the_same_human_being_is_known_across_events(world, event, how):
    shared = {"person": PersonFactory()} if how == "person" else {"email": "one@example.org"}
    ours = speaker_of(event, "Mihon", **shared)
    elsewhere = event_of(world.south, starts_on=event.starts_on, timezone=event.timezone)
    theirs = speaker_of(elsewhere, "Mihon-Kim", **shared)
    session_in(world.south, elsewhere, at(elsewhere, "10:00", "11:00"), people=[(theirs, "panellist")])
    session_in(world.north, event, at(event, "10:30", "11:30"), people=[(ours, "speaker")])
    assert standing(event) == ["person_overlap"]
    assert standing(elsewhere) == ["person_overlap"]


@db
def test_namesakes_of_two_events_are_two_people(world, event):
    elsewhere = event_of(world.south, starts_on=event.starts_on, timezone=event.timezone)
    for side, where in ((world.north, event), (world.south, elsewhere)):
        person = speaker_of(where, "Mihon", email="")
        session_in(side, where, at(where, "10:00", "11:00"), people=[(person, "speaker")])
    assert standing(event) == standing(elsewhere) == []


@db
@pytest.mark.parametrize("state", ["declined", "withdrawn"])
def test_who_has_said_no_is_free(side, event, state):
    person = speaker_of(event)
    for title in ("One", "Two"):
        session_in(side, event, at(event, "10:00", "11:00"), title, people=[(person, "speaker")])
    assert standing(event) == ["person_overlap"]
    EventPerson.objects.filter(pk=person.pk).update(state=state)
    assert standing(event) == []


@db
@pytest.mark.parametrize("part", ["requester", "invitee"])
@pytest.mark.parametrize(("state", "clashing"), [("scheduled", True), ("requested", False), ("cancelled", False)])
def test_meetings_that_hold_their_people_clash(side, event, part, state, clashing):
    person, other = PersonFactory(), PersonFactory()
    speaker = speaker_of(event, person=person)
    session = session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")])
    pair = {"requester": person, "invitee": other} if part == "requester" else {"requester": other, "invitee": person}
    Meeting.objects.create(
        code="m1", event=event_of(side, starts_on=event.starts_on), topic_en="Lunch", state=state,
        timezone=event.timezone, starts_at=session.starts_at + dt.timedelta(minutes=30),
        ends_at=session.ends_at + dt.timedelta(hours=1), **pair,
    )  # fmt: skip
    assert standing(event) == (["person_meeting"] if clashing else [])


# -- rooms, hours, seats, days -----------------------------------------------------------------------------------------
@db
def test_two_events_share_a_room_of_the_site(world, event):
    side = world.north
    room = Room.objects.create(organisation=side.host, code="shared", name_en="Clean room", timezone=event.timezone)
    other = event_of(side, starts_on=event.starts_on)
    session_in(side, event, at(event, "10:00", "11:00"), room=room)
    with pytest.raises(programme.ClashesWith):
        session_in(side, other, at(other, "10:30", "12:00"), room=room)


@db
@pytest.mark.parametrize(
    ("starts", "ends", "ends_day", "clashing"),
    [
        ("09:00", "18:00", None, False),
        ("08:59", "10:00", None, True),
        ("17:00", "18:01", None, True),
        ("17:00", "00:30", 1, True),
    ],
)
def test_sessions_lie_within_the_hours_of_their_room(side, event, starts, ends, ends_day, clashing):
    room = room_in(event, opens_at=dt.time(9), closes_at=dt.time(18))
    session_in(side, event, at(event, starts, ends, ends_day=ends_day), room=room)
    assert standing(event) == (["room_hours"] if clashing else [])


@db
def test_seats_are_compared_with_who_is_expected_or_registered_on_site(side, event):
    room = room_in(event, capacity=2)
    big = session_in(side, event, at(event, "10:00", "11:00"), room=room)
    for number in range(3):
        Registration.objects.create(
            code=f"r{number}", event=event, person_name="R", email=f"r{number}@example.org", state="confirmed",
            attendance_mode="on_site", registered_at=timezone.now(),
        )  # fmt: skip
    assert standing(event) == ["room_capacity"]
    # Beside something else nobody knows how many come to which.
    session_in(side, event, at(event, "10:00", "11:00"), "Elsewhere", room=room_in(event, "Second", capacity=50))
    assert standing(event) == []
    Session.objects.filter(pk=big.pk).update(expected=3)
    assert standing(event) == ["room_capacity"]
    Session.objects.filter(pk=big.pk).update(kind="break")
    assert standing(event) == []


@db
def test_a_session_lies_within_the_days_of_the_event(side, event):
    session_in(side, event, at(event, "23:00", "00:30", ends_day=1), "Reception")
    assert standing(event) == []
    session_in(side, event, at(event, "10:00", "11:00", day=1), "The day after")
    assert standing(event) == ["event_days"]


@db
def test_what_the_table_ignores_is_not_found(side, event, monkeypatch):
    session_in(side, event, at(event, "10:00", "11:00", day=3))
    monkeypatch.setitem(clashes.LEVELS, "event_days", clashes.IGNORE)
    assert standing(event) == []


@db
def test_cancelled_sessions_free_their_room_and_people(side, event):
    room, person = room_in(event), speaker_of(event)
    session = session_in(side, event, at(event, "10:00", "11:00"), room=room, people=[(person, "speaker")])
    programme.cancel_session(session=session, reason="Ill.", actor=organiser_of(side), now=timezone.now())
    session_in(side, event, at(event, "10:00", "11:00"), room=room, people=[(person, "speaker")])
    assert standing(event) == []


# -- letting pass, and the morning -------------------------------------------------------------------------------------
@db
def test_letting_a_clash_pass_needs_the_desk_and_a_reason(world, event):
    side = world.north
    person = speaker_of(event)
    for title in ("One", "Two"):
        session_in(side, event, at(event, "10:00", "11:00"), title, people=[(person, "speaker")])
    clash, now = event.clashes.get(), timezone.now()
    for stranger in (world.south.manager, side.fellow, side.home_office):
        with pytest.raises(PermissionDenied):
            clashes.let_pass(clash=clash, reason="Because.", actor=stranger, now=now)
    with pytest.raises(ReasonMissing):
        clashes.let_pass(clash=clash, reason=" ", actor=organiser_of(side), now=now)
    clashes.let_pass(clash=clash, reason="She waves from the other room.", actor=organiser_of(side), now=now)
    assert not event.clashes.unanswered().exists()
    assert clashes.check(event=event, now=now) == []


@db
def test_what_comes_up_elsewhere_is_told_in_the_morning_once(world, event):
    person = PersonFactory()
    side = world.north
    speaker = speaker_of(event, person=person)
    organiser = organiser_of(side)
    session = session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")])
    now = timezone.now()
    assert clashes.sweep(now=now) == 0
    Meeting.objects.create(
        code="m1", event=event, topic_en="Lunch", state="scheduled", timezone=event.timezone, requester=person,
        invitee=PersonFactory(), starts_at=session.starts_at, ends_at=session.ends_at,
    )  # fmt: skip
    assert clashes.sweep(now=now) == 1
    (mail,) = mails("clashes_found", to=organiser.email)
    assert "one-to-one meeting" in mail.body_text and mail.not_before.astimezone(dt.UTC).hour == 22  # 07:00 in Tokyo
    assert clashes.sweep(now=now + dt.timedelta(days=1)) == 0
    Meeting.objects.update(state="cancelled")
    assert clashes.sweep(now=now) == 0
    assert event.clashes.get().gone_at == now


@db
def test_the_other_event_is_named_only_to_those_who_see_it(world, event):
    side, person = world.north, PersonFactory()
    hidden = event_of(
        world.south, starts_on=event.starts_on, timezone=event.timezone, state="planned", title_en="Secret"
    )
    session_in(
        world.south, hidden, at(hidden, "10:00", "11:00"), "Hush",
        people=[(speaker_of(hidden, person=person), "speaker")], confirmed=True,
    )  # fmt: skip
    session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker_of(event, person=person), "speaker")])
    found = list(clashes.for_reader(event))
    told = sentence(found[0], seen_events(found, organiser_of(side)))
    assert "another event" in told and "Hush" not in told and "Secret" not in told
    hidden.state = "announced"
    hidden.save()
    assert "Hush" in sentence(found[0], seen_events(found, organiser_of(side)))


@db
def test_every_rule_has_a_level_and_a_sentence_in_both_languages(side, event):
    assert set(clashes.LEVELS) == set(clashes.Rule)
    room = room_in(event, capacity=1, opens_at=dt.time(9), closes_at=dt.time(10))
    person = speaker_of(event)
    people = [(person, "speaker")]
    one = session_in(side, event, at(event, "20:00", "21:00", day=5), "One", room=room, people=people, expected=3)
    session_in(side, event, at(event, "20:00", "21:00", day=5), "Two", room=room, people=people, why="It must.")
    programme.hide_room(room=room, actor=organiser_of(side), now=timezone.now())
    found = list(clashes.for_reader(event))
    assert {clash.rule for clash in found} == set(clashes.Rule) - {"person_meeting"}
    for language in ("en", "ja"):
        with translation.override(language):
            for clash in found:
                assert one.title in sentence(clash, set()) or "Two" in sentence(clash, set())


@db
def test_checking_costs_the_same_however_many_sessions_there_are(side, event, django_assert_max_num_queries):
    for number in range(12):
        person = speaker_of(event, f"Speaker-{number}")
        session_in(side, event, at(event, f"{8 + number:02}:00", f"{9 + number:02}:00"), people=[(person, "speaker")])
    with django_assert_max_num_queries(10):
        assert clashes.find(event) == []
