"""Reminders about drafts, returned applications, free places and reviews, for every kind of application.

Each provider yields the subjects whose step is still to be done; the rule in the catalogue says when mails go out.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Max, Q

from portal.applications.emails import desk_page, managers_of, reach
from portal.applications.kinds import ApplicationKind, kind_for, kinds
from portal.applications.models import BaseApplication, BaseReview, State
from portal.applications.services.intake import COMPLETION
from portal.core.once import once
from portal.programmes.models import Call, IntakeMode
from portal.reminders.registry import Due, reminder


@once
def _unfinished(kind: ApplicationKind, pk: str | None, now: dt.datetime) -> list[BaseApplication]:
    """What applicants still have in hand: drafts of calls that close, and what went back to them."""
    draft = Q(state=State.DRAFT, call__state=Call.State.OPEN, call__closes_at__gt=now)
    returned = Q(state=State.RETURNED, returned_until__gte=now.date())
    rows = kind.model._default_manager.filter(draft | returned).for_list().order_by()
    rows = rows.select_related("applicant__user", "programme__owner")
    return list(rows.filter(pk=pk) if pk else rows)


def _rows(state: str, pk: str | None, now: dt.datetime) -> Iterator[tuple[ApplicationKind, BaseApplication]]:
    """Applications of every kind; a key may be that of rows of several kinds, which the planner tells apart."""
    for kind in kinds():
        yield from ((kind, row) for row in _unfinished(kind, pk, now) if row.state == state)


# -- calls -------------------------------------------------------------------------------------------------------------
@reminder("N04")
def drafts_of_closing_calls(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for kind, draft in _rows(State.DRAFT, pk, now):
        yield Due(
            subject=draft,
            anchor=draft.call.closes_at,
            deadline=draft.call.last_instant,
            zone=draft.call.timezone,
            since=draft.created_at,
            recipients=reach(draft.applicant),
            action_url=kind.url("application", draft.public_id),
            what=lambda draft=draft: draft.call.title,
            organisation=draft.mail_organisation,
        )


@reminder("N05")
def places_of_open_calls(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Calls without a closing day: how many places are left, each month and when the last one is taken."""
    calls = Call.objects.filter(
        state__in=(Call.State.OPEN, Call.State.CLOSED),
        intake_mode__in=(IntakeMode.ROLLING, IntakeMode.UNTIL_CAPACITY),
        opens_on__isnull=False,
        places__isnull=False,
        programme__isnull=False,
    ).select_related("programme__owner")
    rows = list((calls.filter(pk=pk) if pk else calls).order_by())
    places = _places_taken(rows)
    for call in rows:
        taken, last_taken = places.get(call.pk, (0, None))
        left = max(call.places - taken, 0)
        common = {
            "subject": call,
            "recipients": managers_of(call.programme, now.date()),
            "action_url": desk_page(call),
            "what": lambda call=call: call.title,
            "organisation": call.programme.owner,
            "context": {"n": left},
        }
        if call.state == Call.State.OPEN:
            yield Due(anchor=call.opens_on, **common)
        if left == 0 and last_taken:
            yield Due(anchor=last_taken, trigger="capacity", **common)


def _places_taken(calls: list[Call]) -> dict[int, tuple[int, dt.date]]:
    """How many places of each call are held, and since when the latest of them."""
    found = {}
    for kind in {kind_for(call) for call in calls}:
        held = kind.model._default_manager.filter(call__in=calls).holding_place().order_by()
        rows = held.values_list("call").annotate(Count("pk"), Max("decided_on"))
        found |= {call: (number, last) for call, number, last in rows}
    return found


# -- applications ------------------------------------------------------------------------------------------------------
@reminder("N06")
def returned_applications(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for kind, application in _rows(State.RETURNED, pk, now):
        yield Due(
            subject=application,
            anchor=application.returned_until - COMPLETION,
            deadline=application.returned_until,
            recipients=reach(application.applicant),
            escalate_to=kind.stands_behind(application, now.date()),
            action_url=kind.url("application", application.public_id),
            what=lambda application=application: application.call.title,
            organisation=application.programme.owner,
        )


# -- reviews ---------------------------------------------------------------------------------------------------------
@reminder("N10")
def reviews_due(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for kind in kinds():
        rows = kind.review_model._default_manager.filter(
            state__in=(BaseReview.State.ASSIGNED, BaseReview.State.ACCEPTED)
        ).select_related("reviewer__person", "application__programme__owner", "application__applicant")
        rows = rows.order_by()
        yield from (_review_due(kind, review, now) for review in (rows.filter(pk=pk) if pk else rows))


def _review_due(kind: ApplicationKind, review: BaseReview, now: dt.datetime) -> Due:
    programme = review.application.programme
    return Due(
        subject=review,
        anchor=review.due_on,
        since=review.created_at,
        recipients=[review.reviewer.as_recipient()],
        escalate_to=kind.managers(review.application, now.date()),
        action_url=kind.url("review", review.public_id),
        what=lambda: str(review.application),
        organisation=programme.owner,
    )
