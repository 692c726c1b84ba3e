"""My desk: the one next thing, then a line of what is done, what comes next and later, and who else has to act."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from exchanges import rules
from exchanges.models import Application, Approval, Offer, Stay, StayReport, StayTask
from exchanges.questions import sheets_for
from exchanges.views.hosting import asked_of
from exchanges.workflows import STAY
from portal.applications.kinds import kind_of, kinds, standing_of
from portal.applications.models import State
from portal.applications.progress import progress_of
from portal.applications.views.reviews import OPEN, own_reviews
from portal.core.dates import long_date
from startups.models import CohortApplication, FounderUpdate, Milestone, Startup
from workshops.models import Delegate, Meeting

# What is due within this time is "next"; the rest is "later".
SOON = dt.timedelta(days=30)
DONE_SHOWN = 5
WAITING_SHOWN = 8
WAITING_STATES = (
    Application.State.SUBMITTED, Application.State.ELIGIBILITY_CHECK, Application.State.EXPORT_PRECHECK,
    Application.State.EXPERT_REVIEW, Application.State.UNDER_REVIEW, Application.State.SHORTLISTED,
    Application.State.RECOMMENDED, Application.State.WAITLISTED,
)  # fmt: skip
LIVE_STAYS = (
    Stay.State.PLANNED, Stay.State.PRE_ARRIVAL, Stay.State.ARRIVED, Stay.State.ACTIVE, Stay.State.SUSPENDED,
    Stay.State.CURTAILED, Stay.State.ENDING, Stay.State.DEPARTED, Stay.State.REPORT_DUE,
)  # fmt: skip


@dataclass(frozen=True)
class ToDo:
    """One thing the person has to do. `due` is a civil date; where an hour counts, `instant` and its `zone` say it."""

    title: str
    why: str
    url: str
    label: str
    due: dt.date | None = None
    instant: dt.datetime | None = None
    zone: str = ""

    @property
    def order(self) -> tuple:
        return (self.due is None, self.due or dt.date.max)

    def is_late(self, today: dt.date) -> bool:
        return self.due is not None and self.due < today

    @property
    def when(self) -> str:
        return _("by %(day)s") % {"day": long_date(self.due)} if self.due and not self.instant else ""


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, as the component draws it."""

    tone: str
    title: str
    url: str = ""
    when: str = ""
    who: str = ""
    text: str = ""
    instant: dt.datetime | None = None
    zone: str = ""


@dataclass(frozen=True)
class Desk:
    next: ToDo | None
    line: list[tuple[str, list[Entry]]]
    applications: list[tuple] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    is_late: bool = False
    is_host: bool = False
    is_reviewer: bool = False
    is_delegate: bool = False
    startups: list[Startup] = field(default_factory=list)
    is_mentor: bool = False


def desk_of(user, *, now: dt.datetime, today: dt.date) -> Desk:
    """Everything on one person's desk, in a number of queries that does not grow with it."""
    applications = _own_applications(user)
    offers = list(_own_offers(user))
    stays = list(_stays(user))
    own_stays = [stay for stay in stays if rules.is_fellow(user, stay)]
    tasks = list(_tasks(user, stays))
    reviews = list(_reviews(user))
    approvals = asked_of(user)
    missions = list(_missions(user))
    startups = list(Startup.objects.visible_to(user).of_somebody(user))
    founded = [startup for startup in startups if startup.is_own]

    todo = [
        *_offers_to_answer(offers),
        *_applications_to_finish(applications, now, user),
        *_signatures(approvals),
        *_reviews_to_write(reviews),
        *_confirmations(stays, user, today),
        *_own_tasks(tasks, user),
        *_reports(own_stays, user),
        *_of_startups(founded, user),
        *_meetings(missions, user),
    ]
    todo.sort(key=lambda item: item.order)
    first, rest = (todo[0], todo[1:]) if todo else (None, [])
    soon = [item for item in rest if item.due is None or item.due <= today + SOON]
    later = [item for item in rest if item not in soon]
    line = [
        (_("Next"), [_entry(item, "next", today) for item in soon]),
        (_("Later"), [_entry(item, "later", today) for item in later]),
        (_("Waiting for others"), _waiting(applications, own_stays, tasks, user)),
        (_("Done"), _done(tasks, user)),
    ]
    return Desk(
        next=first,
        line=[(title, entries) for title, entries in line if entries],
        applications=[(application, standing_of(application), _page_of(application)) for application in applications],
        stays=own_stays,
        is_late=first is not None and first.is_late(today),
        is_host=any(rules.hosts(user, stay) for stay in stays if not rules.is_fellow(user, stay)) or bool(approvals),
        is_reviewer=bool(reviews),
        startups=founded,
        is_mentor=any(startup.is_advised for startup in startups),
        is_delegate=bool(missions),
    )


# -- what there is -------------------------------------------------------------------------------------------------
def _page_of(application) -> str:
    return kind_of(application).url("application", application.public_id)


def _own_applications(user):
    """Applications for an exchange and those of ventures."""
    rows = Application.objects.visible_to(user).of_person(user).exclude(state=Application.State.EXPIRED)
    related = (
        "applicant",
        "call__programme",
        "programme",
        "home_organisation",
        "host_organisation",
        "host_person",
        "stay",
    )
    ventures = CohortApplication.objects.visible_to(user).of_person(user).exclude(state=State.EXPIRED).for_reading()
    applications = [*rows.select_related(*related), *ventures]
    # What belongs to a step is fetched for the applications that stand there.
    in_hand = (Application.State.DRAFT, Application.State.RETURNED)
    prefetch_related_objects(
        [application for application in applications if application.state in in_hand], "call__requested_documents"
    )
    for kind in kinds():
        mine = [row for row in applications if row.state in in_hand and isinstance(row, kind.model)]
        prefetch_related_objects(mine, "documents")
    prefetch_related_objects(
        [application for application in applications if application.state == Application.State.HOST_AND_HOME],
        "approvals",
    )
    return applications


def _own_offers(user):
    rows = Offer.objects.visible_to(user).filter(
        application__applicant__in=user.scope.person_ids, state=Offer.State.SENT
    )
    return rows.select_related("application__call", "application__host_organisation")


def _stays(user):
    """Own stays, and those of the people one hosts."""
    rows = Stay.objects.visible_to(user).for_list().select_related("report")
    me = user.scope.person_ids
    return rows.filter(Q(person__in=me) | Q(host_person__in=me, state__in=LIVE_STAYS))


def _tasks(user, stays):
    by_id = {stay.pk: stay for stay in stays if stay.state in LIVE_STAYS}
    for task in StayTask.objects.visible_to(user).filter(stay__in=by_id).select_related("organisation"):
        task.stay = by_id[task.stay_id]
        yield task


def _missions(user):
    return Delegate.objects.visible_to(user).filter(person__user=user).select_related("delegation")


def _reviews(user):
    """The reviews of every kind of application, as (address, review)."""
    for kind in kinds():
        for review in own_reviews(kind, user):
            yield kind.url("review", review.public_id), review


# -- what to do ----------------------------------------------------------------------------------------------------
def _offers_to_answer(offers):
    for offer in offers:
        zone = offer.application.call.timezone
        yield ToDo(
            title=_("Answer the offer"),
            why=offer.application.call.title,
            url=reverse("exchanges:offer", args=[offer.public_id]),
            label=_("Read the offer"),
            due=offer.answer_by.date() if offer.answer_by else None,
            instant=offer.answer_by,
            zone=zone,
        )


def _applications_to_finish(applications, now, user):
    for application in applications:
        call, url = application.call, _page_of(application)
        if application.state == Application.State.RETURNED:
            yield ToDo(
                title=_("Complete your application"),
                why=application.returned_items,
                url=progress_of(application).resume_url,
                label=_("Complete it"),
                due=application.returned_until,
            )
        elif application.state == Application.State.DRAFT and call.takes_applications(now):
            progress = progress_of(application)
            yield ToDo(
                title=_("Finish your application: %(call)s") % {"call": call.title},
                why=_("%(done)d of %(total)d sections are complete.")
                % {"done": progress.done, "total": progress.total},
                url=progress.resume_url,
                label=_("Continue your draft"),
                due=call.last_instant.date() if call.last_instant else None,
                instant=call.last_instant,
                zone=call.timezone,
            )
        elif application.state == Application.State.EXPORT_PRECHECK and any(
            sheet.open_questions for sheet in sheets_for(user, application)
        ):
            yield ToDo(
                title=_("Answer the questions that the law asks"),
                why=call.title,
                url=url,
                label=_("See the questions"),
            )


def _signatures(approvals):
    for approval in approvals:
        yield ToDo(
            title=_("Agree or not: %(name)s") % {"name": approval.application.applicant},
            why=_("%(call)s. You are asked as: %(part)s.")
            % {"call": approval.application.call.title, "part": approval.get_part_display()},
            url=reverse("exchanges:consent", args=[approval.public_id]),
            label=_("Read and decide"),
            due=approval.due_on,
        )


def _reviews_to_write(reviews):
    for url, review in reviews:
        if review.state in OPEN:
            yield ToDo(
                title=_("Review an application"),
                why=review.application.call.title,
                url=url,
                label=_("Open the review"),
                due=review.due_on,
            )


def _confirmations(stays, user, today):
    for stay in stays:
        if stay.start_on <= today and STAY.can("confirm_arrival", stay, user):
            yield ToDo(
                title=_("Confirm the arrival of %(name)s") % {"name": stay.person},
                why=_("Planned for %(day)s.") % {"day": long_date(stay.start_on)},
                url=reverse("exchanges:arrival", args=[stay.public_id]),
                label=_("Confirm the arrival"),
                due=stay.start_on,
            )
        elif stay.end_on <= today and STAY.can("confirm_departure", stay, user):
            yield ToDo(
                title=_("Confirm the departure of %(name)s") % {"name": stay.person},
                why=_("Planned for %(day)s.") % {"day": long_date(stay.end_on)},
                url=reverse("exchanges:departure", args=[stay.public_id]),
                label=_("Confirm the departure"),
                due=stay.end_on,
            )


def _meetings(missions, user):
    """Requests for one-to-one meetings that wait for the person's answer."""
    pages = {delegate.delegation.event_id: delegate for delegate in missions}
    waiting = Meeting.objects.visible_to(user).filter(
        state=Meeting.State.REQUESTED, invitee__user=user, event__in=list(pages)
    )
    for meeting in waiting.select_related("requester") if pages else ():
        yield ToDo(
            title=_("Answer %(name)s, who would like to meet you") % {"name": meeting.requester},
            why=meeting.topic_en,
            url=reverse("workshops:meeting", args=[pages[meeting.event_id].public_id, meeting.public_id]),
            label=_("Read and answer"),
            due=meeting.answer_by.date() if meeting.answer_by else None,
            instant=meeting.answer_by,
            zone=meeting.timezone,
        )


def _own_tasks(tasks, user):
    for task in tasks:
        if task.state == StayTask.State.OPEN and rules.owns_task(user, task):
            stay = task.stay
            fellow = "" if rules.is_fellow(user, stay) else f"{stay.person}, "
            yield ToDo(
                title=task.text,
                why=_("%(fellow)s%(host)s, from %(day)s")
                % {"fellow": fellow, "host": stay.host_organisation.label, "day": long_date(stay.start_on)},
                url=reverse("exchanges:task", args=[task.public_id]),
                label=_("See this task"),
                due=task.due_on,
            )


def _reports(stays, user):
    for stay in stays:
        if stay.state not in (Stay.State.DEPARTED, Stay.State.REPORT_DUE):
            continue
        report = getattr(stay, "report", None)
        if report is None or report.state in (StayReport.State.DRAFT, StayReport.State.RETURNED):
            yield ToDo(
                title=_("Write the final report"),
                why=report.returned_reason
                if report and report.returned_reason
                else _("With it the stay is closed and you get your certificate."),
                url=reverse("exchanges:report", args=[stay.public_id]),
                label=_("Write the report"),
                due=stay.report_due_on,
            )


# -- the line ------------------------------------------------------------------------------------------------------
def _of_startups(founded, user):
    """Quarters to tell about and milestones to reach."""
    if not founded:
        return
    for update in (
        FounderUpdate.objects.visible_to(user).waiting().filter(startup__in=founded).select_related("startup")
    ):
        yield ToDo(
            title=_("Your update on %(period)s") % {"period": update.period},
            why=_("%(startup)s: three minutes; one click if nothing changed.") % {"startup": update.startup},
            url=reverse("startups:update", args=[update.public_id]),
            label=_("Write the update"),
            due=update.due_on,
        )
    for milestone in Milestone.objects.visible_to(user).open().filter(startup__in=founded).select_related("startup"):
        yield ToDo(
            title=milestone.title,
            why=_("A milestone of %(startup)s.") % {"startup": milestone.startup},
            url=reverse("startups:milestone", args=[milestone.public_id]),
            label=_("Open the milestone"),
            due=milestone.due_on,
        )


def _entry(item: ToDo, tone: str, today: dt.date) -> Entry:
    return Entry(
        tone="attention" if item.is_late(today) else tone,
        title=item.title,
        url=item.url,
        when=item.when,
        text=item.why,
        instant=item.instant,
        zone=item.zone,
    )


def _done(tasks, user):
    done = [
        task for task in tasks if task.state == StayTask.State.DONE and task.done_on and rules.owns_task(user, task)
    ]
    done.sort(key=lambda task: task.done_on)
    return [Entry(tone="done", title=task.text, when=long_date(task.done_on)) for task in done[-DONE_SHOWN:]]


def _waiting(applications, own_stays, tasks, user):
    """Who else has to act, and since when."""
    found = []
    for application in applications:
        url = _page_of(application)
        if application.state in WAITING_STATES:
            found.append(
                Entry(
                    tone="waiting",
                    title=application.call.title,
                    url=url,
                    who=_("programme office"),
                    text=str(standing_of(application).explanation),
                    when=_since(application.submitted_at),
                )
            )
        elif application.state == Application.State.HOST_AND_HOME:
            found += [
                Entry(
                    tone="waiting",
                    title=_("Agreement: %(part)s") % {"part": approval.get_part_display()},
                    url=url,
                    who=approval.approver_name,
                    when=_since(approval.asked_at),
                )
                for approval in application.approvals.all()
                if approval.state == Approval.State.ASKED
            ]
    own = {stay.pk for stay in own_stays}
    others = [
        task
        for task in tasks
        if task.state == StayTask.State.OPEN and task.stay_id in own and not rules.owns_task(user, task)
    ]
    found += [
        Entry(
            tone="waiting",
            title=task.text,
            who=", ".join(
                filter(None, [task.get_owner_role_display(), task.organisation.label if task.organisation else ""])
            ),
            when=_("by %(day)s") % {"day": long_date(task.due_on)},
        )
        for task in others[:WAITING_SHOWN]
    ]
    return found


def _since(instant: dt.datetime | None) -> str:
    return _("since %(day)s") % {"day": long_date(timezone.localtime(instant).date())} if instant else ""
