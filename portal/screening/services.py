"""Answers come in, the rules R1–R15 propose (handbook, domain §6), people decide."""

import datetime as dt
import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import ReasonMissing, StepError, lock
from portal.screening import rules
from portal.screening.answers import UNKNOWN, options
from portal.screening.models import Answer, Question, Regime, Screening
from portal.screening.workflows import SCREENING

# The most severe result wins (rule R13).
SEVERITY = ("stop", "licence_required", "expert_review", "goods_or_transfer_line", "clear")
VALID_FOR = dt.timedelta(days=365)
# Free text that informs the officer and decides nothing.
INFORMATION = {"US-01"}
NOTHING = {"", "none", "no", "public_only"}


# -- the proposal ------------------------------------------------------------------------------------------------------
def questions_of(screening: Screening, *, stage: str = "pre"):
    """The questions of the case's laws at a stage."""
    regimes = [Regime.JP, Regime.US] if screening.regime == Regime.ANY else [screening.regime]
    return Question.objects.filter(stage=stage, regime__in=regimes)


def propose(screening: Screening) -> tuple[str, list[str]]:
    """(result, codes of the rules that gave it). Unknown never counts as no, and silence never means clear."""
    questions = list(questions_of(screening))
    values = screening.answers.by_question()
    regimes = sorted({question.regime for question in questions})
    found: list[tuple[str, str]] = []
    for regime in regimes:
        found += _propose_for(regime, [question for question in questions if question.regime == regime], values)
    if not found:
        return "expert_review", ["R15"]
    result = min((result for _code, result in found), key=SEVERITY.index)
    return result, sorted({code for code, _result in found}, key=lambda code: int(code[1:]))


def is_hit(question: Question, value: str) -> bool:
    """Whether the answer counts, by the question's own `hit_when`."""
    when, given = _slug(question.hit_when), _slug(value)
    if question.code in INFORMATION or not given:
        return False
    if when.startswith("any_"):
        return given not in NOTHING
    return given in {_slug(part) for part in re.split(r",| or ", question.hit_when)}


def _propose_for(regime: str, questions: list[Question], values: dict[str, str]) -> list[tuple[str, str]]:
    hits = {question.code for question in questions if is_hit(question, values.get(question.code, ""))}
    open_ones = {
        question.code
        for question in questions
        if question.code not in INFORMATION and values.get(question.code, "") in ("", UNKNOWN)
    }

    def says(code: str, value: str) -> bool:
        return values.get(code) == value

    found: list[tuple[str, str]] = []
    stopped = bool(hits & {"JP-12", "US-03", "US-04", "US-10"})
    if stopped:
        found.append(("R1", "stop"))
    if open_ones:
        found.append(("R2", "expert_review"))
    if regime == Regime.JP:
        worrying = bool(hits & {"JP-09", "JP-10", "JP-11", "JP-13", "JP-14", "JP-17"})
        if worrying:
            found.append(("R3", "expert_review"))
        quiet = not (stopped or open_ones or worrying)
        exempt = says("JP-06", "yes") or says("JP-07", "yes")
        regulated = not says("JP-02", "resident") or bool(hits & {"JP-03", "JP-04", "JP-05"})
        if quiet and exempt:
            found.append(("R4", "clear"))
        if quiet and not regulated and not hits & {"JP-16"}:
            found.append(("R5", "clear"))
        if quiet and regulated and says("JP-08", "no"):
            found.append(("R6", "clear"))
        if regulated and says("JP-08", "yes") and not exempt:
            found.append(("R7", "licence_required"))
    else:
        worrying = bool(hits & {"US-05", "US-08", "US-11", "US-14", "US-17"})
        is_us_person = says("US-02", "yes") and not stopped
        if is_us_person:
            found.append(("R8", "clear"))
        if says("US-09", "no") and not (stopped or open_ones or worrying):
            found.append(("R9", "clear"))
        if worrying:
            found.append(("R10", "expert_review"))
        if says("US-09", "yes") and not is_us_person:
            found.append(("R11", "licence_required"))
    if hits & {"JP-15", "JP-16", "US-12"}:
        found.append(("R12", "goods_or_transfer_line"))
    if not any(result != "goods_or_transfer_line" for _code, result in found):
        found.append(("R15", "expert_review"))
    return found


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


# -- answers -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def answer(*, screening: Screening, values: dict[str, str], actor) -> Screening:
    """Keep answers by question code, each by somebody of whom it is asked; what says the same stays its author's.

    The audit trail names the questions and does not repeat the answers.
    """
    row = lock(screening)
    if row.state not in (
        Screening.State.DRAFT,
        Screening.State.SUBMITTED,
        Screening.State.EXPERT_REVIEW,
        Screening.State.RESCREEN_NEEDED,
    ):
        raise StepError(_("This case is decided; its answers cannot be changed."))
    questions = {question.code: question for question in Question.objects.filter(code__in=values)}
    officer = rules.is_officer(actor, row)
    if row.state != Screening.State.DRAFT and row.state != Screening.State.RESCREEN_NEEDED and not officer:
        raise StepError(_("The answers have been handed in. Please write to the export control office."))
    former = {answer.question_id: answer for answer in row.answers.in_force()}
    changed = []
    for code, value in values.items():
        question = questions.get(code)
        if question is None:
            raise ValidationError({code: _("There is no such question.")})
        if not rules.ANSWERING[question.asked_to](actor, row):
            raise PermissionDenied("answer")
        allowed = options(question)
        if allowed is not None and value and value not in allowed:
            raise ValidationError({code: _("Please choose one of the answers.")})
        before = former.get(question.pk)
        if value == (before.value if before else ""):
            continue
        if before:
            before.is_current = False
            before.save(update_fields=["is_current", "updated_at"])
        Answer.objects.create(screening=row, question=question, value=value, answered_by=actor)
        changed.append(code)
    if changed:
        _keep_proposal(row)
        audit.record("screening.answer", row, actor=actor, questions=sorted(changed))
    screening.refresh_from_db()
    return row


@transaction.atomic
def submit(*, screening: Screening, actor, now: dt.datetime) -> Screening:
    """The host hands the answers in; questions asked of the host must all have one, “not known” included."""
    asked = questions_of(screening).filter(asked_to="host")
    given = screening.answers.by_question()
    left = [str(question) for question in asked if not given.get(question.code)]
    if left:
        raise StepError(_("Please answer these questions first: %(questions)s") % {"questions": " / ".join(left)})
    step = "answer_again" if screening.state == Screening.State.RESCREEN_NEEDED else "submit"
    row = SCREENING.apply(step, screening, actor=actor, changes={"submitted_at": now})
    _keep_proposal(row)
    return row


# -- decisions ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def clear_at_precheck(*, screening: Screening, actor, now: dt.datetime, conditions: str = "") -> Screening:
    """The officer's clearance, only where the rules see nothing against it; the approver signs with `countersign`."""
    if not rules.is_officer(actor, screening):
        raise PermissionDenied("clear_at_precheck")
    _keep_proposal(screening)
    if screening.proposal not in ("clear", "goods_or_transfer_line"):
        raise StepError(
            _("The rules (%(rules)s) do not allow a clearance at the pre-check. Refer the case to expert review.")
            % {"rules": ", ".join(screening.proposal_reasons)}
        )
    return SCREENING.apply(
        "clear_at_precheck", screening, actor=actor, changes=_signed(actor, now, conditions, screening)
    )


@transaction.atomic
def countersign(*, screening: Screening, actor) -> Screening:
    """The approver's signature under the officer's pre-check."""
    row = lock(screening)
    if not rules.is_approver(actor, row):
        raise PermissionDenied("countersign")
    if row.state != Screening.State.PRECHECK_CLEARED or row.countersigned_by_id:
        raise StepError(_("There is nothing to sign in this case."))
    _refuse_same_person(row, actor)
    row.countersigned_by = actor
    row.save(update_fields=["countersigned_by", "updated_at"])
    audit.record("screening.countersign", row, actor=actor)
    screening.refresh_from_db()
    return row


@transaction.atomic
def refer(*, screening: Screening, actor, reason: str) -> Screening:
    """The officer asks for an expert review; the reason is kept on the case."""
    return SCREENING.apply("refer", screening, actor=actor, changes={"internal_note": noted(screening, reason)})


@transaction.atomic
def sign_after_review(*, screening: Screening, actor, now: dt.datetime, conditions: str = "") -> Screening:
    """One of the two signatures after expert review, officer and approver in any order; the second clears."""
    row = lock(screening)
    if not rules.decides(actor, row):
        raise PermissionDenied("sign")
    if row.state != Screening.State.EXPERT_REVIEW:
        raise StepError(_("This case is not in expert review any more. Reload the page."))
    if row.decided_by_id is None:
        row.decided_by, row.conditions = actor, conditions
        row.save(update_fields=["decided_by", "conditions", "updated_at"])
        audit.record("screening.first_signature", row, actor=actor)
        screening.refresh_from_db()
        return row
    _refuse_same_person(row, actor)
    first = row.decided_by
    if not (
        (rules.is_officer(first, row) and rules.is_approver(actor, row))
        or (rules.is_approver(first, row) and rules.is_officer(actor, row))
    ):
        raise StepError(_("One signature has to be the officer's, the other one the approver's."))
    conditions = "\n".join(filter(None, dict.fromkeys([row.conditions, conditions])))
    return SCREENING.apply(
        "clear_with_conditions" if conditions else "clear",
        screening,
        actor=actor,
        changes={
            "countersigned_by": actor,
            "decided_at": now,
            "conditions": conditions,
            "valid_until": now.date() + VALID_FOR,
        },
    )


@transaction.atomic
def refuse(*, screening: Screening, actor, reason: str, now: dt.datetime) -> Screening:
    """The approver's refusal. The case stays in expert review: its life cycle knows no other refusal."""
    row = lock(screening)
    if not rules.is_approver(actor, row):
        raise PermissionDenied("refuse")
    if row.state != Screening.State.EXPERT_REVIEW:
        raise StepError(_("Only a case in expert review can be refused."))
    row.internal_note, row.decided_at = noted(row, reason), now
    row.save(update_fields=["internal_note", "decided_at", "updated_at"])
    audit.record("screening.refuse", row, actor=actor)
    screening.refresh_from_db()
    return row


def expire(cases) -> list[Screening]:
    """End the validity of decided cases, so that they are answered and decided anew; those that were ended."""
    ended = []
    for screening in cases:
        changes = {"decided_by": None, "countersigned_by": None, "decided_at": None}
        try:
            ended.append(SCREENING.apply("expire", screening, actor=None, changes=changes))
        except StepError:  # somebody moved it in this moment
            continue
    return ended


def noted(screening: Screening, reason: str) -> str:
    """The case's note with a further reason. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(_("Please give a reason. It stays with the export control office."))
    return "\n\n".join(filter(None, [screening.internal_note, reason.strip()]))


def _signed(actor, now: dt.datetime, conditions: str, screening: Screening) -> dict:
    return {
        "decided_by": actor,
        "decided_at": now,
        "conditions": conditions,
        "valid_until": now.date() + VALID_FOR,
        "proposal": screening.proposal,
        "proposal_reasons": screening.proposal_reasons,
    }


def _keep_proposal(screening: Screening) -> None:
    screening.proposal, screening.proposal_reasons = propose(screening)
    screening.save(update_fields=["proposal", "proposal_reasons", "updated_at"])


def _refuse_same_person(screening: Screening, actor) -> None:
    if screening.decided_by_id == actor.pk:
        raise StepError(_("You have signed already. The second signature must be another person's."))
