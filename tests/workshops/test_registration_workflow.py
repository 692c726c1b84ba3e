"""The life cycle of a registration says what `lifecycle_transitions.csv` says, and lets nobody else take a step."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.core import audit
from portal.core.workflow import IllegalTransition
from tests.exchanges.test_workflows import published, row_of, sources
from tests.factories import user_with_seat
from tests.factories.registrations import RegistrationFactory, open_event
from workshops.models import Registration, VisaLetter
from workshops.workflows.registration import REGISTRATION, VISA_LETTER

STAFF = {"manager", "alliance_admin", "organiser"}
ACTORS = {
    "system": set(),
    "participant": {"fellow"},
    "export_officer": {"export_officer"},
    "event staff": STAFF,
}


@pytest.fixture
def people(world):
    """Everybody of both alliances, and an organiser of events on each side."""
    found = {}
    for name, side in (("north", world.north), ("south", world.south)):
        organiser = user_with_seat("event_organiser", side.host)
        found |= {(name, who): user for who, user in {**side.users, "organiser": organiser}.items()}
    return found


@pytest.fixture
def registration(world):
    return RegistrationFactory(event=open_event(world.north), person=world.north.fellow.person, state="submitted")


def put(row, state):
    Registration._base_manager.filter(pk=row.pk).update(state=state)
    row.state = state


def test_the_table_is_the_published_life_cycle():
    ours = sorted((sorted(step.sources), step.target) for step in REGISTRATION.transitions)
    theirs = sorted(
        (sorted(sources("registration", row["from_states"])), row["to_state"]) for row in published("registration")
    )
    assert ours == theirs
    assert Registration._meta.get_field("state").default == published("registration")[0]["from_states"]


def test_each_step_in_each_state_is_open_to_its_actors_only(registration, people):
    wrong = []
    for step in REGISTRATION.transitions:
        actors = ACTORS[row_of("registration", step)["actor"]]
        for state in Registration.State.values:
            registration.state = state
            for (side, who), user in people.items():
                expected = state in step.sources and side == "north" and who in actors
                if REGISTRATION.can(step.name, registration, user) != expected:
                    wrong.append((step.name, state, side, who))
    assert not wrong


def test_a_step_from_another_state_is_refused_and_one_by_a_stranger_too(registration, people):
    for step in REGISTRATION.transitions:
        put(registration, next(state for state in Registration.State.values if state not in step.sources))
        with pytest.raises(IllegalTransition):
            REGISTRATION.apply(step.name, registration, actor=None)
        put(registration, sorted(step.sources)[0])
        with pytest.raises(PermissionDenied):
            REGISTRATION.apply(step.name, registration, actor=people["north", "stranger"])
        if not step.by_system:
            with pytest.raises(PermissionDenied):
                REGISTRATION.apply(step.name, registration, actor=None)


def test_a_step_by_its_actor_arrives_and_leaves_its_trace(registration, people):
    for step in REGISTRATION.transitions:
        actors = ACTORS[row_of("registration", step)["actor"]]
        actor = people["north", sorted(actors)[0]] if actors else None
        before = sorted(step.sources)[0]
        put(registration, before)
        REGISTRATION.apply(step.name, registration, actor=actor)
        entry = audit.timeline(registration).first()
        assert (entry.verb, entry.before, entry.after, entry.actor) == (
            f"registration.{step.name}",
            before,
            step.target,
            actor,
        )


def test_nobody_decides_about_the_own_registration(world, registration):
    registration.person = world.north.manager.person
    registration.state = Registration.State.CONFIRMED
    assert not REGISTRATION.can("check_in", registration, world.north.manager)


def test_letters_for_visas_are_decided_by_the_organisers_of_the_event_only(world, registration, people):
    wish = VisaLetter(registration=registration)
    for step in VISA_LETTER.transitions:
        for state in VisaLetter.State.values:
            wish.state = state
            able = {who for who, user in people.items() if VISA_LETTER.can(step.name, wish, user)}
            assert able == ({("north", who) for who in STAFF} if state in step.sources else set())
