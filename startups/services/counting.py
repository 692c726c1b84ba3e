"""Whether a startup counts as new: decided by a person, within what the rule set allows."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from startups import rules
from startups.models import CountingDecision, Startup
from startups.querysets import STRATEGY_DAY


def objection(startup: Startup) -> str:
    """Why this startup can never count as new; empty where it may."""
    if startup.relation == Startup.Relation.NAMED_IN_STRATEGY:
        return _("The strategy names this firm because it existed before: it is never counted.")
    if startup.same_venture_as_id is not None:
        return _("This is another record of a venture that is counted already.")
    if startup.founded_on is None:
        return _("The day of its founding is not known.")
    if startup.founded_on < STRATEGY_DAY:
        return _("It was founded before 21 January 2020, or the evidence does not show that it was founded later.")
    if startup.relation == Startup.Relation.APPLICANT:
        return _("It has only applied: it is not a startup of the alliance yet.")
    if startup.origin_kind == Startup.Origin.UNKNOWN or startup.technology_area_id is None:
        return _("Its origin or its technology area is not known.")
    return ""


def missing_proof(startup: Startup) -> str:
    """What an approval has to have seen and the record does not hold; the public page promises both."""
    if not (startup.founding_evidence.strip() or startup.founding_file_id):
        return _("The day of the founding needs its evidence, such as a register extract.")
    if not startup.origin_evidence.strip():
        return _("The origin needs its evidence, such as a licence or the employment of the founders.")
    return ""


@transaction.atomic
def decide(*, startup: Startup, rule_set: str, counts: bool, actor, today: dt.date, reason: str) -> CountingDecision:
    """Decide once per rule set; a later decision replaces the earlier one, which stays in the history."""
    row = lock(startup)
    if not rules.runs(actor, row):
        raise PermissionDenied("counting")
    if not reason.strip():
        raise StepError(_("Please give the reason of the decision."))
    if counts and (why := objection(row) or missing_proof(row)):
        raise StepError(why)
    earlier = CountingDecision.objects.filter(startup=row, rule_set=rule_set).values_list("counts", flat=True).first()
    decision, _is_new = CountingDecision.objects.update_or_create(
        startup=row,
        rule_set=rule_set,
        defaults={
            "counts": counts,
            "reason": reason.strip(),
            "decided_by": getattr(actor, "person", None),
            "decided_on": today,
        },
    )
    audit.record(
        "startup.count", row, actor=actor, reason=reason, before=earlier, after=counts, audience=audit.DESKS,
        rule_set=rule_set,
    )  # fmt: skip
    return decision
