"""Reviews: asked for without conflict of interest, accepted with a statement, scored, frozen by the decision."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.roles import Role, has_role
from portal.applications import emails, rules
from portal.applications.kinds import kind_of
from portal.applications.models import BaseApplication, BaseReview, State
from portal.applications.workflows import REVIEW
from portal.core import audit
from portal.core.workflow import ReasonMissing, StepError, lock

ASSIGNABLE = (State.UNDER_REVIEW, State.SHORTLISTED)


def conflicts(*, application: BaseApplication, reviewer) -> list[str]:
    """Everything that speaks against this reviewer, as sentences; a shared unit is only a flag."""
    return [*_forbidding(application, reviewer), *_flagging(application, reviewer)]


@transaction.atomic
def assign(*, application: BaseApplication, reviewer, due_on: dt.date, actor) -> BaseReview:
    """Ask a reviewer; refused for the applicant and whoever the kind names as a party."""
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
        .exclude(state__in=(BaseReview.State.DECLINED, BaseReview.State.CANCELLED))
        .exists()
    ):
        raise StepError(_("This reviewer already has this application."))
    review = row.reviews.create(reviewer=reviewer, due_on=due_on, application_version=row.version)
    audit.record(
        "review.assign", review, actor=actor, reviewer=str(reviewer), due_on=due_on, flags=_flagging(row, reviewer)
    )
    emails.review_assigned(review)
    return review


@transaction.atomic
def accept(*, review: BaseReview, has_no_conflict: bool, actor) -> BaseReview:
    """Take the review on, with the statement that there is no conflict of interest."""
    if not has_no_conflict:
        raise StepError(_("Please decline if you have a conflict of interest."))
    if _forbidding(review.application, actor):
        raise StepError(_("You are a party to this application yourself and cannot review it. Please decline."))
    return REVIEW.apply("accept", review, actor=actor, changes={"has_no_conflict": True})


@transaction.atomic
def decline(*, review: BaseReview, reason: str, actor) -> BaseReview:
    row = REVIEW.apply("decline", review, actor=actor, reason=reason)
    emails.review_declined(row, reason)
    return row


@transaction.atomic
def save(*, review: BaseReview, scores: Mapping[int, int | None], advice: str, comment: str, actor) -> BaseReview:
    """Keep scores (criterion primary key → value or None), advice and comment; complete or not."""
    row = lock(review)
    if not rules.is_reviewer(actor, row):
        raise PermissionDenied("save")
    if row.state != BaseReview.State.ACCEPTED:
        raise StepError(_("This review cannot be changed now."))
    criteria = {criterion.pk: criterion for criterion in row.application.call.criteria.all()}
    for pk, value in scores.items():
        criterion = criteria.get(pk)
        if criterion is None:
            raise ValidationError(_("This criterion belongs to another call."))
        _keep_score(row, criterion, value)
    if advice and advice not in BaseReview.Advice.values:
        raise ValidationError(_("Please choose one of the answers."))
    row.advice, row.comment = advice, comment
    row.save(update_fields=["advice", "comment", "updated_at"])
    review.refresh_from_db()
    return row


def _keep_score(review: BaseReview, criterion, value: int | None) -> None:
    if value is not None and not 0 <= value <= criterion.max_score:
        raise ValidationError(
            _("%(criterion)s: the score lies between 0 and %(highest)d.")
            % {"criterion": criterion, "highest": criterion.max_score}
        )
    review.scores.update_or_create(criterion=criterion, defaults={"value": value})


@transaction.atomic
def settle_entered(*, review: BaseReview, scores: Mapping[str, int]) -> None:
    """A review that a file brings (English name of the criterion → score): what was written elsewhere, and has been
    decided on. As long as a decision is open nobody writes in the name of a reviewer.
    """
    application = lock(review.application)
    if application.decided_on is None:
        raise StepError(_("This application has not been decided: its reviewers write in the portal."))
    if forbidding := _forbidding(application, review.reviewer):
        raise StepError(" ".join(forbidding))
    if review.state in (BaseReview.State.DECLINED, BaseReview.State.CANCELLED):
        if scores:
            raise StepError(_("A review that was not written has no scores."))
        return
    if review.state != BaseReview.State.LOCKED or review.submitted_at is None:
        raise StepError(_("Reviews of a decided application are “locked”, with the moment they were handed in."))
    criteria = {criterion.name_en: criterion for criterion in application.call.criteria.all()}
    if unknown := sorted(scores.keys() - criteria.keys()):
        raise StepError(_("The call has no such criterion: %(names)s.") % {"names": _(", ").join(unknown)})
    for name, value in scores.items():
        _keep_score(review, criteria[name], value)
    _refuse_gaps(review)


@transaction.atomic
def submit(*, review: BaseReview, actor, now: dt.datetime) -> BaseReview:
    """Hand the review in; every criterion needs a score, and there must be an advice."""
    _refuse_gaps(review)
    changes = {"submitted_at": now, "application_version": review.application.version}
    return REVIEW.apply("submit", review, actor=actor, changes=changes)


def _refuse_gaps(review: BaseReview) -> None:
    scored = set(review.scores.exclude(value=None).values_list("criterion_id", flat=True))
    left = [str(criterion) for criterion in review.application.call.criteria.all() if criterion.pk not in scored]
    if left:
        raise StepError(_("Please score first: %(criteria)s.") % {"criteria": _(", ").join(left)})
    if not review.advice:
        raise StepError(_("Please say whether you would accept the applicant."))


@transaction.atomic
def reopen(*, review: BaseReview, reason: str, actor) -> BaseReview:
    """Give a review back before the decision."""
    row = REVIEW.apply("reopen", review, actor=actor, reason=reason)
    emails.review_reopened(row, reason)
    return row


@transaction.atomic
def cancel(*, review: BaseReview, reason: str, actor) -> BaseReview:
    row = REVIEW.apply("cancel", review, actor=actor, reason=reason)
    emails.review_cancelled(row)
    return row


@transaction.atomic
def declare_conflict(*, review: BaseReview, reason: str, actor) -> BaseReview:
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


def lock_submitted(application: BaseApplication) -> int:
    """Freeze what was handed in, because a decision is being taken on it; the number frozen."""
    reviews = list(application.reviews.filter(state=BaseReview.State.SUBMITTED))
    for review in reviews:
        REVIEW.apply("lock", review, actor=None)
    return len(reviews)


def _forbidding(application: BaseApplication, reviewer) -> list[str]:
    found = [_("The reviewer is the applicant.")] if rules.is_applicant(reviewer, application) else []
    return [*found, *kind_of(application).forbids_review(application, reviewer)]


def _flagging(application: BaseApplication, reviewer) -> list[str]:
    return kind_of(application).flags_review(application, reviewer)
