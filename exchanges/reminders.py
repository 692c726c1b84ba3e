"""Reminders about signatures, screenings, offers and stays: whose step is open, and since when.

Each provider yields the subjects whose step is still to be done; the rule in the catalogue says when mails go out.
Rules about the same kind of record choose from one list of what is in hand, which a walk over all rules reads once.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Prefetch, Q

from exchanges.emails import holder_of_link, page
from exchanges.models import Application, Approval, Offer, Stay, StayReport, StayTask
from exchanges.services.stays import CONDITIONS, LONG_STAY
from portal.accounts.desks import users_at
from portal.accounts.models import Consent
from portal.accounts.roles import Role
from portal.applications.emails import desk_page, managers_of, reach, recipients
from portal.core.links import token_of
from portal.core.once import once
from portal.core.zones import office_zone
from portal.outbox.services import Recipient
from portal.reminders.calendars import is_working_day
from portal.reminders.offsets import add_months
from portal.reminders.registry import Due, reminder
from portal.screening.models import Screening
from portal.screening.workflows import CLEARED

TOKYO, CHICAGO = "Asia/Tokyo", "America/Chicago"
# How far ahead of a first or last day the earliest reminder speaks, with some room.
AHEAD = dt.timedelta(days=130)
ALUMNI = "alumni"
BEFORE_ARRIVAL = (Stay.State.PLANNED, Stay.State.PRE_ARRIVAL)
THERE = (Stay.State.ARRIVED, Stay.State.ACTIVE, Stay.State.SUSPENDED, Stay.State.CURTAILED, Stay.State.ENDING)
GONE = (Stay.State.DEPARTED, Stay.State.REPORT_DUE)


# What a mail about a stay reads of it.
OF_A_STAY = (
    "person__user", "host_person__user", "programme__owner", "host_organisation", "home_organisation",
    "checklist_template",
)  # fmt: skip


def _only(rows, pk: str | None):
    """One row, or all of them, in no order: the dates of the mails decide."""
    return (rows.filter(pk=pk) if pk else rows).order_by()


def _office(role: str, organisation, now: dt.datetime, programme=None) -> list[Recipient]:
    return recipients(users_at(role, organisation, today=now.date(), programme=programme))


# -- signatures ------------------------------------------------------------------------------------------------------
@once
def _open_approvals(pk: str | None) -> list[Approval]:
    rows = Approval.objects.filter(
        state=Approval.State.ASKED, application__state=Application.State.HOST_AND_HOME
    ).select_related(
        "organisation",
        "approver__person",
        "application__applicant__user",
        "application__host_person__user",
        "application__host_organisation",
        "application__home_organisation",
        "application__programme__owner",
    )
    return list(_only(rows, pk))


def _signature(approval: Approval, now: dt.datetime, *, escalate_to: list[Recipient], zone: str = "") -> Due | None:
    application = approval.application
    if approval.token_hash:
        if approval.token_expires_at <= now:
            return None
        readers, url = [holder_of_link(approval)], page("approve_link", token_of(approval))
    else:
        url = page("consent", approval.public_id)
        readers = (
            [approval.approver.as_recipient()]
            if approval.approver
            else _office(approval.signing_role, approval.organisation, now, application.programme)
        )
    return Due(
        subject=approval,
        anchor=approval.asked_at.date(),
        deadline=approval.due_on,
        zone=zone,
        recipients=readers,
        escalate_to=escalate_to,
        action_url=url,
        what=lambda: f"{application.applicant}: {application.topic}",
        organisation=application.programme.owner,
    )


@reminder("N07")
def home_endorsements(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for approval in _open_approvals(pk):
        if approval.part not in Approval.HOME_PARTS:
            continue
        application = approval.application
        office = _office(Role.HOME_OFFICE, application.home_organisation, now, application.programme)
        due = _signature(approval, now, escalate_to=office if approval.part == Approval.Part.HOME_SUPERVISOR else [])
        if due:
            yield due


@reminder("N08")
def host_consents(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for approval in _open_approvals(pk):
        if approval.part not in Approval.HOST_PARTS:
            continue
        application = approval.application
        heads = _office(Role.HOST_UNIT_HEAD, application.host_organisation, now, application.programme)
        due = _signature(
            approval,
            now,
            escalate_to=heads if approval.part == Approval.Part.HOST_RESEARCHER else [],
            zone=_host_zone(application),
        )
        if due:
            yield due


# -- screening ---------------------------------------------------------------------------------------------------------
@once
def _screenings(pk: str | None) -> list[Screening]:
    """Cases that wait for their decision, and those decided for a stay that is not over."""
    waiting = Q(state=Screening.State.SUBMITTED, submitted_at__isnull=False)
    lived = Q(state__in=CLEARED, application__stay__state__in=(*BEFORE_ARRIVAL, *THERE))
    rows = Screening.objects.filter(waiting | lived).select_related(
        "organisation",
        "application__applicant",
        "application__host_organisation",
        "application__stay__host_person__user",
    )
    return list(_only(rows, pk))


def _case(screening: Screening, now: dt.datetime, anchor: dt.date, **more) -> Due:
    return Due(
        subject=screening,
        anchor=anchor,
        recipients=more.pop("recipients", None) or _office(Role.EXPORT_OFFICER, screening.organisation, now),
        escalate_to=_office(Role.EXPORT_APPROVER, screening.organisation, now),
        action_url=desk_page(screening),
        what=lambda: str(screening.application),
        organisation=screening.organisation,
        **more,
    )


@reminder("N09")
def waiting_screenings(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for screening in _screenings(pk):
        if screening.state != Screening.State.SUBMITTED:
            continue
        since, zone = screening.submitted_at.date(), office_zone(screening.organisation.country)
        days = (since + dt.timedelta(days=n) for n in range(1, (now.date() - since).days + 1))
        yield _case(screening, now, since, context={"n": sum(is_working_day(day, zone) for day in days)})


@reminder("N22")
def six_months_in_japan(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """After six months in Japan a person counts as resident, and transfers are judged anew (rule R14)."""
    for screening in _screenings(pk):
        application = screening.application
        if screening.state not in CLEARED or application.host_organisation.country != "JP":
            continue
        stay = application.stay
        if stay.state in THERE and stay.arrived_on and (day := add_months(stay.arrived_on, 6)) <= stay.end_on:
            officers = _office(Role.EXPORT_OFFICER, screening.organisation, now)
            yield _case(screening, now, day, zone=TOKYO, recipients=[*officers, *reach(stay.host_person)])


@reminder("N23")
def decisions_that_end(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for screening in _screenings(pk):
        ends = screening.valid_until
        if screening.state in CLEARED and ends and ends <= screening.application.stay.end_on:
            yield _case(screening, now, ends)


# -- offers ------------------------------------------------------------------------------------------------
@reminder("N11")
def offers_without_answer(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    rows = Offer.objects.filter(state=Offer.State.SENT, answer_by__gt=now).select_related(
        "application__applicant__user", "application__programme__owner", "application__call"
    )
    for offer in _only(rows, pk):
        programme = offer.application.programme
        yield Due(
            subject=offer,
            anchor=offer.answer_by,
            since=offer.sent_at,
            recipients=reach(offer.application.applicant),
            escalate_to=managers_of(programme, now.date()),
            action_url=page("offer", offer.public_id),
            what=lambda offer=offer: offer.application.call.title,
            organisation=programme.owner,
        )


# -- stays -------------------------------------------------------------------------------------------------------------
@once
def _stays_in_hand(pk: str | None) -> list[Stay]:
    """Stays to come, stays that run and those with a report outstanding, each with what is open on its list."""
    still_open = Prefetch("tasks", queryset=StayTask.objects.open())
    rows = Stay.objects.filter(state__in=(*BEFORE_ARRIVAL, *THERE, *GONE)).select_related(*OF_A_STAY, "report")
    return list(_only(rows, pk).prefetch_related(still_open))


def _stays(pk: str | None, *states: str) -> Iterator[Stay]:
    return (stay for stay in _stays_in_hand(pk) if stay.state in states)


def _still_open(stay: Stay) -> list[StayTask]:
    """What is open on its list; of the rest nothing was read."""
    return list(stay.tasks.all())


def _has_open(stay: Stay, *items: str) -> bool:
    """Whether one of these items of the stay's list is open."""
    return any(task.item_code in items for task in _still_open(stay))


def _follows(stay: Stay, code: str) -> bool:
    """Whether this is the list of steps that the stay follows."""
    return stay.checklist_template is not None and stay.checklist_template.code == code


def _is_soon(day: dt.date, now: dt.datetime) -> bool:
    return now.date() <= day <= now.date() + AHEAD


def _host_zone(row) -> str:
    """Where 09:00 is meant for the host site: the host researcher's zone, otherwise the country's."""
    if row.host_person is not None and row.host_person.timezone != "UTC":
        return row.host_person.timezone
    return office_zone(row.host_organisation.country)


def _stay(stay: Stay, anchor: dt.date, *, to: list[Recipient], then: list[Recipient] | None = None, **more) -> Due:
    return Due(
        **{
            "subject": stay,
            "anchor": anchor,
            "since": stay.created_at,
            "zone": _host_zone(stay),
            "recipients": to,
            "escalate_to": then or [],
            "action_url": page("stay", stay.public_id),
            "what": lambda: f"{stay.person}, {stay.host_organisation}",
            "organisation": stay.programme.owner,
            **more,
        }
    )


def _fellow_and_visa_office(stay: Stay, now: dt.datetime) -> list[Recipient]:
    return [*reach(stay.person), *_office(Role.VISA_OFFICER, stay.host_organisation, now)]


def _home_office(stay: Stay, now: dt.datetime) -> list[Recipient]:
    return _office(Role.HOME_OFFICE, stay.home_organisation, now, stay.programme)


@reminder("N12")
def certificates_of_eligibility(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for stay in _stays(pk, *BEFORE_ARRIVAL):
        if _follows(stay, "into_jp_long") and _is_soon(stay.start_on, now) and _has_open(stay, "JI06"):
            yield _stay(stay, stay.start_on, to=_fellow_and_visa_office(stay, now), then=_home_office(stay, now))


@reminder("N14")
def visa_papers_for_the_us(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for stay in _stays(pk, *BEFORE_ARRIVAL):
        if _follows(stay, "into_us_j1") and _is_soon(stay.start_on, now) and _has_open(stay, "UI05"):
            yield _stay(
                stay, stay.start_on, to=_fellow_and_visa_office(stay, now), then=_home_office(stay, now), zone=CHICAGO
            )


@reminder("N16")
def dormitory_bookings(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for stay in _stays(pk, *BEFORE_ARRIVAL, *THERE):
        is_near = stay.start_on <= now.date() + AHEAD and stay.end_on >= now.date()
        if is_near and _has_open(stay, "JI10") and CONDITIONS["site is KEK"](stay):
            yield _stay(stay, stay.start_on, to=reach(stay.person), then=reach(stay.host_person), zone=TOKYO)


@reminder("N17")
def blocked_arrivals(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for stay in _stays(pk, Stay.State.PRE_ARRIVAL):
        blocking = [task for task in _still_open(stay) if task.blocking and task.anchor == "start" and task.offset < 0]
        if blocking and _is_soon(stay.start_on, now):
            yield _stay(
                stay,
                stay.start_on,
                to=reach(stay.person),
                then=managers_of(stay.programme, now.date()),
                context={"list": _listed(blocking)},
            )


def _listed(tasks: list[StayTask]):
    return lambda: "; ".join(task.text for task in tasks)


@reminder("N18")
def arrivals_to_confirm(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    first, last = now.date() - dt.timedelta(days=30), now.date() + dt.timedelta(days=7)
    for stay in _stays(pk, Stay.State.PRE_ARRIVAL):
        if first <= stay.start_on <= last:
            yield _stay(
                stay,
                stay.start_on,
                to=reach(stay.host_person),
                then=managers_of(stay.programme, now.date()),
                action_url=page("arrival", stay.public_id),
                context={"name": lambda stay=stay: str(stay.person)},
            )


@reminder("N19")
def address_registrations(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for stay in _stays(pk, *THERE):
        if stay.arrived_on and _follows(stay, "into_jp_long") and _has_open(stay, "JI18"):
            yield _stay(
                stay,
                stay.arrived_on,
                to=reach(stay.person),
                then=reach(stay.host_person),
                deadline=stay.arrived_on + dt.timedelta(days=14),
            )


@reminder("N20")
def check_ins_in_the_us(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for stay in _stays(pk, *THERE):
        if stay.arrived_on and _follows(stay, "into_us_j1") and _has_open(stay, "UI14", "UI15"):
            yield _stay(
                stay,
                stay.arrived_on,
                to=_fellow_and_visa_office(stay, now),
                then=reach(stay.host_person),
                zone=CHICAGO,
                deadline=stay.arrived_on + dt.timedelta(days=30),
            )


@reminder("N21")
def new_fiscal_year_at_kek(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Users of KEK register again each 1 April."""
    today = now.date()
    first = dt.date(today.year if today <= dt.date(today.year, 4, 1) else today.year + 1, 4, 1)
    for stay in _stays(pk, *BEFORE_ARRIVAL, *THERE):
        if stay.start_on < first <= stay.end_on and CONDITIONS["site is KEK"](stay):
            yield _stay(
                stay,
                first,
                to=[*reach(stay.person), *reach(stay.host_person)],
                then=managers_of(stay.programme, today),
                zone=TOKYO,
            )


@reminder("N25")
def extend_or_leave(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for stay in _stays(pk, Stay.State.ARRIVED, Stay.State.ACTIVE):
        if _is_soon(stay.end_on, now):
            yield _stay(
                stay,
                stay.end_on,
                to=[*reach(stay.host_person), *reach(stay.person)],
                then=managers_of(stay.programme, now.date()),
                variant="long" if stay.days > LONG_STAY else "short",
            )


@reminder("N26")
def exit_steps(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for stay in _stays(pk, *THERE):
        has_open_exit = any(task.anchor == "end" and task.offset <= 0 for task in _still_open(stay))
        if has_open_exit and _is_soon(stay.end_on, now):
            yield _stay(
                stay,
                stay.end_on,
                to=[*reach(stay.host_person), *_office(Role.EXPORT_OFFICER, stay.host_organisation, now)],
                then=managers_of(stay.programme, now.date()),
            )


@reminder("N27")
def reports_and_settlements(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    for stay in _stays(pk, *GONE):
        report = getattr(stay, "report", None)
        is_due = report is None or report.state in (StayReport.State.DRAFT, StayReport.State.RETURNED)
        if is_due and stay.departed_on:
            yield _stay(
                stay,
                stay.departed_on,
                to=reach(stay.person),
                then=[*reach(stay.host_person), *managers_of(stay.programme, now.date())],
                zone="",
                deadline=stay.report_due_on,
                action_url=page("report", stay.public_id),
            )


@reminder("N29")
def outcomes_of_alumni(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Former fellows who agreed to be asked, for three years."""
    agreed = Consent.objects.filter(purpose__code=ALUMNI, withdrawn_at=None).values("person")
    rows = Stay.objects.filter(
        state=Stay.State.CLOSED, departed_on__gte=now.date() - dt.timedelta(days=3 * 366), person__in=agreed
    ).select_related(*OF_A_STAY)
    for stay in _only(rows, pk):
        yield _stay(stay, stay.departed_on, to=reach(stay.person), zone="", action_url=page("outcome", stay.public_id))
