"""The life cycles of startup and milestone are the published ones, open to their actors only."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from portal.core import audit
from portal.core.workflow import IllegalTransition, ReasonMissing
from startups.workflows import COHORT_APPLICATION, MENTOR, MILESTONE, STARTUP, UPDATE
from tests.factories.reference import rows

WORKFLOWS = {"startup": (STARTUP, lambda v: v.startup), "milestone": (MILESTONE, lambda v: v.milestone())}
# The column `actor` and who answers to it. The panel speaks through the manager; of two offices joined by “+” the
# second one takes the step, the first has recorded its part before.
MANAGERS = {"manager", "colleague"}
ACTORS = {
    "founder": {"founder"},
    "startup_manager + export_officer": MANAGERS,
    "selection panel": MANAGERS,
    "startup_manager": MANAGERS,
    "founder or manager": MANAGERS | {"founder"},
    "startup_manager (not the mentor)": MANAGERS,
    "system": set(),
    "startup_manager + alliance_admin": {"admin"},
}
EVERYBODY = ("manager", "colleague", "partner", "outsider", "founder", "mentor", "admin", "auditor", "export_officer")


def published(entity: str) -> list[dict]:
    return [row for row in rows("lifecycle_transitions") if row["entity"] == entity]


def actors_of(entity: str, step) -> set[str]:
    row = next(
        row
        for row in published(entity)
        if row["to_state"] == step.target and frozenset(row["from_states"].split("|")) == step.sources
    )
    return ACTORS[row["actor"]]


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_the_table_is_the_published_life_cycle(entity):
    ours = sorted((sorted(step.sources), step.target) for step in WORKFLOWS[entity][0].transitions)
    theirs = sorted((sorted(row["from_states"].split("|")), row["to_state"]) for row in published(entity))
    assert ours == theirs


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_a_new_record_begins_where_the_life_cycle_begins(venture, entity):
    workflow, make = WORKFLOWS[entity]
    assert type(make(venture))._meta.get_field(workflow.field).default == published(entity)[0]["from_states"]


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_a_step_asks_for_a_reason_where_the_life_cycle_does(entity):
    for row in published(entity):
        wanted = {"reason", "what is missing"} & {row["condition_or_documents_en"]}
        for step in WORKFLOWS[entity][0].transitions:
            if step.target == row["to_state"] and step.sources == frozenset(row["from_states"].split("|")) and wanted:
                assert step.needs_reason, step.name


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_each_step_in_each_state_is_open_to_its_actors_only(venture, foreign, entity):
    workflow, make = WORKFLOWS[entity]
    row, wrong = make(venture), []
    for step in workflow.transitions:
        actors = actors_of(entity, step)
        for state in type(row).State.values:
            setattr(row, workflow.field, state)
            for who, everybody in (("north", venture), ("south", foreign)):
                for name in EVERYBODY:
                    expected = state in step.sources and who == "north" and name in actors
                    if workflow.can(step.name, row, getattr(everybody, name)) != expected:
                        wrong.append((step.name, state, who, name))
    assert not wrong


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_a_step_by_its_actor_arrives_and_leaves_its_trace(venture, entity):
    workflow, make = WORKFLOWS[entity]
    row = make(venture)
    for step in workflow.transitions:
        actors = actors_of(entity, step)
        actor = getattr(venture, sorted(actors)[0]) if actors else None
        state = sorted(step.sources)[0]
        type(row)._base_manager.filter(pk=row.pk).update(**{workflow.field: state})
        if step.needs_reason:
            with pytest.raises(ReasonMissing):
                workflow.apply(step.name, row, actor=actor, reason=" ")
        workflow.apply(step.name, row, actor=actor, reason="because")
        row.refresh_from_db()
        assert getattr(row, workflow.field) == step.target
        assert audit.timeline(row).first().verb == f"{workflow.name}.{step.name}"


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_a_step_from_another_state_or_by_somebody_else_is_refused(venture, entity):
    workflow, make = WORKFLOWS[entity]
    row = make(venture)
    for step in workflow.transitions:
        actors = actors_of(entity, step)
        actor = getattr(venture, sorted(actors)[0]) if actors else None
        other = next(state for state in type(row).State.values if state not in step.sources)
        type(row)._base_manager.filter(pk=row.pk).update(**{workflow.field: other})
        with pytest.raises(IllegalTransition):
            workflow.apply(step.name, row, actor=actor, reason="because")
        type(row)._base_manager.filter(pk=row.pk).update(**{workflow.field: sorted(step.sources)[0]})
        with pytest.raises(PermissionDenied):
            workflow.apply(step.name, row, actor=venture.side.stranger, reason="because")
        if not step.by_system:
            with pytest.raises(PermissionDenied):
                workflow.apply(step.name, row, actor=None, reason="because")


@pytest.mark.parametrize("workflow", [STARTUP, MILESTONE, MENTOR, UPDATE])
def test_every_step_has_its_own_name(workflow):
    names = [step.name for step in workflow.transitions]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("workflow", [STARTUP, MILESTONE, MENTOR, UPDATE, COHORT_APPLICATION])
def test_two_buttons_on_one_record_never_say_the_same(workflow, language):
    with translation.override(language):
        for state in {source for step in workflow.transitions for source in step.sources}:
            labels = [str(step.label) for step in workflow.transitions if state in step.sources]
            assert len(labels) == len(set(labels)), (state, labels)
