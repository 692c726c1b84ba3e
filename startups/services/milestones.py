"""Milestones: started and handed in by founders, judged by somebody who is not the mentor, missed by the clock."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from portal.documents.services import store_upload
from startups import rules
from startups.emails import milestones as emails
from startups.models import Milestone, Startup
from startups.workflows import MILESTONE

GRACE = dt.timedelta(days=30)
IN_PROGRAMME = (Startup.State.ADMITTED, Startup.State.ACTIVE)


@transaction.atomic
def start(*, milestone: Milestone, actor) -> Milestone:
    return MILESTONE.apply("start", milestone, actor=actor)


@transaction.atomic
def hand_in(*, milestone: Milestone, evidence: str, actor, today: dt.date, upload=None) -> Milestone:
    """Hand in with evidence, as words or as a paper. A planned milestone is started on the way."""
    if not rules.reaches_milestone(actor, milestone):
        raise PermissionDenied("hand in")
    if not evidence.strip() and upload is None and milestone.evidence_file_id is None:
        raise StepError(_("Please describe the evidence or add a paper."))
    if milestone.state == Milestone.State.PLANNED:
        MILESTONE.apply("start", milestone, actor=actor)
    changes = {"submitted_on": today, "evidence_en": evidence.strip(), "returned_reason": ""}
    if upload is not None:
        changes["evidence_file"] = store_upload(
            upload=upload, kind="milestone_evidence", about=milestone, owner=actor, actor=actor
        )
    row = MILESTONE.apply("hand_in", milestone, actor=actor, changes=changes)
    emails.milestone_submitted(row)
    return row


@transaction.atomic
def verify(*, milestone: Milestone, actor, today: dt.date) -> Milestone:
    """The evidence was seen, by somebody of the desk who does not mentor this startup."""
    changes = {"verified_on": today, "verified_by": getattr(actor, "person", None)}
    row = MILESTONE.apply("verify", milestone, actor=actor, changes=changes)
    emails.milestone_settled(row)
    return row


@transaction.atomic
def send_back(*, milestone: Milestone, actor, reason: str) -> Milestone:
    changes = {"returned_reason": reason, "submitted_on": None}
    row = MILESTONE.apply("send_back", milestone, actor=actor, reason=reason, changes=changes)
    emails.milestone_settled(row, reason=reason)
    return row


@transaction.atomic
def reject(*, milestone: Milestone, actor, reason: str) -> Milestone:
    row = MILESTONE.apply("reject", milestone, actor=actor, reason=reason)
    emails.milestone_settled(row, reason=reason)
    return row


@transaction.atomic
def propose_waiver(*, milestone: Milestone, actor, reason: str) -> Milestone:
    """The startup manager's half of a waiver; the administrator of the alliance has the other."""
    row = lock(milestone)
    if not rules.manages_row(actor, row):
        raise PermissionDenied("propose waiver")
    if row.state not in (Milestone.State.PLANNED, Milestone.State.IN_PROGRESS):
        raise StepError(_("This milestone is settled or handed in: it cannot be waived."))
    if not reason.strip():
        raise StepError(_("Please say why it should be waived."))
    row.waiver_proposed_by, row.waiver_reason = actor, reason.strip()
    row.save(update_fields=["waiver_proposed_by", "waiver_reason", "updated_at"])
    audit.record("milestone.propose_waiver", row, actor=actor, reason=reason, audience=audit.DESKS)
    return row


@transaction.atomic
def waive(*, milestone: Milestone, actor, reason: str) -> Milestone:
    """The administrator agrees to what the startup manager has proposed: two people, two offices."""
    row = lock(milestone)
    if row.waiver_proposed_by_id is None:
        raise StepError(_("The startup manager has not proposed to waive this milestone."))
    if row.waiver_proposed_by_id == actor.pk:
        raise StepError(_("You have proposed it yourself: somebody else has to agree."))
    row = MILESTONE.apply("waive", milestone, actor=actor, reason=reason)
    emails.milestone_settled(row, reason=row.waiver_reason)
    return row


def miss_overdue(*, today: dt.date) -> int:
    """Note as missed what is thirty days overdue; of startups that still run. Answers how many.

    Whoever was asked to complete what she has handed in has thirty days for that, too.
    """
    nothing_asked = Q(returned_reason="") | Q(updated_at__date__lt=today - GRACE)
    overdue = Milestone.objects.open().filter(nothing_asked, due_on__lt=today - GRACE, startup__state__in=IN_PROGRAMME)
    return sum(_miss(milestone) for milestone in overdue.select_related("startup__cohort__programme__owner"))


@transaction.atomic
def _miss(milestone: Milestone) -> int:
    try:
        row = MILESTONE.apply("miss", milestone, actor=None)
    except StepError:  # somebody moved it in this moment
        return 0
    emails.milestone_settled(row)
    return 1
