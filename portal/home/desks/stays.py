"""Stays on a desk: one's own, and those of the people one hosts."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from exchanges import rules
from exchanges.models import Stay, StayReport, StayTask
from exchanges.services.stays import REPORT_LINES
from exchanges.workflows import STAY
from portal.core.dates import long_date
from portal.home.desks.lines import Entry, ToDo

DONE_SHOWN = 5
WAITING_SHOWN = 8
LIVE_STAYS = (
    Stay.State.PLANNED, Stay.State.PRE_ARRIVAL, Stay.State.ARRIVED, Stay.State.ACTIVE, Stay.State.SUSPENDED,
    Stay.State.CURTAILED, Stay.State.ENDING, Stay.State.DEPARTED, Stay.State.REPORT_DUE,
)  # fmt: skip

# Here the final report is written.
WITH_REPORT = (Stay.State.DEPARTED, Stay.State.REPORT_DUE)


def own_and_hosted(user):
    """Own stays, and those of the people one hosts."""
    rows = Stay.objects.visible_to(user).select_related(
        "person", "programme", "host_organisation", "host_person", "report"
    )
    me = user.scope.person_ids
    return rows.filter(Q(person__in=me) | Q(host_person__in=me, state__in=LIVE_STAYS))


def tasks(user, stays):
    """The tasks of running stays, each with its stay."""
    by_id = {stay.pk: stay for stay in stays if stay.state in LIVE_STAYS}
    for task in StayTask.objects.visible_to(user).filter(stay__in=by_id).select_related("organisation"):
        task.stay = by_id[task.stay_id]
        yield task


def confirmations(stays, user, today):
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


def own_tasks(tasks, user):
    for task in tasks:
        stay = task.stay
        if task.item_code in REPORT_LINES and stay.state in WITH_REPORT:
            continue  # the report stands on the desk itself
        if task.state == StayTask.State.OPEN and rules.owns_task(user, task):
            fellow = "" if rules.is_fellow(user, stay) else f"{stay.person}, "
            yield ToDo(
                title=task.text,
                why=_("%(fellow)s%(host)s, from %(day)s")
                % {"fellow": fellow, "host": stay.host_organisation.label, "day": long_date(stay.start_on)},
                url=reverse("exchanges:task", args=[task.public_id]),
                label=_("See this task"),
                due=task.due_on,
            )


def reports(stays, user):
    for stay in stays:
        if stay.state not in WITH_REPORT:
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


def waiting_tasks(own_stays, tasks, user):
    """What others have to do for one's stays."""
    own = {stay.pk for stay in own_stays}
    others = [
        task
        for task in tasks
        if task.state == StayTask.State.OPEN and task.stay_id in own and not rules.owns_task(user, task)
    ]
    return [
        Entry(
            tone="waiting",
            title=task.text,
            who=_(", ").join(
                filter(None, [task.get_owner_role_display(), task.organisation.label if task.organisation else ""])
            ),
            when=_("by %(day)s") % {"day": long_date(task.due_on)},
        )
        for task in others[:WAITING_SHOWN]
    ]


def done(tasks, user):
    mine = [
        task for task in tasks if task.state == StayTask.State.DONE and task.done_on and rules.owns_task(user, task)
    ]
    mine.sort(key=lambda task: task.done_on)
    return [Entry(tone="done", title=task.text, when=long_date(task.done_on)) for task in mine[-DONE_SHOWN:]]
