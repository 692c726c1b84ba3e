"""Reviews: asked for without conflict of interest, accepted with a statement, scored, frozen by the decision."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from exchanges import emails, rules
from exchanges.models import Application, Approval, Review, Score
from exchanges.workflows import REVIEW
from portal.accounts.roles import Role, has_role
from portal.core import audit
from portal.core.workflow import ReasonMissing, StepError, lock

ASSIGNABLE = (Application.State.UNDER_REVIEW, Application.State.SHORTLISTED)


def conflicts(*, application: Application, reviewer) -> list[str]:
    """Everything that speaks against this reviewer, as sentences; a shared unit is only a flag."""
    return [*_forbidding(application, reviewer), *_flagging(application, reviewer)]


@transaction.atomic
def assign(*, application: Application, reviewer, due_on: dt.date, actor) -> Review:
    """Ask a reviewer; refused for the applicant, the host and everybody who signs for a side."""
    row = lock(application)
    if not rules.manages(actor, row):
        raise PermissionDenied("assign")
    if row.state not in ASSIGNABLE:
        raise StepError(_("This application is not under review."))
    if not has_role(reviewer, Role.REVIEWER):
        raise StepError(_("%(person)s has no reviewer's seat.") % {"person": reviewer})
    if forbidding := _forbidding(row, reviewer):
        raise StepError(" ".join(forbidding))
    if (
        row.reviews.filter(reviewer=reviewer)
        .exclude(state__in=(Review.State.DECLINED, Review.State.CANCELLED))
        .exists()
    ):
        raise StepError(_("This reviewer already has this application."))
    review = Review.objects.create(application=row, reviewer=reviewer, due_on=due_on, application_version=row.version)
    audit.record(
        "review.assign", review, actor=actor, reviewer=str(reviewer), due_on=due_on, flags=_flagging(row, reviewer)
    )
    emails.review_assigned(review)
    return review


@transaction.atomic
def accept(*, review: Review, has_no_conflict: bool, actor) -> Review:
    """Take the review on, with the statement that there is no conflict of interest."""
    if not has_no_conflict:
        raise StepError(_("Please decline if you have a conflict of interest."))
    if _forbidding(review.application, actor):
        raise StepError(_("You take part in this exchange yourself and cannot review it. Please decline."))
    return REVIEW.apply("accept", review, actor=actor, changes={"has_no_conflict": True})


@transaction.atomic
def decline(*, review: Review, reason: str, actor) -> Review:
    row = REVIEW.apply("decline", review, actor=actor, reason=reason)
    emails.review_declined(row, reason)
    return row


@transaction.atomic
def save(*, review: Review, scores: Mapping[int, int | None], advice: str, comment: str, actor) -> Review:
    """Keep scores (criterion primary key → value or None), advice and comment; complete or not."""
    row = lock(review)
    if not rules.is_reviewer(actor, row):
        raise PermissionDenied("save")
    if row.state != Review.State.ACCEPTED:
        raise StepError(_("This review cannot be changed now."))
    criteria = {criterion.pk: criterion for criterion in row.application.call.criteria.all()}
    for pk, value in scores.items():
        criterion = criteria.get(pk)
        if criterion is None:
            raise ValidationError(_("This criterion belongs to another call."))
        if value is not None and not 0 <= value <= criterion.max_score:
            raise ValidationError(
                _("%(criterion)s: the score lies between 0 and %(highest)d.")
                % {"criterion": criterion, "highest": criterion.max_score}
            )
        Score.objects.update_or_create(review=row, criterion=criterion, defaults={"value": value})
    if advice and advice not in Review.Advice.values:
        raise ValidationError(_("Please choose one of the answers."))
    row.advice, row.comment = advice, comment
    row.save(update_fields=["advice", "comment", "updated_at"])
    review.refresh_from_db()
    return row


@transaction.atomic
def submit(*, review: Review, actor, now: dt.datetime) -> Review:
    """Hand the review in; every criterion needs a score, and there must be an advice."""
    scored = set(review.scores.exclude(value=None).values_list("criterion_id", flat=True))
    left = [str(criterion) for criterion in review.application.call.criteria.all() if criterion.pk not in scored]
    if left:
        raise StepError(_("Please score first: %(criteria)s.") % {"criteria": ", ".join(left)})
    if not review.advice:
        raise StepError(_("Please say whether you would accept the applicant."))
    changes = {"submitted_at": now, "application_version": review.application.version}
    return REVIEW.apply("submit", review, actor=actor, changes=changes)


@transaction.atomic
def reopen(*, review: Review, reason: str, actor) -> Review:
    """Give a review back before the decision."""
    row = REVIEW.apply("reopen", review, actor=actor, reason=reason)
    emails.review_reopened(row, reason)
    return row


@transaction.atomic
def cancel(*, review: Review, reason: str, actor) -> Review:
    row = REVIEW.apply("cancel", review, actor=actor, reason=reason)
    emails.review_cancelled(row)
    return row


@transaction.atomic
def declare_conflict(*, review: Review, reason: str, actor) -> Review:
    """A conflict noticed after scoring: the review stays for the record and counts no more."""
    row = lock(review)
    if not rules.is_reviewer(actor, row):
        raise PermissionDenied("declare_conflict")
    if not reason.strip():
        raise ReasonMissing(_("Please say what the conflict is."))
    row.has_no_conflict = False
    row.save(update_fields=["has_no_conflict", "updated_at"])
    audit.record("review.conflict", row, actor=actor, reason=reason)
    review.refresh_from_db()
    return row


def lock_submitted(application: Application) -> int:
    """Freeze what was handed in, because a decision is being taken on it; the number frozen."""
    reviews = list(application.reviews.filter(state=Review.State.SUBMITTED))
    for review in reviews:
        REVIEW.apply("lock", review, actor=None)
    return len(reviews)


def _forbidding(application: Application, reviewer) -> list[str]:
    found = []
    if rules.is_applicant(reviewer, application):
        found.append(_("The reviewer is the applicant."))
    if rules.is_host(reviewer, application):
        found.append(_("The reviewer is the host researcher."))
    if reviewer.email.lower() == application.supervisor_email.lower():
        found.append(_("The reviewer is the applicant's supervisor."))
    if application.approvals.filter(approver=reviewer).exclude(state=Approval.State.VOID).exists():
        found.append(_("The reviewer signs for one side of this exchange."))
    return found


def _flagging(application: Application, reviewer) -> list[str]:
    own = getattr(getattr(reviewer, "person", None), "organisation", None)
    if own is None:
        return []
    found = []
    if own == application.home_organisation:
        found.append(_("The reviewer works in the applicant's own unit."))
    if own == application.host_organisation:
        found.append(_("The reviewer works in the host's own unit."))
    return found
