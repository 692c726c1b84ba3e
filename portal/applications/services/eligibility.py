"""The automatic rules of eligibility: each says yes, no or "a person must look", and is stored with its version."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.applications import rules
from portal.applications.kinds import kind_of
from portal.applications.models import BaseApplication, BaseEligibilityCheck
from portal.core import audit
from portal.core.workflow import ReasonMissing, StepError


@dataclass(frozen=True)
class Finding:
    """What one rule found. `ok` None means that a person must look; `hard` rules block, soft ones only flag."""

    rule: str
    ok: bool | None
    hard: bool
    message_en: str
    message_ja: str


def evaluate(*, application: BaseApplication, today: dt.date) -> list[dict]:
    """All findings about the application on a day, in the order of the rules."""
    findings = []
    for name, hard, rule in kind_of(application).eligibility_rules:
        ok, message = rule(application, today)
        findings.append(asdict(Finding(name, ok, hard, _in("en", message), _in("ja", message))))
    return findings


def outcome_of(findings: list[dict]) -> str:
    """A hard no refuses, anything else that is not a yes wants a person."""
    Outcome = BaseEligibilityCheck.Outcome
    if any(finding["ok"] is False and finding["hard"] for finding in findings):
        return Outcome.NOT_ELIGIBLE
    if any(finding["ok"] is not True for finding in findings):
        return Outcome.CHECK
    return Outcome.ELIGIBLE


def record_findings(*, application: BaseApplication, today: dt.date) -> BaseEligibilityCheck:
    """Evaluate the rules and keep what they said; called when an application comes in."""
    findings = evaluate(application=application, today=today)
    return application.eligibility_checks.create(
        rules_version=kind_of(application).rules_version, findings=findings, outcome=outcome_of(findings)
    )


@transaction.atomic
def check(*, application: BaseApplication, actor, today: dt.date) -> BaseEligibilityCheck:
    """Run the rules again, for instance after a date was corrected."""
    if not rules.manages(actor, application):
        raise PermissionDenied("check")
    found = record_findings(application=application, today=today)
    audit.record("application.eligibility", application, actor=actor, outcome=found.outcome, rules=found.rules_version)
    return found


@transaction.atomic
def override(*, check: BaseEligibilityCheck, outcome: str, reason: str, actor) -> BaseEligibilityCheck:
    """Decide otherwise than the rules, with a reason that stays with the check."""
    if not rules.manages(actor, check.application):
        raise PermissionDenied("override")
    if not reason.strip():
        raise ReasonMissing(_("Please say why you decide otherwise than the rules."))
    before = check.final_outcome
    check.overridden_outcome = BaseEligibilityCheck.Outcome(outcome)
    check.overridden_by, check.override_reason = actor, reason
    check.save(update_fields=["overridden_outcome", "overridden_by", "override_reason", "updated_at"])
    audit.record(
        "application.eligibility_override",
        check.application,
        actor=actor,
        reason=reason,
        before=before,
        after=check.final_outcome,
    )
    return check


def message_of(finding: dict) -> str:
    """What a kept finding says, in the reader's language."""
    return finding["message_ja" if (get_language() or "").startswith("ja") else "message_en"]


def latest_check(application: BaseApplication) -> BaseEligibilityCheck | None:
    return application.eligibility_checks.order_by("-pk").first()


def open_refusals(application: BaseApplication) -> list[str]:
    """What the rules say no to by their newest findings, as sentences, as long as nobody has decided otherwise."""
    check = latest_check(application)
    if check is None or check.overridden_outcome:
        return []
    return [message_of(finding) for finding in check.findings if finding["ok"] is False]


def refuse_unless_eligible(application: BaseApplication, *, reason: str, actor) -> None:
    """Raises StepError where the rules refuse and nobody has decided otherwise.

    The no of a soft rule is passed with a reason, which decides otherwise here and now. A finding that only a person
    can judge does not stop the manager.
    """
    if not rules.manages(actor, application):
        raise PermissionDenied("pass_eligibility")
    check = latest_check(application)
    if check is None or check.final_outcome == BaseEligibilityCheck.Outcome.NOT_ELIGIBLE:
        raise StepError(
            _("By the rules this application is not eligible. Decide otherwise with a reason first, or refuse it.")
        )
    if refusals := open_refusals(application):
        if not reason.strip():
            raise ReasonMissing(
                _("The rules say no: %(rules)s Please say why the application goes on all the same.")
                % {"rules": " ".join(refusals)}
            )
        override(check=check, outcome=BaseEligibilityCheck.Outcome.ELIGIBLE, reason=reason, actor=actor)


def _in(language: str, message) -> str:
    with translation.override(language):
        return str(message() if callable(message) else message)
