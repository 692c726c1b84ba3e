"""Cohorts: the published life cycle, who takes its steps, and what the clock does."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from portal.core.workflow import IllegalTransition, StepError
from portal.programmes.models import Call
from startups.models import Cohort, Startup
from startups.services import cohorts
from startups.tasks import move_cohorts
from startups.workflows import COHORT
from tests.factories.reference import rows
from tests.factories.ventures import build_incubator

PUBLISHED = [row for row in rows("lifecycle_transitions") if row["entity"] == "cohort"]
ACTORS = {"startup_manager": {"incubator"}, "system": set()}


@pytest.fixture
def north(world):
    return build_incubator(world.north)


@pytest.fixture
def south(world):
    return build_incubator(world.south)


def test_the_table_is_the_published_life_cycle():
    ours = sorted((sorted(step.sources), step.target) for step in COHORT.transitions)
    assert ours == sorted((sorted(row["from_states"].split("|")), row["to_state"]) for row in PUBLISHED)
    assert Cohort._meta.get_field("state").default == PUBLISHED[0]["from_states"]


def test_each_step_in_each_state_is_open_to_its_actors_only(north, south):
    row, wrong = north.cohort, []
    people = {**north.side.users, "incubator": north.manager, "founder": north.founder, "south": south.manager}
    for step in COHORT.transitions:
        actors = ACTORS[next(line["actor"] for line in PUBLISHED if line["to_state"] == step.target)]
        for state in Cohort.State.values:
            row.state = state
            for name, user in people.items():
                expected = state in step.sources and name in actors
                if COHORT.can(step.name, row, user) != expected:
                    wrong.append((step.name, state, name))
    assert not wrong


@pytest.mark.parametrize("step", COHORT.transitions, ids=lambda step: step.name)
def test_a_step_from_another_state_is_refused(north, step):
    actor = None if step.by_system else north.manager
    for state in set(Cohort.State.values) - step.sources:
        Cohort.objects.filter(pk=north.cohort.pk).update(state=state)
        with pytest.raises(IllegalTransition):
            COHORT.apply(step.name, north.cohort, actor=actor)


def test_a_cohort_opens_when_the_terms_of_its_call_are_public(north):
    Cohort.objects.filter(pk=north.cohort.pk).update(state="planned")
    Call.objects.filter(pk=north.call.pk).update(state="draft")
    with pytest.raises(StepError):
        cohorts.open_cohort(cohort=north.cohort, actor=north.manager)
    Call.objects.filter(pk=north.call.pk).update(state="approved")
    assert cohorts.open_cohort(cohort=north.cohort, actor=north.manager).state == "call_open"


def test_the_selection_begins_when_the_call_has_closed(north):
    assert move_cohorts() == {"selecting": 0, "follow_up": 0}
    Call.objects.filter(pk=north.call.pk).update(state="closed")
    assert move_cohorts()["selecting"] == 1
    assert move_cohorts()["selecting"] == 0


def test_a_cohort_starts_with_at_least_one_startup(north):
    Cohort.objects.filter(pk=north.cohort.pk).update(state="selecting")
    with pytest.raises(StepError):
        cohorts.start_cohort(cohort=north.cohort, actor=north.manager)
    Startup.objects.create(code="first", name="First", cohort=north.cohort, state="admitted")
    assert cohorts.start_cohort(cohort=north.cohort, actor=north.manager).state == "running"


def test_the_demo_day_is_an_event(north):
    Cohort.objects.filter(pk=north.cohort.pk).update(state="running")
    with pytest.raises(StepError):
        cohorts.hold_demo_day(cohort=north.cohort, demo_event=None, actor=north.manager)


def test_the_follow_up_comes_after_one_three_and_five_years(north, world):
    Cohort.objects.filter(pk=north.cohort.pk).update(state="demo_day")
    row = cohorts.graduate_cohort(cohort=north.cohort, actor=north.manager, today=dt.date(2028, 2, 29))
    assert row.follow_up_days == [dt.date(2029, 2, 28), dt.date(2031, 2, 28), dt.date(2033, 2, 28)]
    assert cohorts.begin_follow_ups(today=dt.date(2029, 2, 27)) == 0
    assert cohorts.begin_follow_ups(today=dt.date(2029, 2, 28)) == 1
    row.refresh_from_db()
    with pytest.raises(StepError):
        cohorts.close_cohort(cohort=row, actor=north.manager, today=dt.date(2033, 2, 27))
    assert cohorts.close_cohort(cohort=row, actor=north.manager, today=dt.date(2033, 2, 28)).state == "closed"


def test_a_call_of_another_programme_is_refused(north):
    north.cohort.call = north.side.call
    with pytest.raises(ValidationError):
        north.cohort.full_clean()
