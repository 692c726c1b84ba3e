"""Two people take the last meeting slot in the same moment: one gets it, the other a kind sentence."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portal.core.workflow import StepError
from tests.factories import build_world
from tests.factories.missions import build_mission
from tests.racing import at_once, needs_row_locks
from workshops.boards import Board
from workshops.models import Delegation, Meeting, MeetingSeat, MeetingSlot
from workshops.services import meetings, scheduling
from workshops.services.scheduling import SlotTaken

pytestmark = [
    pytest.mark.django_db(transaction=True),
    needs_row_locks,
]


@pytest.fixture
def mission(transactional_db):
    return build_mission(build_world().north, slots=1, tables=5)


@pytest.fixture
def two_wishes(mission):
    """Two people hope for the same host in the only slot."""
    return [mission.meeting("accepted", requester=asker).pk for asker in (mission.visitor, mission.other_visitor)]


def choose(pk: int, slot: MeetingSlot):
    def act():
        meeting = Meeting.objects.select_related("event", "requester").get(pk=pk)
        return meetings.choose_slot(meeting=meeting, slot=slot, person=meeting.requester, now=timezone.now())

    return act


def test_the_last_slot_goes_to_one_and_the_other_hears_it_kindly(mission, two_wishes):
    results = at_once(*(choose(pk, mission.slots[0]) for pk in two_wishes))
    assert sorted(type(result).__name__ for result in results) == ["Meeting", "SlotTaken"]
    (refusal,) = [result for result in results if isinstance(result, SlotTaken)]
    assert "has just been taken" in str(refusal)
    assert sorted(Meeting.objects.values_list("state", flat=True)) == ["accepted", "scheduled"]
    assert MeetingSeat.objects.count() == 2


def taken_without_the_lock(pk: int, table, both_have_looked: threading.Barrier):
    """What `give_slot` does, without waiting for others, with a pause between looking and taking; each at its table."""

    def act():
        with transaction.atomic():
            meeting = Meeting.objects.select_related("event__host_organisation", "requester", "invitee").get(pk=pk)
            board = Board(Delegation.objects.select_related("event").get(event=meeting.event_id), now=timezone.now())
            (slot,) = board.possible_slots(meeting.requester_id, meeting.invitee_id)
            both_have_looked.wait(timeout=10)
            return scheduling._place(meeting, slot, table, None, board, None, timezone.now())

    return act


def test_the_constraint_alone_already_lets_only_one_in(mission, two_wishes):
    """Somebody forgets the lock: both see the slot free, and the database still gives it to one of them."""
    both = threading.Barrier(2)
    results = at_once(
        *(taken_without_the_lock(pk, table, both) for pk, table in zip(two_wishes, mission.tables, strict=False))
    )
    assert sorted(type(result).__name__ for result in results) == ["Meeting", "SlotTaken"]
    assert Meeting.objects.filter(state="scheduled").count() == 1


def test_control_without_lock_and_constraint_both_would_get_it(mission, two_wishes):
    """The race is real: with neither, one host sits at two tables."""
    (seat_once,) = [one for one in MeetingSeat._meta.constraints if one.name == "meeting_seat_once"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(MeetingSeat, seat_once)
    try:
        both = threading.Barrier(2)
        results = at_once(
            *(taken_without_the_lock(pk, table, both) for pk, table in zip(two_wishes, mission.tables, strict=False))
        )
        assert [type(result).__name__ for result in results] == ["Meeting", "Meeting"]
        assert MeetingSeat.objects.filter(person=mission.host.person).count() == 2
    finally:
        MeetingSeat.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(MeetingSeat, seat_once)


def test_the_last_table_goes_to_one_of_two_pairs(transactional_db):
    mission = build_mission(build_world().north, slots=1, tables=1)
    pairs = [(mission.visitor, mission.host), (mission.other_visitor, mission.other_host)]
    keys = [mission.meeting("accepted", requester=one, invitee=two).pk for one, two in pairs]
    results = at_once(*(choose(pk, mission.slots[0]) for pk in keys))
    assert sorted(type(result).__name__ for result in results) == ["Meeting", "SlotTaken"]


def test_asking_each_other_at_once_makes_one_meeting(mission):
    def ask(by, of):
        return lambda: meetings.request_meeting(delegate=by, counterpart=of, topic="Films", now=timezone.now())

    results = at_once(ask(mission.visitor, mission.host), ask(mission.host, mission.visitor))
    assert all(isinstance(result, Meeting) for result in results), results
    assert Meeting.objects.get().state == "accepted"


def test_cancelling_and_choosing_a_time_at_once_leave_one_truth(mission):
    pk = mission.meeting("accepted").pk

    def cancel():
        meeting = Meeting.objects.select_related("event", "invitee").get(pk=pk)
        return meetings.cancel(meeting=meeting, reason="Ill", person=meeting.invitee, now=timezone.now())

    cancelled, chosen = at_once(cancel, choose(pk, mission.slots[0]))
    assert isinstance(cancelled, Meeting)
    assert isinstance(chosen, (Meeting, StepError))
    assert Meeting.objects.get().state == "cancelled"
    assert not MeetingSeat.objects.exists()
