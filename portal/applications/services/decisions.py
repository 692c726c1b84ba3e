"""The panel's and the manager's decisions; places are counted under a lock, so the last one goes to one person."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.applications import emails
from portal.applications.kinds import kind_for, kind_of
from portal.applications.models import BaseApplication, BaseReview, State
from portal.applications.services.reviews import lock_submitted
from portal.applications.workflows import REVIEW
from portal.core.workflow import StepError, lock
from portal.programmes import services as programme_services
from portal.programmes.models import Call, IntakeMode

COUNTED = (BaseReview.State.SUBMITTED, BaseReview.State.LOCKED)
RANKED = (
    State.UNDER_REVIEW, State.SHORTLISTED, State.RECOMMENDED,
    State.SELECTED, State.WAITLISTED, State.DECLINED,
)  # fmt: skip


class NoPlaceFree(StepError):
    """All places of the call are taken."""


@dataclass(frozen=True)
class RankingRow:
    """One line of the panel's table: `mean` is a share of the highest score (0–1), None without a counted review."""

    application: BaseApplication
    mean: float | None
    count: int


def ranking(*, call: Call) -> list[RankingRow]:
    """The applications of a call, best mean first, ranked unrounded; those without a review stand last."""
    applications = (
        kind_for(call)
        .model._default_manager.filter(call=call, state__in=RANKED)
        .for_list()
        .prefetch_related("reviews__scores__criterion")
    )
    rows = []
    for application in applications:
        totals = [
            review.total
            for review in application.reviews.all()
            if review.state in COUNTED and review.has_no_conflict and review.total is not None
        ]
        rows.append(RankingRow(application, sum(totals) / len(totals) if totals else None, len(totals)))
    return sorted(rows, key=lambda row: (row.mean is None, -(row.mean or 0), row.application.pk))


@transaction.atomic
def shortlist(*, application: BaseApplication, actor, today: dt.date, reason: str = "") -> BaseApplication:
    row = _reviewed(application)
    return kind_of(application).workflow.apply("shortlist", row, actor=actor, reason=reason)


@transaction.atomic
def recommend(*, application: BaseApplication, actor, today: dt.date, reason: str = "") -> BaseApplication:
    """Recommend from the shortlist, or directly where no interview is needed."""
    row = _reviewed(application)
    step = "recommend_directly" if row.state == State.UNDER_REVIEW else "recommend"
    return kind_of(application).workflow.apply(step, row, actor=actor, reason=reason)


@transaction.atomic
def select(*, application: BaseApplication, actor, today: dt.date, reason: str = "") -> BaseApplication:
    """Give one of the call's places. Raises NoPlaceFree."""
    return _take_place("select", application, actor=actor, today=today, reason=reason)


@transaction.atomic
def waitlist(*, application: BaseApplication, rank: int, actor, today: dt.date, reason: str = "") -> BaseApplication:
    row = kind_of(application).workflow.apply(
        "waitlist", application, actor=actor, reason=reason, changes={"rank": rank}
    )
    emails.application_waitlisted(row)
    return row


@transaction.atomic
def promote(*, application: BaseApplication, actor, today: dt.date, reason: str = "") -> BaseApplication:
    """Give a place that became free to somebody on the waiting list. Raises NoPlaceFree."""
    return _take_place("promote", application, actor=actor, today=today, reason=reason)


@transaction.atomic
def decline(*, application: BaseApplication, actor, today: dt.date, reason: str) -> BaseApplication:
    """Decline; `reason` is for the desks, the applicant gets neutral words."""
    row = lock(application)
    row = kind_of(application).workflow.apply("decline", row, actor=actor, reason=reason, changes={"decided_on": today})
    lock_submitted(row)
    for review in row.reviews.filter(state__in=(BaseReview.State.ASSIGNED, BaseReview.State.ACCEPTED)):
        REVIEW.apply("cancel", review, actor=None, reason=_("The application was decided."))
    kind_of(row).ended(row)
    emails.application_declined(row)
    application.refresh_from_db()
    return row


def places_left(call: Call) -> int | None:
    """Places that nobody holds; None where the call has no limit."""
    if call.places is None:
        return None
    return call.places - kind_for(call).model._default_manager.filter(call=call).holding_place().count()


def _take_place(step: str, application: BaseApplication, *, actor, today: dt.date, reason: str) -> BaseApplication:
    call = lock(application.call)  # everybody who gives a place of this call waits here
    left = places_left(call)
    if left is not None and left <= 0:
        raise NoPlaceFree(_("All places of this call are taken."))
    row = kind_of(application).workflow.apply(
        step, application, actor=actor, reason=reason, changes={"decided_on": today}
    )
    if left == 1 and call.intake_mode == IntakeMode.UNTIL_CAPACITY and call.state == Call.State.OPEN:
        programme_services.close_call(call=call, actor=None, reason=_("All places are taken."))
    return row


def _reviewed(application: BaseApplication) -> BaseApplication:
    """The locked application, with enough reviews, which are frozen from now on."""
    row = lock(application)
    counted = row.reviews.filter(state__in=COUNTED, has_no_conflict=True).count()
    missing = row.call.min_reviews - counted
    if missing > 0:
        raise StepError(
            ngettext("%(count)d more review is needed first.", "%(count)d more reviews are needed first.", missing)
            % {"count": missing}
        )
    lock_submitted(row)
    return row
