"""Today: what is late, what is due, what waits for somebody else, and what goes out; from here she acts."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from exchanges.models import Application, Approval, Review, Stay, StayTask
from portal.accounts.roles import has_role
from portal.applications.querysets import IN_PROCESS
from portal.core.admin_base import visible_rows
from portal.core.workflow import told_as_one
from portal.home.counters import WEEK, Moment, counters, list_url, may_list, works_on
from portal.home.pictures import flow_picture, pipeline_picture, season_picture
from portal.outbox.models import OutboxMessage
from portal.programmes.models import Call
from portal.reports.models import READERS
from startups.models import CohortApplication, CohortReview, Milestone
from startups.querysets import STARTUP_WRITERS
from startups.services.milestones import IN_PROGRAMME
from workshops.models import Event

LATE_SHOWN, MAILS_SHOWN = 12, 6
WAITING_LONG = dt.timedelta(days=7)


@dataclass(frozen=True)
class Late:
    """One line of "late and waiting"."""

    what: str
    whose: str
    owner: str
    days: int
    url: str


def dashboard(request, context: dict) -> dict:
    """For the admin theme: everything on the first page, in a number of queries that does not grow with the rows."""
    at = Moment(request.user, timezone.localdate(), timezone.now())
    sees_stays, sees_applications = may_list(request, Stay), may_list(request, Application)
    numbers, in_process = counters(request, at, _in_process(at) if sees_applications else {})
    return context | {
        "title": _("Today"),
        "waiting": [counter for counter in numbers if counter.number],
        "idle": [counter for counter in numbers if not counter.number],
        "pipeline": pipeline(in_process),
        "late": late_and_waiting(request, at),
        "sees_late": any(works_on(request, model, desk) for model, desk, _late in LATE_KINDS),
        "mails": going_out(at) if may_list(request, OutboxMessage) else None,
        "mails_url": list_url(OutboxMessage, {"state__exact": "queued"}),
        "flow": flow_picture(at.user, at.today) if sees_stays else None,
        "call": pipeline_picture(at.user, at.now) if sees_applications else None,
        "season": season_picture(at.user, at.today) if may_list(request, Call) or may_list(request, Event) else None,
        "directs": has_role(at.user, READERS),
    }


def _in_process(at: Moment) -> dict[str, QuerySet]:
    rows = visible_rows(Application, at.user)
    words = {state: word for state, word in Application.State.choices if state in IN_PROCESS}
    return {state: rows.filter(state__in=same) for state, same in told_as_one(words).items()}


def pipeline(numbers: dict[str, int]) -> list[tuple[str, int, str]]:
    """Applications in process: the state in words, how many, and the list."""
    labels = dict(Application.State.choices)
    return [
        (labels[state], number, list_url(Application, {"state__exact": state}))
        for state, number in numbers.items()
        if number
    ]


def late_and_waiting(request, at: Moment) -> list[Late]:
    """The longest overdue of everything that somebody has to do, worst first; of the lists that the desk has."""
    found = [line for model, desk, late in LATE_KINDS if works_on(request, model, desk) for line in late(at, model)]
    return sorted(found, key=lambda line: -line.days)[:LATE_SHOWN]


def _late_tasks(at: Moment, model):
    rows = visible_rows(model, at.user).late(at.today).select_related("stay__person", "organisation")
    for task in rows.order_by("due_on")[:LATE_SHOWN]:
        owner = task.get_owner_role_display()
        if task.organisation:
            owner = _(", ").join((owner, task.organisation.label))
        yield Late(str(task), str(task.stay.person), owner, (at.today - task.due_on).days, _page(task))


def _late_approvals(at: Moment, model):
    rows = visible_rows(model, at.user).filter(state="asked", due_on__lt=at.today)
    for approval in rows.select_related("application__applicant", "organisation").order_by("due_on")[:LATE_SHOWN]:
        owner = approval.approver_name or (approval.organisation.label if approval.organisation else "")
        yield Late(
            _("Approval: %(part)s") % {"part": approval.get_part_display()},
            str(approval.application),
            owner,
            (at.today - approval.due_on).days,
            _page(approval),
        )


def _late_reviews(at: Moment, model):
    rows = visible_rows(model, at.user).filter(state__in=("assigned", "accepted"), due_on__lt=at.today)
    for review in rows.select_related("application__applicant", "reviewer__person").order_by("due_on")[:LATE_SHOWN]:
        yield Late(
            _("Review"),
            str(review.application),
            str(review.reviewer),
            (at.today - review.due_on).days,
            _page(review),
        )


def _long_untouched(at: Moment, model):
    """Applications that arrived a week ago or longer and that nobody has taken up."""
    rows = visible_rows(model, at.user).filter(state="submitted", submitted_at__lt=at.now - WAITING_LONG)
    for application in rows.select_related("applicant", "programme__owner").order_by("submitted_at")[:LATE_SHOWN]:
        yield Late(
            _("Application not taken up"),
            str(application),
            application.programme.owner.label,
            (at.now - application.submitted_at).days,
            _page(application),
        )


def _late_milestones(at: Moment, model):
    rows = visible_rows(model, at.user).late(at.today).filter(startup__state__in=IN_PROGRAMME).select_related("startup")
    for milestone in rows.order_by("due_on")[:LATE_SHOWN]:
        yield Late(
            _("Milestone: %(title)s") % {"title": milestone.title},
            str(milestone.startup),
            _("the founders"),
            (at.today - milestone.due_on).days,
            _page(milestone),
        )


def going_out(at: Moment) -> dict:
    """Mails that leave within the week: how many, and the first of them."""
    rows = visible_rows(OutboxMessage, at.user).filter(state="queued", next_try_at__lt=at.now + WEEK)
    first = list(rows.order_by("next_try_at", "pk")[: MAILS_SHOWN + 1])
    return {
        "first": [(mail, reverse("admin:outbox_outboxmessage_change", args=[mail.pk])) for mail in first[:MAILS_SHOWN]],
        "more": len(first) > MAILS_SHOWN,
    }


def _page(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


# The list, the seats it is for where more desks have it, and its late rows.
LATE_KINDS: tuple[tuple[type, frozenset[str], Callable], ...] = (
    (StayTask, frozenset(), _late_tasks),
    (Approval, frozenset(), _late_approvals),
    (Review, frozenset(), _late_reviews),
    (Application, frozenset(), _long_untouched),
    (CohortReview, STARTUP_WRITERS, _late_reviews),
    (CohortApplication, STARTUP_WRITERS, _long_untouched),
    (Milestone, STARTUP_WRITERS, _late_milestones),
)
