"""N31, N32 and N34: registration closes, the event begins, attendance and report are to be entered."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.reminders.registry import Due, reminder
from workshops.emails.event import page
from workshops.emails.readers import organisers
from workshops.emails.registration import personal_page
from workshops.models import AttendanceMode, Event, Invitation, Registration
from workshops.querysets.event import LIVE

# How far ahead the earliest reminder speaks, and how long after the end the last one, with some room.
AHEAD = dt.timedelta(days=15)
AFTERWARDS = dt.timedelta(days=60)


@reminder("N31")
def invited_people_not_registered(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Silent as soon as the address is registered, and while registration is not open."""
    registered = Registration.objects.live().filter(event=OuterRef("event"), email_key=OuterRef("email"))
    rows = Invitation.objects.filter(
        ~Exists(registered),
        invited_at__isnull=False,
        event__state=Event.State.REGISTRATION_OPEN,
        event__registration_closes_at__range=(now, now + AHEAD),
    ).select_related("event__host_organisation")
    for invitation in (rows.filter(pk=pk) if pk else rows).order_by():
        event = invitation.event
        yield Due(
            subject=invitation,
            anchor=event.registration_closes_at,
            deadline=event.last_instant_to_register,
            zone=event.timezone,
            since=invitation.invited_at,
            recipients=[invitation.as_recipient()],
            action_url=page(event),
            what=lambda event=event: event.title,
            organisation=event.host_organisation,
        )


@reminder("N32")
def participants_of_coming_events(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Everybody with a place, while the event stands; an hour before it begins those who come online."""
    rows = Registration.objects.filter(
        state=Registration.State.CONFIRMED,
        event__state__in=LIVE,
        event__starts_time__isnull=False,
        event__starts_at__range=(now, now + AHEAD),
    ).exclude(email_key="")
    rows = rows.select_related("event__host_organisation", "person__user")
    for registration in (rows.filter(pk=pk) if pk else rows).order_by():
        event = registration.event
        yield Due(
            subject=registration,
            anchor=event.starts_at,
            zone=event.timezone,
            since=registration.registered_at,
            variant="online" if registration.attendance_mode == AttendanceMode.ONLINE else "",
            recipients=[registration.as_recipient()],
            action_url=personal_page(registration) if registration.token_hash else page(event),
            what=lambda event=event: event.title,
            context={"title": lambda event=event: event.title},
            organisation=event.host_organisation,
        )


@reminder("N34")
def events_without_report(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Over, and no report: first whether it took place and who came, then the report."""
    today = now.date()
    rows = Event.objects.filter(
        state__in=(*LIVE, Event.State.HELD), last_on__range=(today - AFTERWARDS, today)
    ).select_related("host_organisation", "alliance__lead")
    for event in (rows.filter(pk=pk) if pk else rows).order_by():
        own, managers = (
            [user.as_recipient() for user in users_at(role, event.host_organisation, today=today)]
            for role in (Role.EVENT_ORGANISER, Role.PROGRAMME_MANAGER)
        )
        yield Due(
            subject=event,
            anchor=event.last_on,
            deadline=event.report_due_on,
            recipients=own or managers or organisers(event, today),
            escalate_to=managers if own else (),
            action_url=_next_page(event),
            what=lambda event=event: event.title,
            organisation=event.host_organisation,
        )


def _next_page(event: Event) -> str:
    if event.state == Event.State.HELD:
        return reverse("workshops:report", args=[event.code])
    return reverse("admin:workshops_event_change", args=[event.pk])
