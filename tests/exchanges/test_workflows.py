"""Every life cycle says exactly what `lifecycle_transitions.csv` says, and lets nobody else take a step."""

import pytest
from django.core.exceptions import PermissionDenied

from exchanges.workflows import APPLICATION, APPROVAL, OFFER, REPORT, STAY, TASK
from portal.alliances.workflows import AGREEMENT, ALLIANCE, OUTCOME
from portal.applications.workflows import REVIEW
from portal.core import audit
from portal.core.workflow import IllegalTransition, ReasonMissing
from portal.programmes.workflows import CALL, PROGRAMME
from portal.screening.workflows import SCREENING
from tests.factories import AgreementFactory, OutcomeFactory, ScreeningFactory
from tests.factories.reference import rows


def _review(side):
    return side.review(side.application("under_review"))


def _offer(side):
    return side.offer(side.application("selected"))


def _screening(side):
    return ScreeningFactory(application=side.application("export_precheck"), organisation=side.host)


def _agreement(side):
    return AgreementFactory(alliance=side.alliance, parties=[side.host, side.home])


def _outcome(side):
    return OutcomeFactory(stay=side.stay("closed"), alliance=side.alliance)


WORKFLOWS = {
    "alliance": (ALLIANCE, lambda side: side.alliance),
    "agreement": (AGREEMENT, _agreement),
    "programme": (PROGRAMME, lambda side: side.programme),
    "call": (CALL, lambda side: side.call),
    "application": (APPLICATION, lambda side: side.application()),
    "review": (REVIEW, _review),
    "offer": (OFFER, _offer),
    "stay": (STAY, lambda side: side.stay()),
    "screening": (SCREENING, _screening),
    "outcome": (OUTCOME, _outcome),
}

# The column `actor` and who answers to it in the test world. The supervisor signs by a link, without a sign-in.
SIDES = {"host_researcher", "host_head", "home_office"}
ACTORS = {
    "system": set(),
    "applicant": {"fellow"},
    "programme_manager": {"manager"},
    "panel": {"manager"},
    "panel chair": {"manager"},
    "reviewer": {"reviewer"},
    "alliance_admin": {"alliance_admin"},
    "alliance_admin (either side)": {"alliance_admin"},
    "system or admin": {"alliance_admin"},
    "heads of both institutions": {"signatory"},
    "legal_officer": {"legal_officer"},
    "legal_officer (each side)": {"legal_officer"},
    "signatory": {"signatory"},
    "signatory (each side)": {"signatory"},
    "export_officer": {"export_officer"},
    "export_approver": {"export_approver"},
    "export_officer + export_approver": {"export_officer", "export_approver"},
    "host_researcher": {"host_researcher"},
    "host_researcher + host_unit_head; home_supervisor + home_office": SIDES,
    "host or home": SIDES,
    "either side": SIDES | {"manager"},
    "visa_officer": {"visa_officer"},
    "export_officer or safety_manager": {"export_officer", "safety_manager"},
    "same office": {"export_officer", "safety_manager"},
    "fellow or host": {"fellow", "host_researcher"},
    "kpi_auditor": {"kpi_auditor"},
}
# Reasons that are kept elsewhere: with the signature, and inside the export module.
REASON_ELSEWHERE = {("application", "refuse_by_side"), ("application", "refuse_on_compliance")}


def published(entity: str) -> list[dict]:
    return [row for row in rows("lifecycle_transitions") if row["entity"] == entity]


def sources(entity: str, text: str) -> frozenset[str]:
    """`a|b` are states; `a..b` is every state from a to b in the order of the published list."""
    if ".." not in text:
        return frozenset(text.split("|"))
    first, last = text.split("..")
    states = STATE_ORDER[entity]
    return frozenset(states[states.index(first) : states.index(last) + 1])


# Handbook, domain §4: the line of the application up to the waiting list.
STATE_ORDER = {
    "application": [
        "draft", "submitted", "eligibility_check", "returned", "export_precheck", "expert_review", "host_and_home",
        "under_review", "shortlisted", "recommended", "selected", "waitlisted",
    ]
}  # fmt: skip


def row_of(entity: str, transition) -> dict:
    return next(
        row
        for row in published(entity)
        if row["to_state"] == transition.target and sources(entity, row["from_states"]) == transition.sources
    )


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_the_table_is_the_published_life_cycle(entity):
    ours = sorted((sorted(step.sources), step.target) for step in WORKFLOWS[entity][0].transitions)
    theirs = sorted((sorted(sources(entity, row["from_states"])), row["to_state"]) for row in published(entity))
    assert ours == theirs


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_a_new_record_begins_where_the_life_cycle_begins(world, entity):
    workflow, make = WORKFLOWS[entity]
    first = published(entity)[0]["from_states"]
    assert type(make(world.north))._meta.get_field(workflow.field).default == first


@pytest.mark.parametrize("entity", sorted(set(WORKFLOWS) - {"screening"}))
def test_a_step_asks_for_a_reason_where_the_life_cycle_does(entity):
    for step in WORKFLOWS[entity][0].transitions:
        if (
            "reason" in row_of(entity, step)["condition_or_documents_en"]
            and (entity, step.name) not in REASON_ELSEWHERE
        ):
            assert step.needs_reason, step.name


def test_reasons_of_the_export_office_never_reach_the_audit_trail_of_the_house():
    assert not any(step.needs_reason for step in SCREENING.transitions)


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_each_step_in_each_state_is_open_to_its_actors_only(world, entity):
    workflow, make = WORKFLOWS[entity]
    row = make(world.north)
    people = [("north", name, user) for name, user in world.north.users.items()]
    people += [("south", name, user) for name, user in world.south.users.items()]
    wrong = []
    for step in workflow.transitions:
        actors = ACTORS[row_of(entity, step)["actor"]]
        for state in type(row).State.values:
            setattr(row, workflow.field, state)
            for side, name, user in people:
                expected = state in step.sources and side == "north" and name in actors
                if workflow.can(step.name, row, user) != expected:
                    wrong.append((step.name, state, side, name))
    assert not wrong


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_available_names_exactly_the_steps_that_can_be_taken(world, entity):
    workflow, make = WORKFLOWS[entity]
    row = make(world.north)
    for state in type(row).State.values:
        setattr(row, workflow.field, state)
        for user in world.north.users.values():
            names = [step.name for step in workflow.available(row, user)]
            assert names == [step.name for step in workflow.transitions if workflow.can(step.name, row, user)]


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_a_step_from_another_state_is_refused_and_changes_nothing(world, entity):
    workflow, make = WORKFLOWS[entity]
    row = make(world.north)
    for step in workflow.transitions:
        actors = ACTORS[row_of(entity, step)["actor"]]
        actor = getattr(world.north, sorted(actors)[0]) if actors else None
        state = next(state for state in type(row).State.values if state not in step.sources)
        type(row)._base_manager.filter(pk=row.pk).update(**{workflow.field: state})
        with pytest.raises(IllegalTransition):
            workflow.apply(step.name, row, actor=actor, reason="because")
        row.refresh_from_db()
        assert getattr(row, workflow.field) == state


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_a_step_by_somebody_else_is_refused_and_by_the_system_only_where_it_is_the_systems(world, entity):
    workflow, make = WORKFLOWS[entity]
    row = make(world.north)
    for step in workflow.transitions:
        state = sorted(step.sources)[0]
        type(row)._base_manager.filter(pk=row.pk).update(**{workflow.field: state})
        with pytest.raises(PermissionDenied):
            workflow.apply(step.name, row, actor=world.north.stranger, reason="because")
        if not step.by_system:
            with pytest.raises(PermissionDenied):
                workflow.apply(step.name, row, actor=None, reason="because")


@pytest.mark.parametrize("entity", WORKFLOWS)
def test_a_step_by_its_actor_arrives_and_leaves_its_trace(world, entity):
    workflow, make = WORKFLOWS[entity]
    row = make(world.north)
    for step in workflow.transitions:
        actors = ACTORS[row_of(entity, step)["actor"]]
        actor = getattr(world.north, sorted(actors)[0]) if actors else None
        state = sorted(step.sources)[0]
        type(row)._base_manager.filter(pk=row.pk).update(**{workflow.field: state})
        if step.needs_reason:
            with pytest.raises(ReasonMissing):
                workflow.apply(step.name, row, actor=actor, reason=" ")
        workflow.apply(step.name, row, actor=actor, reason="because")
        row.refresh_from_db()
        assert getattr(row, workflow.field) == step.target
        entry = audit.timeline(row).first()
        assert (entry.verb, entry.before, entry.after, entry.actor) == (
            f"{workflow.name}.{step.name}",
            state,
            step.target,
            actor,
        )


@pytest.mark.parametrize("workflow", [*(entry[0] for entry in WORKFLOWS.values()), APPROVAL, TASK, REPORT])
def test_every_state_can_be_reached_and_every_step_has_its_own_name(workflow):
    names = [step.name for step in workflow.transitions]
    assert len(names) == len(set(names))
    targets = {step.target for step in workflow.transitions}
    starts = {state for step in workflow.transitions for state in step.sources} - targets
    assert len(starts) <= 1
    reached = set(starts) or {workflow.transitions[0].target}
    while True:
        more = {step.target for step in workflow.transitions if step.sources & reached} - reached
        if not more:
            break
        reached |= more
    assert reached == targets | starts
