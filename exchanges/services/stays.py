"""The stay from accepted offer to certificate: checklist, arrival, exit, report."""

import datetime as dt
import uuid
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from exchanges import emails, letters, rules
from exchanges.models import Application, ChecklistItem, ChecklistTemplate, Offer, Stay, StayReport, StayTask
from exchanges.models.application import Purpose
from exchanges.workflows import REPORT, STAY, TASK
from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.alliances import services as alliance_services
from portal.alliances.models import Organisation, Outcome
from portal.core import audit
from portal.core.dates import plain_date
from portal.core.once import once
from portal.core.workflow import StepError, lock
from portal.core.zones import office_zone
from portal.documents.models import Letter
from portal.documents.services import store_upload
from portal.reminders.calendars import add_working_days

EXIT_PHASE = dt.timedelta(days=30)
REPORT_WITHIN = dt.timedelta(days=30)
NO_SHOW_AFTER = dt.timedelta(days=3)
SIX_MONTHS = 180
LONG_STAY = 90
# Steps that the application itself has taken; they stand ticked on the list of whoever looks back.
DONE_WITH_APPLICATION = {"JI01", "JI02", "JI03", "JI04", "JI05", "UI01", "UI02", "UI04"}
# The lines of the checklist that the final report itself settles.
REPORT_LINES = ("JI26", "UI22")
# The travel settlement, without which no stay closes although it blocks nothing before.
SETTLEMENT = ("JI25", "UI21")
# In whose working days a host country counts.


# -- from the offer ----------------------------------------------------------------------------------------------------
@transaction.atomic
def create_from_offer(*, offer: Offer, now: dt.datetime) -> Stay:
    """The stay that an accepted offer promises, with its checklist."""
    application = offer.application
    home, host = application.home_organisation, application.host_organisation
    home_country = home.country if home else ""
    stay = Stay.objects.create(
        code=f"new-{uuid.uuid4().hex}",
        application=application,
        person=application.applicant,
        programme=application.programme,
        direction=direction_between(home_country, host.country),
        home_organisation=home,
        host_organisation=host,
        host_person=application.host_person,
        start_on=offer.start_on,
        end_on=offer.end_on,
        original_end_on=offer.end_on,
        screening_state=application.screenings.values_list("state", flat=True).first() or "",
        support_en=_in_one_line(offer.support_en),
        support_ja=_in_one_line(offer.support_ja),
    )
    stay.code = f"stay-{stay.pk:06d}"
    stay.checklist_template = choose_template(stay.direction, host.country, stay.days, stay.is_paid)
    stay.save(update_fields=["code", "checklist_template", "updated_at"])
    audit.record("stay.create", stay, actor=None, audience=audit.APPLICANT, offer=offer.pk)
    start_checklist(stay=stay, actor=None, today=now.date())
    return stay


def _in_one_line(points: str) -> str:
    """The points of an offer, one in each line, as the short text of a stay."""
    return " · ".join(points.splitlines())[:300]


def direction_between(home_country: str, host_country: str) -> str:
    """The direction as seen from Japan, as the checklists have it; two places in one country are domestic."""
    if home_country and home_country == host_country:
        return Stay.Direction.DOMESTIC
    return Stay.Direction.INBOUND if host_country == "JP" else Stay.Direction.OUTBOUND


# -- the checklist -----------------------------------------------------------------------------------------------------
def choose_template(direction: str, host_country: str, days: int, is_paid: bool) -> ChecklistTemplate | None:
    """The host side's list by direction, length and pay; None where the data set has none for the country."""
    if direction == Stay.Direction.DOMESTIC:
        code = "domestic"
    elif host_country == "JP":
        code = "into_jp_long" if is_paid or days > LONG_STAY else "into_jp_90"
    elif host_country == "US":
        # Between the short visit (two weeks) and J-1's usual three weeks the fuller list is the safe one.
        code = "into_us_short" if days <= 14 and not is_paid else "into_us_j1"
    else:
        return None
    return ChecklistTemplate.objects.filter(code=code).first()


def sending_template(home_country: str, host_country: str) -> ChecklistTemplate | None:
    """The sending side's list, which comes on top of the host side's."""
    code = {"JP": "outbound_from_jp", "US": "outbound_from_us"}.get(home_country)
    return ChecklistTemplate.objects.filter(code=code).first() if code and home_country != host_country else None


@transaction.atomic
def start_checklist(*, stay: Stay, actor, today: dt.date) -> Stay:
    """Copy the items that apply, with their days, and open the phase before arrival."""
    if actor is not None and not rules.manages_stay(actor, stay):
        raise PermissionDenied("start_checklist")
    row = STAY.apply("start_checklist", stay, actor=None)
    home_country = row.home_organisation.country if row.home_organisation else ""
    templates = [row.checklist_template, sending_template(home_country, row.host_organisation.country)]
    items = ChecklistItem.objects.filter(template__in=[template for template in templates if template]).select_related(
        "template"
    )
    tasks = [_task(row, item, today) for item in items if applies(item.applies_if, row)]
    StayTask.objects.bulk_create({task.item_code: task for task in tasks}.values())
    emails.checklist_started(row)
    return row


def due_on(*, anchor: str, offset: int, unit: str, start: dt.date, end: dt.date, country: str) -> dt.date:
    """The day a step is due: days, or the host country's working days, counted from the first or the last day."""
    base = start if anchor == "start" else end
    if unit == "business_days":
        return add_working_days(base, offset, office_zone(country))
    return base + dt.timedelta(days=offset)


def applies(condition: str, stay: Stay) -> bool:
    """Whether an item's `applies_if` holds for the stay; a condition nobody knows is kept on the list."""
    rule = CONDITIONS.get(condition)
    return rule(stay) if rule else True


def _within(stay: Stay, *codes: str) -> bool:
    """Whether the host is one of these organisations or a part of them."""
    lineage = {int(pk) for pk in stay.host_organisation.lineage.strip("/").split("/") if pk}
    return not lineage.isdisjoint(_keys_of(codes))


@once
def _keys_of(codes: tuple[str, ...]) -> frozenset[int]:
    return frozenset(Organisation.objects.filter(code__in=codes).values_list("pk", flat=True))


def _purpose(stay: Stay) -> str:
    return stay.application.purpose if stay.application else ""


CONDITIONS: dict[str, Callable[[Stay], bool]] = {
    "always": lambda stay: True,
    "site is KEK": lambda stay: _within(stay, "kek", "qup"),
    "restricted or radiation area": lambda stay: _within(stay, "kek", "qup"),
    "Argonne or Fermilab visit": lambda stay: _within(stay, "argonne", "fermilab"),
    "costs are paid": lambda stay: bool(stay.support or stay.amount_total),
    "laboratory work": lambda stay: _purpose(stay) != Purpose.SHORT_TRIP,
    "salary or fee is paid": lambda stay: stay.is_paid,
    "paid by host": lambda stay: stay.is_paid,
    "RA employment": lambda stay: stay.is_paid,
    "stay passes six months": lambda stay: stay.days > SIX_MONTHS,
    "registered resident": lambda stay: stay.days > LONG_STAY,
    # Asked for when somebody extends.
    "extension": lambda stay: False,
}


def _task(stay: Stay, item: ChecklistItem, today: dt.date) -> StayTask:
    done = item.item_code in DONE_WITH_APPLICATION and stay.application_id is not None
    return StayTask(
        stay=stay,
        item_code=item.item_code,
        sort_order=item.sort_order,
        text_en=item.text_en,
        text_ja=item.text_ja,
        owner_role=_owner(item, stay, today),
        organisation=stay.home_organisation if item.owner_role in rules.HOME_SIDE else stay.host_organisation,
        anchor=item.anchor,
        offset=item.offset,
        offset_unit=item.offset_unit,
        due_on=_due(item, stay),
        blocking=item.blocking,
        state=StayTask.State.DONE if done else StayTask.State.OPEN,
        done_on=today if done else None,
    )


def _owner(item: ChecklistItem, stay: Stay, today: dt.date) -> str:
    """Whose task it is: where the home institution has no export office here, its international office asks inside."""
    if item.owner_role == "home_export_officer" and not users_at(
        Role.EXPORT_OFFICER, stay.home_organisation, today=today
    ):
        return Role.HOME_OFFICE
    return item.owner_role


def _due(line: ChecklistItem | StayTask, stay: Stay) -> dt.date:
    return due_on(
        anchor=line.anchor,
        offset=line.offset,
        unit=line.offset_unit,
        start=stay.start_on,
        end=stay.end_on,
        country=stay.host_organisation.country,
    )


def _recount(stay: Stay) -> None:
    """Count the days of open tasks again after the stay's own days have moved."""
    for task in stay.tasks.open():
        day = _due(task, stay)
        if day != task.due_on:
            task.due_on = day
            task.save(update_fields=["due_on", "updated_at"])


# -- tasks -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def complete_task(*, task: StayTask, actor, today: dt.date, note: str = "", upload=None) -> StayTask:
    """Tick a task off, with a proof where there is one."""
    if not TASK.can("complete", task, actor) and task.state == StayTask.State.OPEN:
        raise PermissionDenied("complete")
    changes = {"done_on": today, "done_by": actor, "note": note or task.note}
    if upload is not None:
        changes["file"] = store_upload(
            upload=upload, kind=task.item_code.lower(), about=task, owner=task.stay.person.user, actor=actor
        )
    return TASK.apply("complete", task, actor=actor, changes=changes, item=task.item_code)


@transaction.atomic
def waive_task(*, task: StayTask, reason: str, actor, today: dt.date) -> StayTask:
    """Say that a task is not needed here, and why."""
    changes = {"done_on": today, "done_by": actor, "note": reason}
    return TASK.apply("waive", task, actor=actor, reason=reason, changes=changes, item=task.item_code)


@transaction.atomic
def reopen_task(*, task: StayTask, actor, reason: str = "") -> StayTask:
    changes = {"done_on": None, "done_by": None}
    return TASK.apply("reopen", task, actor=actor, reason=reason, changes=changes, item=task.item_code)


def blocking_tasks(stay: Stay, *, anchor: str, before: bool, today: dt.date | None = None) -> list[StayTask]:
    """Open blocking tasks counted from the first or last day: those before it, or those after it due by today."""
    tasks = stay.tasks.open().filter(blocking=True, anchor=anchor)
    tasks = tasks.filter(offset__lt=0) if before else tasks.filter(offset__gte=0)
    return list(tasks if today is None else tasks.filter(due_on__lte=today))


def _refuse_blocked(tasks: list[StayTask]) -> None:
    if tasks:
        names = get_text_list([str(task) for task in tasks], _("and"))
        raise StepError(_("These steps have to be done first: %(steps)s.") % {"steps": names})


# -- arrival -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def confirm_arrival(*, stay: Stay, arrived_on: dt.date, actor, today: dt.date) -> Stay:
    """The host has seen the fellow; refused while a step that blocks arrival is open."""
    _refuse_not_permitted("confirm_arrival", stay, actor)
    if arrived_on > today + dt.timedelta(days=1):  # the host's day may be a day ahead of ours
        raise StepError(_("The day of arrival lies in the future."))
    if arrived_on > stay.end_on:
        raise StepError(_("The stay has ended before this day. Move its days first."))
    _refuse_blocked(blocking_tasks(stay, anchor="start", before=True))
    row = STAY.apply("confirm_arrival", stay, actor=actor, changes={"arrived_on": arrived_on}, arrived_on=arrived_on)
    for task in row.tasks.open().filter(item_code="JI16"):
        TASK.apply("complete", task, actor=None, changes={"done_on": today, "done_by": actor}, item=task.item_code)
    emails.arrival_confirmed(row)
    return row


@transaction.atomic
def finish_arrival(*, stay: Stay, actor, today: dt.date) -> Stay:
    """Check-in, safety and accounts are done; refused while a blocking step of the first days is overdue."""
    _refuse_not_permitted("finish_arrival", stay, actor)
    _refuse_blocked(blocking_tasks(stay, anchor="start", before=False, today=today))
    return STAY.apply("finish_arrival", stay, actor=actor)


@transaction.atomic
def mark_no_show(*, stay: Stay, reason: str, actor, today: dt.date) -> Stay:
    if today < stay.start_on + NO_SHOW_AFTER:
        raise StepError(
            _("Please wait until %(day)s; the fellow may be late.") % {"day": plain_date(stay.start_on + NO_SHOW_AFTER)}
        )
    row = STAY.apply("mark_no_show", stay, actor=actor, reason=reason)
    _strike_open_tasks(row, today)
    emails.stay_stopped(row, reason)
    return row


@transaction.atomic
def cancel(*, stay: Stay, reason: str, actor, today: dt.date) -> Stay:
    row = STAY.apply("cancel", stay, actor=actor, reason=reason)
    _strike_open_tasks(row, today)
    emails.stay_stopped(row, reason)
    return row


def cancel_with_offer(*, stay: Stay, reason: str) -> Stay:
    """The stay falls with its offer."""
    row = STAY.apply("cancel", stay, actor=None, reason=reason)
    _strike_open_tasks(row, row.updated_at.date())
    emails.stay_fell_with_offer(row)
    return row


@transaction.atomic
def suspend(*, stay: Stay, reason: str, actor) -> Stay:
    """Stop all access on the same day; only the same office resumes."""
    office = rules.suspending_office(actor, stay)
    row = STAY.apply("suspend", stay, actor=actor, reason=reason, changes={"suspended_by": office}, office=office)
    emails.stay_suspended(row)
    return row


@transaction.atomic
def resume(*, stay: Stay, reason: str, actor) -> Stay:
    row = STAY.apply("resume", stay, actor=actor, reason=reason, changes={"suspended_by": ""})
    emails.stay_resumed(row)
    return row


@transaction.atomic
def curtail(*, stay: Stay, new_end: dt.date, reason: str, actor, today: dt.date) -> Stay:
    """End the stay earlier; the steps of the last days move along."""
    if not stay.start_on <= new_end < stay.end_on:
        raise StepError(_("The new last day must lie before the old one and not before the first day."))
    if new_end < today:
        raise StepError(_("The new last day has passed already."))
    changes = {"end_on": new_end, "original_end_on": stay.original_end_on or stay.end_on}
    row = STAY.apply("shorten", stay, actor=actor, reason=reason, changes=changes, new_end=new_end)
    _recount(row)
    emails.stay_shortened(row, reason)
    return row


@transaction.atomic
def move_dates(*, stay: Stay, start_on: dt.date, end_on: dt.date, reason: str, actor, now: dt.datetime) -> Stay:
    """Correct the days before arrival within what was approved; open tasks and the offer with its letter follow."""
    row = lock(stay)
    if not rules.manages_stay(actor, row):
        raise PermissionDenied("move_dates")
    if row.state not in (Stay.State.PLANNED, Stay.State.PRE_ARRIVAL):
        raise StepError(_("The fellow has arrived. Shorten or extend the stay instead."))
    _refuse_days(row, start_on, end_on, today=now.date())
    before, after = {"start_on": row.start_on, "end_on": row.end_on}, {"start_on": start_on, "end_on": end_on}
    row.original_end_on = row.original_end_on or row.end_on
    row.start_on, row.end_on = start_on, end_on
    row.save(update_fields=["start_on", "end_on", "original_end_on", "updated_at"])
    audit.record(
        "stay.move_dates", row, actor=actor, reason=reason, before=before, after=after, audience=audit.APPLICANT
    )
    _recount(row)
    letter = _correct_offer(row, reason=reason, actor=actor, now=now)
    emails.stay_moved(row, before=before, letter=letter, reason=reason, at=now)
    stay.refresh_from_db()
    return row


def _refuse_days(stay: Stay, start_on: dt.date, end_on: dt.date, *, today: dt.date) -> None:
    """Raises StepError for days that nobody approved, that have passed, or that are the same as before."""
    if end_on < start_on:
        raise StepError(_("The last day lies before the first day."))
    if (start_on, end_on) == (stay.start_on, stay.end_on):
        raise StepError(_("The stay has these days already."))
    if stay.application is not None:
        refuse_unapproved_days(stay.application, start_on, end_on)
    elif end_on - start_on > stay.end_on - stay.start_on:
        raise StepError(_("The stay would become longer. That needs a new approval of both sides."))
    # Whoever should have come by now may still be noted for another day that has passed.
    if start_on < min(today, stay.start_on) or end_on < today:
        raise StepError(_("These days have passed already."))


def refuse_unapproved_days(application: Application, start_on: dt.date, end_on: dt.date) -> None:
    """Both sides approved certain days; offer and stay keep to them, others would need new approvals."""
    first, last = application.start_requested, application.end_requested
    if first and last and not first <= start_on <= end_on <= last:
        raise StepError(
            _("These days reach beyond those that host and home have approved: %(first)s to %(last)s.")
            % {"first": plain_date(first), "last": plain_date(last)}
        )


def _correct_offer(stay: Stay, *, reason: str, actor, now: dt.datetime) -> Letter | None:
    """What was promised has the days of the stay, too: the offer, and a letter in place of the one with other days."""
    offer = Offer.objects.filter(application=stay.application_id, state=Offer.State.ACCEPTED).first()
    if offer is None:
        return None
    before, after = (offer.start_on, offer.end_on), (stay.start_on, stay.end_on)
    offer.start_on, offer.end_on = after
    if offer.letter is not None:
        offer.letter = letters.issue_offer_letter(offer, actor=actor, now=now, supersedes=offer.letter)
    offer.save(update_fields=["start_on", "end_on", "letter", "updated_at"])
    audit.record("offer.move_dates", offer, actor=actor, reason=reason, before=before, after=after)
    return offer.letter


# -- exit --------------------------------------------------------------------------------------------------------------
def enter_exit(*, today: dt.date) -> int:
    """Open the exit phase of stays that end within thirty days; the number opened."""
    ending = Stay.objects.filter(state__in=(Stay.State.ACTIVE, Stay.State.CURTAILED), end_on__lte=today + EXIT_PHASE)
    return sum(_move(stay, "enter_exit", emails.exit_started) for stay in ending)


@transaction.atomic
def confirm_departure(*, stay: Stay, departed_on: dt.date, actor, today: dt.date) -> Stay:
    """The host enters the real last day; refused while a step that blocks leaving is open."""
    _refuse_not_permitted("confirm_departure", stay, actor)
    if departed_on > today + dt.timedelta(days=1):
        raise StepError(_("The day of departure lies in the future."))
    if stay.arrived_on and departed_on < stay.arrived_on:
        raise StepError(_("The day of departure lies before the day of arrival."))
    _refuse_blocked(blocking_tasks(stay, anchor="end", before=True))
    changes = {"departed_on": departed_on, "report_due_on": departed_on + REPORT_WITHIN}
    return STAY.apply("confirm_departure", stay, actor=actor, changes=changes, departed_on=departed_on)


def ask_reports(*, today: dt.date) -> int:
    """Ask for the report from the day after the departure on; the number asked."""
    departed = Stay.objects.filter(state=Stay.State.DEPARTED, departed_on__lt=today)
    return sum(_move(stay, "ask_report", emails.report_asked) for stay in departed)


# -- report and certificate --------------------------------------------------------------------------------------------
REPORT_FIELDS = ("summary_en", "summary_ja", "body", "results")
REPORT_OPEN = (StayReport.State.DRAFT, StayReport.State.RETURNED)


@transaction.atomic
def save_report(*, stay: Stay, values: dict[str, str], actor, upload=None) -> StayReport:
    """Keep the report as far as it is written; possible from the exit phase on."""
    row = lock(stay)
    if not rules.is_fellow(actor, row):
        raise PermissionDenied("save_report")
    if row.state not in (Stay.State.ENDING, Stay.State.DEPARTED, Stay.State.REPORT_DUE):
        raise StepError(_("The report is written at the end of the stay."))
    if unknown := set(values) - set(REPORT_FIELDS):
        raise ValidationError({name: _("The report has no such field.") for name in sorted(unknown)})
    report, _created = StayReport.objects.get_or_create(stay=row)
    if report.state not in REPORT_OPEN:
        raise StepError(_("The report has been handed in."))
    for name, value in values.items():
        setattr(report, name, value)
    if upload is not None:
        report.file = store_upload(upload=upload, kind="final_report", about=report, owner=actor, actor=actor)
    report.save()
    return report


@transaction.atomic
def submit_report(*, stay: Stay, actor, now: dt.datetime) -> StayReport:
    """Hand the report in: the text, and a public summary in one language at least."""
    report = StayReport.objects.filter(stay=stay).first()
    if not rules.is_fellow(actor, stay):
        raise PermissionDenied("submit_report")
    if stay.state != Stay.State.REPORT_DUE:
        raise StepError(_("The report can be handed in from the day after the departure."))
    if report is None or not report.body.strip():
        raise StepError(_("Please write the report first."))
    if not (report.summary_en.strip() or report.summary_ja.strip()):
        raise StepError(_("Please write the public summary in one language at least."))
    row = REPORT.apply("submit", report, actor=actor, changes={"submitted_at": now, "returned_reason": ""})
    stay.report = row
    stay.report_received_on = now.date()
    Stay.objects.filter(pk=stay.pk).update(report_received_on=now.date(), updated_at=now)
    for task in stay.tasks.open().filter(item_code__in=REPORT_LINES):
        TASK.apply(
            "complete", task, actor=actor, changes={"done_on": now.date(), "done_by": actor}, item=task.item_code
        )
    emails.report_submitted(stay)
    return row


@transaction.atomic
def return_report(*, stay: Stay, reason: str, actor) -> StayReport:
    row = REPORT.apply("return", stay.report, actor=actor, reason=reason, changes={"returned_reason": reason})
    emails.report_returned(row.stay, reason)
    return row


@transaction.atomic
def accept_report(*, stay: Stay, actor, now: dt.datetime) -> Stay:
    """Accept the report, close the stay, issue the certificate and send it; refused before the settlement is in."""
    report = StayReport.objects.filter(stay=stay).first()
    if report is None or report.state != StayReport.State.SUBMITTED:
        raise StepError(_("There is no report to accept yet."))
    _refuse_not_permitted("accept_report", stay, actor)
    _refuse_blocked(list(stay.tasks.open().filter(Q(blocking=True) | Q(item_code__in=SETTLEMENT))))
    REPORT.apply("accept", report, actor=actor)
    row = STAY.apply("accept_report", stay, actor=actor)
    row.certificate = letters.issue_certificate(row, actor=actor, now=now)
    row.save(update_fields=["certificate", "updated_at"])
    emails.certificate_issued(row)
    stay.refresh_from_db()
    return row


@transaction.atomic
def link_outcome(
    *,
    stay: Stay,
    actor,
    title: str,
    kind: str = Outcome.Kind.PAPER,
    doi: str = "",
    url: str = "",
    published_on: dt.date | None = None,
) -> Outcome:
    """Tie a paper or another result to the stay. By the fellow, the host or the programme; no DOI twice."""
    if not (rules.is_fellow(actor, stay) or rules.hosts(actor, stay) or rules.manages_stay(actor, stay)):
        raise PermissionDenied("link_outcome")
    people = [stay.person, *([stay.host_person] if stay.host_person else [])]
    outcome = alliance_services.report_outcome(
        title=title,
        kind=kind,
        doi=doi,
        url=url,
        published_on=published_on,
        stay=stay,
        people=people,
        organisations=[
            organisation for organisation in (stay.host_organisation, stay.home_organisation) if organisation
        ],
        alliance=stay.programme.alliance,
        actor=actor,
    )
    audit.record("stay.outcome", stay, actor=actor, audience=audit.APPLICANT, outcome=outcome.code)
    return outcome


# -- inside ------------------------------------------------------------------------------------------------------------
def _refuse_not_permitted(step: str, stay: Stay, actor) -> None:
    """Say no before listing what is open: a stranger learns nothing from the refusal."""
    transition = STAY.by_name[step]
    if not transition.allows(actor, stay):
        raise PermissionDenied(step)


def _strike_open_tasks(stay: Stay, today: dt.date) -> None:
    for task in stay.tasks.open():
        reason = _("The stay does not take place.")
        TASK.apply(
            "waive", task, actor=None, reason=reason, changes={"done_on": today, "note": reason}, item=task.item_code
        )


@transaction.atomic
def _move(stay: Stay, step: str, tell) -> int:
    try:
        row = STAY.apply(step, stay, actor=None)
    except StepError:  # somebody moved it in this moment
        return 0
    tell(row)
    return 1
