"""The rules R1–R15 on the published questions, and who decides about a case."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core import audit
from portal.core.models import AuditEntry
from portal.core.workflow import ReasonMissing, StepError
from portal.screening import services
from portal.screening.answers import options
from portal.screening.models import Answer, Question, Screening
from tests.factories import ScreeningFactory, SeatFactory, user_with_seat
from tests.factories.journeys import QUIET_ANSWERS
from tests.factories.reference import rows


def case(side, regime="JP", state="draft", answers=None) -> Screening:
    screening = ScreeningFactory(
        application=side.application("export_precheck"), organisation=side.host, regime=regime, state=state
    )
    given = QUIET_ANSWERS | (answers or {})
    Answer.objects.bulk_create(
        Answer(screening=screening, question=question, value=given[question.code])
        for question in services.questions_of(screening)
    )
    return screening


@pytest.mark.parametrize(
    ("regime", "answers", "result", "rule"),
    [
        ("JP", {}, "clear", "R4"),
        ("JP", {"JP-06": "no", "JP-07": "no", "JP-02": "resident"}, "clear", "R5"),
        ("JP", {"JP-06": "no", "JP-07": "no"}, "clear", "R6"),
        ("JP", {"JP-06": "no", "JP-07": "no", "JP-08": "yes"}, "licence_required", "R7"),
        ("JP", {"JP-06": "no", "JP-07": "no", "JP-02": "resident", "JP-03": "yes"}, "clear", "R6"),
        ("JP", {"JP-12": "yes"}, "stop", "R1"),
        ("JP", {"JP-08": "unknown"}, "expert_review", "R2"),
        ("JP", {"JP-04": ""}, "expert_review", "R2"),
        ("JP", {"JP-09": "yes"}, "expert_review", "R3"),
        ("JP", {"JP-10": "embargoed"}, "expert_review", "R3"),
        ("JP", {"JP-17": "nanofab"}, "expert_review", "R3"),
        ("JP", {"JP-15": "yes"}, "goods_or_transfer_line", "R12"),
        ("US", {}, "clear", "R9"),
        ("US", {"US-02": "yes", "US-09": "yes"}, "clear", "R8"),
        ("US", {"US-03": "yes", "US-02": "yes"}, "stop", "R1"),
        ("US", {"US-05": "yes"}, "expert_review", "R10"),
        ("US", {"US-09": "yes"}, "licence_required", "R11"),
        ("US", {"US-12": "yes"}, "goods_or_transfer_line", "R12"),
        ("any", {}, "clear", "R9"),
        ("any", {"US-09": "yes", "JP-09": "yes"}, "licence_required", "R11"),
    ],
)  # fmt: skip
def test_the_rules_propose(world, regime, answers, result, rule):
    proposal, codes = services.propose(case(world.north, regime, answers=answers))
    assert proposal == result
    assert rule in codes


def test_silence_never_means_clear(world):
    silent = ScreeningFactory(application=world.north.application("export_precheck"), organisation=world.north.host)
    assert services.propose(silent)[0] == "expert_review"
    Question.objects.all().delete()
    assert services.propose(silent) == ("expert_review", ["R15"])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_unknown_or_a_hit_that_worries_is_never_cleared(data):
    """Property: whatever else is answered, one unknown answer keeps the case from being cleared by a rule."""
    regime = data.draw(st.sampled_from(["JP", "US"]), label="regime")
    questions = [
        Question(**{name: row[name] for name in ("code", "regime", "stage", "hit_when", "answer_type")})
        for row in rows("screening_questions")
        if row["stage"] == "pre" and row["regime"] == regime
    ]
    values = {
        question.code: data.draw(st.sampled_from(sorted(options(question) or {"text": ""})), label=question.code)
        for question in questions
    }
    found = services._propose_for(regime, questions, values)
    result = min((result for _code, result in found), key=services.SEVERITY.index)
    if "unknown" in values.values():
        assert result != "clear"
    if values.get("JP-12") == "yes" or values.get("US-03") == "yes":
        assert result == "stop"


def test_questions_are_answered_by_those_they_are_asked_of(world):
    side = world.north
    screening = ScreeningFactory(application=side.application("export_precheck"), organisation=side.host)
    services.answer(screening=screening, values={"JP-11": "no"}, actor=side.fellow)
    services.answer(screening=screening, values={"JP-06": "yes"}, actor=side.host_researcher)
    services.answer(screening=screening, values={"JP-08": "no", "JP-14": "no"}, actor=side.export_officer)
    for actor, code in (
        (side.fellow, "JP-06"), (side.host_researcher, "JP-11"), (side.host_researcher, "JP-08"),
        (side.manager, "JP-06"), (world.south.export_officer, "JP-08"), (side.home_office, "JP-11"),
    ):  # fmt: skip
        with pytest.raises(PermissionDenied):
            services.answer(screening=screening, values={code: "no"}, actor=actor)
    with pytest.raises(ValidationError):
        services.answer(screening=screening, values={"JP-06": "perhaps"}, actor=side.host_researcher)


def test_an_answer_that_is_not_changed_stays_its_authors_and_a_changed_one_keeps_the_former(world):
    side = world.north
    screening = ScreeningFactory(application=side.application("export_precheck"), organisation=side.host)
    services.answer(screening=screening, values={"JP-11": "no"}, actor=side.fellow)
    services.answer(screening=screening, values={"JP-06": "yes", "JP-07": "yes"}, actor=side.host_researcher)
    written_down = {"JP-11": "no", "JP-06": "no", "JP-07": "yes", "JP-02": "resident", "JP-04": ""}
    services.answer(screening=screening, values=written_down, actor=side.export_officer)

    def told(**which):
        return set(screening.answers.filter(**which).values_list("question__code", "value", "answered_by"))

    fellow, host, officer = (user.pk for user in (side.fellow, side.host_researcher, side.export_officer))
    assert told(is_current=True) == {
        ("JP-11", "no", fellow), ("JP-06", "no", officer), ("JP-07", "yes", host), ("JP-02", "resident", officer),
    }  # fmt: skip
    assert told(is_current=False) == {("JP-06", "yes", host)}
    entry = audit.timeline(screening).first()
    assert entry.detail["questions"] == ["JP-02", "JP-06"] and entry.actor == side.export_officer


def test_saving_answers_that_are_there_already_leaves_no_trace(world):
    screening = ScreeningFactory(application=world.north.application("export_precheck"), organisation=world.north.host)
    for _time in range(2):
        services.answer(screening=screening, values={"JP-11": "no"}, actor=world.north.fellow)
    assert screening.answers.count() == 1 and audit.timeline(screening).count() == 1


def test_a_former_answer_decides_nothing(world):
    screening = case(world.north)
    services.answer(screening=screening, values={"JP-12": "yes"}, actor=world.north.export_officer)
    assert services.propose(screening)[0] == "stop"
    services.answer(screening=screening, values={"JP-12": "no"}, actor=world.north.export_officer)
    assert services.propose(screening) == ("clear", ["R4", "R6"])


def test_handing_in_wants_every_answer_of_the_host(world):
    side = world.north
    screening = case(side, answers={"JP-16": ""})
    with pytest.raises(StepError, match="JP-16 Will the person reach servers"):
        services.submit(screening=screening, actor=side.host_researcher, now=world.now)
    services.answer(screening=screening, values={"JP-16": "unknown"}, actor=side.host_researcher)
    row = services.submit(screening=screening, actor=side.host_researcher, now=world.now)
    assert (row.state, row.proposal, row.proposal_reasons) == ("submitted", "expert_review", ["R2"])
    with pytest.raises(StepError, match="handed in"):
        services.answer(screening=screening, values={"JP-16": "no"}, actor=side.host_researcher)


def test_the_officer_clears_only_what_the_rules_allow_and_the_approver_signs_under_it(world):
    side = world.north
    doubtful = case(side, state="submitted", answers={"JP-13": "yes"})
    with pytest.raises(PermissionDenied):
        services.clear_at_precheck(screening=doubtful, actor=side.manager, now=world.now)
    with pytest.raises(StepError, match="R3"):
        services.clear_at_precheck(screening=doubtful, actor=side.export_officer, now=world.now)
    quiet = case(world.south, "US", state="submitted")
    officer, approver = world.south.export_officer, world.south.export_approver
    row = services.clear_at_precheck(screening=quiet, actor=officer, now=world.now)
    assert (row.state, row.decided_by, row.valid_until) == (
        "precheck_cleared",
        officer,
        world.now.date() + services.VALID_FOR,
    )
    with pytest.raises(PermissionDenied):
        services.countersign(screening=quiet, actor=officer)
    assert services.countersign(screening=quiet, actor=approver).countersigned_by == approver
    with pytest.raises(StepError):
        services.countersign(screening=quiet, actor=approver)


def test_after_expert_review_two_persons_sign_in_any_order(world):
    side = world.north
    screening = case(side, state="expert_review")
    first = services.sign_after_review(
        screening=screening, actor=side.export_approver, now=world.now, conditions="No clean room"
    )
    assert (first.state, first.decided_by) == ("expert_review", side.export_approver)
    with pytest.raises(StepError, match="another person"):
        services.sign_after_review(screening=screening, actor=side.export_approver, now=world.now)
    second = services.sign_after_review(screening=screening, actor=side.export_officer, now=world.now)
    assert (second.state, second.countersigned_by, second.conditions) == (
        "cleared_with_conditions", side.export_officer, "No clean room",
    )  # fmt: skip


def test_one_office_alone_does_not_clear(world):
    side = world.north
    colleague = user_with_seat("export_officer", side.host)
    screening = case(side, state="expert_review")
    services.sign_after_review(screening=screening, actor=side.export_officer, now=world.now)
    with pytest.raises(StepError, match="approver"):
        services.sign_after_review(screening=screening, actor=colleague, now=world.now)


def test_nobody_screens_an_own_project(world):
    side = world.north
    SeatFactory(user=side.host_researcher, organisation=side.host, role="export_officer")
    SeatFactory(user=side.fellow, organisation=side.host, role="export_approver")
    screening = case(side, state="submitted")
    with pytest.raises(PermissionDenied):
        services.refer(screening=screening, actor=side.host_researcher, reason="x")
    Screening.objects.filter(pk=screening.pk).update(state="expert_review")
    with pytest.raises(PermissionDenied):
        services.refuse(screening=screening, actor=side.fellow, reason="x", now=world.now)


def test_reasons_stay_on_the_case(world):
    side = world.north
    screening = case(side, state="submitted")
    with pytest.raises(ReasonMissing):
        services.refer(screening=screening, actor=side.export_officer, reason=" ")
    services.refer(screening=screening, actor=side.export_officer, reason="SECRET one")
    services.refuse(screening=screening, actor=side.export_approver, reason="SECRET two", now=world.now)
    screening.refresh_from_db()
    assert screening.internal_note == "SECRET one\n\nSECRET two"
    assert not any("SECRET" in f"{entry.reason}{entry.detail}" for entry in AuditEntry.objects.all())
    assert {entry.audience for entry in audit.timeline(screening)} == {audit.INTERNAL}
    for user in side.users.values():
        assert not AuditEntry.objects.visible_to(user).filter(target_type="screening.screening").exists()


def test_cases_are_visible_to_their_export_office_alone(world):
    side = world.north
    screening = case(side)
    readers = {name for name, user in side.users.items() if Screening.objects.visible_to(user).exists()}
    assert readers == {"export_officer", "export_approver"}
    assert not Screening.objects.visible_to(world.south.export_officer).filter(pk=screening.pk).exists()
