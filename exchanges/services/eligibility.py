"""The automatic rules of eligibility: each says yes, no or "a person must look", and is stored with its version."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from exchanges import rules
from exchanges.models import Application, EligibilityCheck, Stay
from portal.accounts.models import Person
from portal.core import audit
from portal.core.workflow import ReasonMissing

RULES_VERSION = "2026-11"

Stage = Person.CareerStage
STUDENTS = {Stage.UNDERGRADUATE, Stage.MASTER_STUDENT, Stage.DOCTORAL_STUDENT}
GRADUATES = {Stage.MASTER_STUDENT, Stage.DOCTORAL_STUDENT}
# The codes of `Programme.audience` and the career stages that they mean.
AUDIENCES = {
    "students": STUDENTS,
    "undergraduates": {Stage.UNDERGRADUATE},
    "graduate_students": GRADUATES,
    "graduate_students_overseas": GRADUATES,
    "doctoral_students": {Stage.DOCTORAL_STUDENT},
    "doctoral_candidates": {Stage.DOCTORAL_STUDENT},
    "postdocs": {Stage.POSTDOC},
    "early_career": {Stage.DOCTORAL_STUDENT, Stage.POSTDOC},
    "researchers": {Stage.POSTDOC, Stage.FACULTY},
    "faculty": {Stage.FACULTY},
}
LIVE_STAYS = (
    Stay.State.PLANNED, Stay.State.PRE_ARRIVAL, Stay.State.ARRIVED, Stay.State.ACTIVE, Stay.State.SUSPENDED,
    Stay.State.CURTAILED, Stay.State.ENDING,
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What one rule found. `ok` None means that a person must look; `hard` rules block, soft ones only flag."""

    rule: str
    ok: bool | None
    hard: bool
    message_en: str
    message_ja: str


def evaluate(*, application: Application, today: dt.date) -> list[dict]:
    """All findings about the application on a day, in the order of the rules."""
    findings = []
    for name, hard, rule in RULES:
        ok, message = rule(application, today)
        findings.append(asdict(Finding(name, ok, hard, _in("en", message), _in("ja", message))))
    return findings


def outcome_of(findings: list[dict]) -> str:
    """A hard no refuses, anything else that is not a yes wants a person."""
    Outcome = EligibilityCheck.Outcome
    if any(finding["ok"] is False and finding["hard"] for finding in findings):
        return Outcome.NOT_ELIGIBLE
    if any(finding["ok"] is not True for finding in findings):
        return Outcome.CHECK
    return Outcome.ELIGIBLE


def record_findings(*, application: Application, today: dt.date) -> EligibilityCheck:
    """Evaluate the rules and keep what they said; called when an application comes in."""
    findings = evaluate(application=application, today=today)
    return EligibilityCheck.objects.create(
        application=application, rules_version=RULES_VERSION, findings=findings, outcome=outcome_of(findings)
    )


@transaction.atomic
def check(*, application: Application, actor, today: dt.date) -> EligibilityCheck:
    """Run the rules again, for instance after a date was corrected."""
    if not rules.manages(actor, application):
        raise PermissionDenied("check")
    found = record_findings(application=application, today=today)
    audit.record("application.eligibility", application, actor=actor, outcome=found.outcome, rules=RULES_VERSION)
    return found


@transaction.atomic
def override(*, check: EligibilityCheck, outcome: str, reason: str, actor) -> EligibilityCheck:
    """Decide otherwise than the rules, with a reason that stays with the check."""
    if not rules.manages(actor, check.application):
        raise PermissionDenied("override")
    if not reason.strip():
        raise ReasonMissing(_("Please say why you decide otherwise than the rules."))
    before = check.final_outcome
    check.overridden_outcome = EligibilityCheck.Outcome(outcome)
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


def latest_check(application: Application) -> EligibilityCheck | None:
    return application.eligibility_checks.order_by("-pk").first()


# -- the rules ---------------------------------------------------------------------------------------------------------
# The message is lazy, or a function that answers in the language of the moment.
Answer = tuple[bool | None, Promise | Callable[[], str]]
Rule = Callable[[Application, dt.date], Answer]

DATES_MISSING = _("The days of the stay are missing.")


def _days_order(application: Application, today: dt.date) -> Answer:
    if not (application.start_requested and application.end_requested):
        return False, DATES_MISSING
    return application.start_requested <= application.end_requested, _("The first day lies before the last day.")


def _in_future(application: Application, today: dt.date) -> Answer:
    if not application.start_requested:
        return False, DATES_MISSING
    return application.start_requested > today, _("The first day lies in the future.")


def _long_enough(application: Application, today: dt.date) -> Answer:
    shortest, days = application.programme.min_days, application.days_requested
    if shortest is None:
        return True, _("The programme names no shortest stay.")
    if days is None:
        return False, DATES_MISSING
    return (
        days >= shortest,
        lambda: (
            _("%(asked)s; the shortest stay has %(limit)s.") % {"asked": _counted(days), "limit": _counted(shortest)}
        ),
    )


def _short_enough(application: Application, today: dt.date) -> Answer:
    longest, days = application.programme.max_days, application.days_requested
    if longest is None:
        return True, _("The programme names no longest stay.")
    if days is None:
        return False, DATES_MISSING
    return (
        days <= longest,
        lambda: _("%(asked)s; the longest stay has %(limit)s.") % {"asked": _counted(days), "limit": _counted(longest)},
    )


def _counted(days: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _enrolled(application: Application, today: dt.date) -> Answer:
    if not application.enrolled_until:
        return None, _("It is not known until when the applicant is enrolled or employed.")
    if not application.end_requested:
        return False, DATES_MISSING
    return application.enrolled_until >= application.end_requested, _(
        "The enrolment or employment lasts until the end of the stay."
    )


def _audience(application: Application, today: dt.date) -> Answer:
    codes = [code for code in application.programme.audience.split("|") if code]
    wanted = set().union(*(AUDIENCES.get(code, set()) for code in codes))
    stage = application.applicant.career_stage
    if not codes:
        return True, _("The programme is open to everybody.")
    if not wanted:
        return None, _("A person has to judge whether the programme is meant for the applicant.")
    if not stage:
        return None, _("The career stage is not known.")
    return stage in wanted, _("The programme is meant for the applicant's career stage.")


def _comes_from_abroad(application: Application, today: dt.date) -> Answer:
    if "overseas" not in application.programme.audience:
        return True, _("The programme is open to applicants from any country.")
    home, host = application.home_organisation, application.host_organisation
    if home is None or not home.country or host is None:
        return None, _("The country of the home institution is not known.")
    return home.country != host.country, _("The home institution lies in another country than the host.")


def _another_institution(application: Application, today: dt.date) -> Answer:
    home, host = application.home_organisation, application.host_organisation
    if home is None or host is None:
        return True, _("Home and host are two institutions.")
    return home.lineage.split("/")[1] != host.lineage.split("/")[1], _("Home and host are two institutions.")


def _papers(application: Application, today: dt.date) -> Answer:
    there = set(application.documents.filter(replaced_at=None).values_list("kind", flat=True))
    wanted = {paper.kind for paper in application.call.requested_documents.all() if paper.is_required}
    return wanted <= there, _("All required papers are there.")


def _no_other_stay(application: Application, today: dt.date) -> Answer:
    if not (application.start_requested and application.end_requested):
        return False, DATES_MISSING
    # Leaving one place and arriving at the next on the same day is no overlap.
    others = Stay.objects.filter(
        person=application.applicant,
        state__in=LIVE_STAYS,
        start_on__lt=application.end_requested,
        end_on__gt=application.start_requested,
    ).exclude(application=application)
    return not others.exists(), _("No other stay of the same person overlaps.")


RULES: tuple[tuple[str, bool, Rule], ...] = (
    ("days_in_order", True, _days_order),
    ("starts_in_future", True, _in_future),
    ("long_enough", True, _long_enough),
    ("short_enough", True, _short_enough),
    ("enrolled_until_end", False, _enrolled),
    ("career_stage", False, _audience),
    ("comes_from_abroad", True, _comes_from_abroad),
    ("another_institution", False, _another_institution),
    ("papers_complete", True, _papers),
    ("no_overlapping_stay", True, _no_other_stay),
)


def _in(language: str, message) -> str:
    with translation.override(language):
        return str(message() if callable(message) else message)
