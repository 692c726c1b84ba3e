"""The life cycle of a meeting is the published one, and each step is open to its people only."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.core import audit
from portal.core.workflow import IllegalTransition, ReasonMissing
from tests.factories.missions import build_mission
from tests.factories.reference import rows
from workshops.models import Meeting
from workshops.workflows.meetings import MEETING

pytestmark = pytest.mark.django_db

PARTIES = {"fellow", "host_researcher"}
DESK = {"manager", "alliance_admin"}
# The column `actor`. The desk stands in for a party that calls instead of opening the page.
ACTORS = {
    "invitee": {"host_researcher"},
    "organiser or system": DESK,
    "either party": PARTIES | DESK,
    "organiser": DESK,
    "note taker": PARTIES | DESK,
    "both parties": PARTIES,
}
PUBLISHED = [row for row in rows("lifecycle_transitions") if row["entity"] == "meeting"]


def row_of(step) -> dict:
    return next(
        row
        for row in PUBLISHED
        if row["to_state"] == step.target and frozenset(row["from_states"].split("|")) == step.sources
    )


@pytest.fixture
def meeting(world):
    return build_mission(world.north).meeting("requested")


def put(meeting, state):
    at = {"starts_at": meeting.created_at, "ends_at": meeting.created_at.replace(year=2100)}
    Meeting.objects.filter(pk=meeting.pk).update(state=state, **at)
    meeting.refresh_from_db()


def test_the_table_is_the_published_life_cycle():
    ours = sorted((sorted(step.sources), step.target) for step in MEETING.transitions)
    theirs = sorted((sorted(row["from_states"].split("|")), row["to_state"]) for row in PUBLISHED)
    assert ours == theirs
    assert Meeting._meta.get_field("state").default == PUBLISHED[0]["from_states"]


def test_each_step_in_each_state_is_open_to_its_people_only(world, meeting):
    people = [("north", *item) for item in world.north.users.items()]
    people += [("south", *item) for item in world.south.users.items()]
    wrong = []
    for step in MEETING.transitions:
        for state in Meeting.State.values:
            meeting.state = state
            for side, name, user in people:
                expected = state in step.sources and side == "north" and name in ACTORS[row_of(step)["actor"]]
                if MEETING.can(step.name, meeting, user) != expected:
                    wrong.append((step.name, state, side, name))
    assert not wrong


def test_strangers_and_wrong_states_are_refused_and_every_step_leaves_its_trace(world, meeting):
    for step in MEETING.transitions:
        actor = getattr(world.north, sorted(ACTORS[row_of(step)["actor"]])[0])
        put(meeting, next(state for state in Meeting.State.values if state not in step.sources))
        with pytest.raises(IllegalTransition):
            MEETING.apply(step.name, meeting, actor=actor, reason="because")
        source = sorted(step.sources)[0]
        put(meeting, source)
        with pytest.raises(PermissionDenied):
            MEETING.apply(step.name, meeting, actor=world.north.stranger, reason="because")
        if not step.by_system:
            with pytest.raises(PermissionDenied):
                MEETING.apply(step.name, meeting, actor=None, reason="because")
        if step.needs_reason:
            with pytest.raises(ReasonMissing):
                MEETING.apply(step.name, meeting, actor=actor, reason=" ")
        MEETING.apply(step.name, meeting, actor=actor, reason="because")
        entry = audit.timeline(meeting).first()
        assert (entry.verb, entry.before, entry.after) == (f"meeting.{step.name}", source, step.target)
