"""Reminders about programmes before a new fiscal year, and about calls that are about to open."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.core.dates import FiscalCalendar, fiscal_bounds, fiscal_year
from portal.programmes.models import Call, Programme
from portal.reminders.registry import Due, reminder

AHEAD = dt.timedelta(days=30)
BEFORE_THE_YEAR = dt.timedelta(days=75)  # sixty days, and the way back to a working day


@reminder("N02")
def programmes_before_a_new_year(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Published programmes whose owner's fiscal year begins soon: are budget, rules and translations right?

    Nothing in the portal records the answer, so nobody is told that it is missing.
    """
    today = now.date()
    programmes = Programme.objects.filter(state=Programme.State.PUBLISHED).select_related("owner").order_by()
    for programme in programmes.filter(pk=pk) if pk else programmes:
        calendar = FiscalCalendar.US_UNIVERSITY if programme.owner.country == "US" else FiscalCalendar.JAPAN
        first_day = fiscal_bounds(fiscal_year(today, calendar) + 1, calendar)[0]
        if first_day - today > BEFORE_THE_YEAR:
            continue
        yield Due(
            subject=programme,
            anchor=first_day,
            recipients=[
                user.as_recipient()
                for user in users_at(Role.PROGRAMME_MANAGER, programme.owner, today=today, programme=programme)
            ],
            action_url=reverse("admin:programmes_programme_change", args=[programme.pk]),
            what=lambda programme=programme: programme.name,
            organisation=programme.owner,
        )


@reminder("N03")
def calls_about_to_open(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Calls with an opening day that are not open yet: are the texts complete in both languages?"""
    calls = Call.objects.filter(
        state__in=(Call.State.DRAFT, Call.State.APPROVED), opens_at__range=(now, now + AHEAD), programme__isnull=False
    ).select_related("programme__owner")
    today = now.date()
    for call in (calls.filter(pk=pk) if pk else calls).order_by():
        programme = call.programme
        yield Due(
            subject=call,
            anchor=call.opens_at,
            zone=call.timezone,
            recipients=[
                user.as_recipient()
                for user in users_at(Role.PROGRAMME_MANAGER, programme.owner, today=today, programme=programme)
            ],
            escalate_to=[
                user.as_recipient()
                for user in users_at(Role.ALLIANCE_ADMIN, programme.owner, today=today, programme=programme)
            ],
            action_url=reverse("admin:programmes_call_change", args=[call.pk]),
            what=lambda call=call: call.title,
            organisation=programme.owner,
        )
