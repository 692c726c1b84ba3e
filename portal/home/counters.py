"""The numbers of the day: each is a link to the list behind it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchanges.admin.applications import WAITING_FOR_MANAGER
from exchanges.admin.stays import blocked_stays, tasks_of
from exchanges.models import Application, Approval, Offer, Review, Stay, StayTask
from portal.accounts.roles import Role, has_role
from portal.alliances.models import Agreement
from portal.core.admin_base import visible_rows
from portal.core.counting import MOST_SHOWN, counts_up_to, number_text
from portal.outbox.models import OutboxMessage
from portal.screening.models import Screening
from portal.transfers.models import ImportJob
from startups.admin.applications import FOR_CHECK, FOR_DECISION
from startups.models import CohortApplication, CohortReview, Milestone, Startup
from startups.querysets import STARTUP_WRITERS
from workshops.models import Event, Registration, TourCheck

MONTH, WEEK, YEAR = dt.timedelta(days=30), dt.timedelta(days=7), dt.timedelta(days=365)
TROUBLED_MAIL = ("failed", "uncertain", "withheld")
UNDECIDED_CASES = ("submitted", "expert_review")
EXPORT_DESK = frozenset({Role.EXPORT_OFFICER})


@dataclass(frozen=True)
class Moment:
    """For whom and for when the numbers are counted."""

    user: object
    today: dt.date
    now: dt.datetime


@dataclass(frozen=True)
class Kind:
    """One number: which rows, and the question to the list that shows the same rows.

    `desk` names the seats it is for, where more desks have the list than work on it.
    """

    label: str
    model: type
    narrow: Callable  # (rows the person sees, moment) -> the rows counted
    query: dict[str, str]
    tone: str
    desk: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Counter:
    label: str
    number: int
    url: str
    tone: str

    @property
    def text(self) -> str:
        return number_text(self.number)


KINDS = (
    Kind(_("late tasks"), StayTask, lambda rows, at: rows.late(at.today), {"which": "late"}, "stopped"),
    Kind(
        _("open tasks for my office"),
        StayTask,
        lambda rows, at: rows.open().filter(tasks_of(at.user)),
        {"which": "mine"},
        "waiting",
    ),
    Kind(
        _("applications that wait for a decision"),
        Application,
        lambda rows, at: rows.filter(state__in=WAITING_FOR_MANAGER),
        {"waits": "manager"},
        "waiting",
    ),
    Kind(
        _("approvals that wait"),
        Approval,
        lambda rows, at: rows.filter(state="asked"),
        {"state__exact": "asked"},
        "waiting",
    ),
    Kind(
        _("reviews that are late"),
        Review,
        lambda rows, at: rows.filter(state__in=("assigned", "accepted"), due_on__lt=at.today),
        {"late": "yes"},
        "attention",
    ),
    Kind(
        _("screening cases that wait"),
        Screening,
        lambda rows, at: rows.filter(state__in=UNDECIDED_CASES),
        {"state__in": ",".join(UNDECIDED_CASES)},
        "waiting",
    ),
    Kind(
        _("arrivals in 30 days with a blocking task"),
        Stay,
        lambda rows, at: rows.arriving(at.today, MONTH.days).filter(pk__in=blocked_stays(at.user)),
        {"when": "blocked"},
        "stopped",
    ),
    Kind(
        _("offers that lapse within 7 days"),
        Offer,
        lambda rows, at: rows.filter(state="sent", answer_by__range=(at.now, at.now + WEEK)),
        {"expiring": "week"},
        "attention",
    ),
    Kind(
        _("events that are over, and nobody has said that they took place"),
        Event,
        lambda rows, at: rows.editable_by(at.user).not_marked_held(at.today),
        {"situation": "untold"},
        "attention",
    ),
    Kind(
        _("event reports that are late"),
        Event,
        lambda rows, at: rows.editable_by(at.user).late_with_report(at.today),
        {"situation": "late"},
        "stopped",
    ),
    Kind(
        _("registrations that wait for approval"),
        Registration,
        lambda rows, at: rows.filter(state="submitted"),
        {"state__exact": "submitted"},
        "waiting",
    ),
    Kind(
        _("applications of ventures to check"),
        CohortApplication,
        lambda rows, at: rows.filter(state__in=FOR_CHECK),
        {"waits": "check"},
        "waiting",
        STARTUP_WRITERS,
    ),
    Kind(
        _("applications of ventures that wait for a decision"),
        CohortApplication,
        lambda rows, at: rows.filter(state__in=FOR_DECISION),
        {"waits": "decision"},
        "waiting",
        STARTUP_WRITERS,
    ),
    Kind(
        _("reviews of ventures that are late"),
        CohortReview,
        lambda rows, at: rows.filter(state__in=("assigned", "accepted"), due_on__lt=at.today),
        {"late": "yes"},
        "attention",
        STARTUP_WRITERS,
    ),
    Kind(
        _("startups that wait for the export check"),
        Startup,
        lambda rows, at: rows.awaiting_export_check(),
        {"waits": "export"},
        "waiting",
        EXPORT_DESK,
    ),
    Kind(
        _("names for a laboratory tour to check"),
        TourCheck,
        lambda rows, at: rows.waiting(),
        {"waits": "export"},
        "waiting",
        EXPORT_DESK,
    ),
    Kind(
        _("startups with a place, to be admitted"),
        Startup,
        lambda rows, at: rows.awaiting_terms(),
        {"waits": "terms"},
        "waiting",
        STARTUP_WRITERS,
    ),
    Kind(
        _("milestones handed in, to be looked at"),
        Milestone,
        lambda rows, at: rows.filter(state="submitted"),
        {"which": "judge"},
        "waiting",
        STARTUP_WRITERS,
    ),
    Kind(
        _("agreements that end within 12 months"),
        Agreement,
        lambda rows, at: rows.filter(expires_on__range=(at.today, at.today + YEAR)),
        {"expiry": "year"},
        "attention",
    ),
    Kind(
        _("mails that failed or are held"),
        OutboxMessage,
        lambda rows, at: rows.filter(state__in=TROUBLED_MAIL),
        {"state__in": ",".join(TROUBLED_MAIL)},
        "stopped",
    ),
    Kind(
        _("my imports that were refused"),
        ImportJob,
        lambda rows, at: rows.filter(user=at.user, state=ImportJob.State.REFUSED),
        {"state__exact": "refused"},
        "attention",
    ),
)


def may_list(request, model) -> bool:
    """Whether the person's desk has this list at all."""
    page = admin.site._registry.get(model)
    return page is not None and page.has_view_permission(request)


def works_on(request, model, desk: frozenset[str]) -> bool:
    """Whether the person's desk has the list and, where `desk` names the seats it is for, one of them."""
    return may_list(request, model) and (not desk or has_role(request.user, desk))


def list_url(model, query: dict | None = None) -> str:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(query)}" if query else address


def counters(request, at: Moment, further: Mapping[str, QuerySet]) -> tuple[list[Counter], dict[str, int]]:
    """The numbers over what the person sees; lists that her desk does not have are left out.

    `further` rows are counted in the same statement.
    """
    kinds = [kind for kind in KINDS if works_on(request, kind.model, kind.desk)]
    questions = {n: kind.narrow(visible_rows(kind.model, at.user), at) for n, kind in enumerate(kinds)}
    numbers = counts_up_to({**questions, **further}, MOST_SHOWN + 1)
    own = [
        Counter(label=kind.label, number=numbers[position], url=list_url(kind.model, kind.query), tone=kind.tone)
        for position, kind in enumerate(kinds)
    ]
    return own, {name: numbers[name] for name in further}
