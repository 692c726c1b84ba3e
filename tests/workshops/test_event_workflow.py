"""The life of an event is the published one, and nobody else takes its steps."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.accounts.roles import Role
from portal.core.workflow import IllegalTransition, ReasonMissing
from tests.factories import user_with_seat
from tests.factories.events import an_event
from tests.factories.reference import rows
from workshops.models import Event
from workshops.workflows.event import EVENT

ORDER = ["planned", "announced", "registration_open", "registration_closed"]
# States from which a step may be taken beyond the published row; ARCHITECTURE.md, "Decisions", says why.
BEYOND = {"cancel": {"postponed"}}
DESKS = {"manager", "alliance_admin", "organiser"}


def published() -> list[dict]:
    return [row for row in rows("lifecycle_transitions") if row["entity"] == "event"]


def sources(text: str) -> frozenset[str]:
    if ".." not in text:
        return frozenset(text.split("|"))
    first, last = text.split("..")
    return frozenset(ORDER[ORDER.index(first) : ORDER.index(last) + 1])


def published_sources(step) -> frozenset[str]:
    return step.sources - BEYOND.get(step.name, set())


def row_of(step) -> dict:
    return next(
        row
        for row in published()
        if row["to_state"] == step.target and sources(row["from_states"]) == published_sources(step)
    )


@pytest.fixture
def people(world):
    north = {**world.north.users, "organiser": user_with_seat(Role.EVENT_ORGANISER, world.north.host)}
    south = {**world.south.users, "organiser": user_with_seat(Role.EVENT_ORGANISER, world.south.host)}
    return [("north", name, user) for name, user in north.items()] + [
        ("south", name, user) for name, user in south.items()
    ]


def test_the_table_is_the_published_life_cycle():
    ours = sorted((sorted(published_sources(step)), step.target) for step in EVENT.transitions)
    theirs = sorted((sorted(sources(row["from_states"])), row["to_state"]) for row in published())
    assert ours == theirs


def test_what_goes_beyond_the_published_table_is_really_there():
    for name, more in BEYOND.items():
        assert more <= EVENT.by_name[name].sources


def test_the_system_takes_exactly_the_steps_that_are_its_own():
    for step in EVENT.transitions:
        assert step.by_system == (row_of(step)["actor"] == "system"), step.name


@pytest.mark.django_db
def test_each_step_in_each_state_is_open_to_the_organisers_of_its_host_only(world, people):
    event = an_event(world.north)
    wrong = []
    for step in EVENT.transitions:
        actors = set() if row_of(step)["actor"] == "system" else DESKS
        for state in Event.State.values:
            event.state = state
            for side, name, user in people:
                expected = state in step.sources and side == "north" and name in actors
                if EVENT.can(step.name, event, user) != expected:
                    wrong.append((step.name, state, side, name))
    assert not wrong


@pytest.mark.django_db
def test_a_step_from_another_state_by_somebody_else_or_without_reason_changes_nothing(world):
    event, manager = an_event(world.north), world.north.manager
    for step in EVENT.transitions:
        actor = None if step.by_system else manager
        elsewhere = next(state for state in Event.State.values if state not in step.sources)
        Event.objects.filter(pk=event.pk).update(state=elsewhere)
        with pytest.raises(IllegalTransition):
            EVENT.apply(step.name, event, actor=actor, reason="because")
        start = sorted(step.sources)[0]
        Event.objects.filter(pk=event.pk).update(state=start)
        with pytest.raises(PermissionDenied):
            EVENT.apply(step.name, event, actor=world.north.stranger, reason="because")
        if step.needs_reason:
            with pytest.raises(ReasonMissing):
                EVENT.apply(step.name, event, actor=actor, reason=" ")
        event.refresh_from_db()
        assert event.state == start
        assert EVENT.apply(step.name, event, actor=actor, reason="because").state == step.target
