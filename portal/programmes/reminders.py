"""Reminders about calls that are about to open."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.programmes.models import Call
from portal.reminders.registry import Due, reminder

AHEAD = dt.timedelta(days=30)


@reminder("N03")
def calls_about_to_open(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Calls with an opening day that are not open yet: are the texts complete in both languages?"""
    calls = Call.objects.filter(
        state__in=(Call.State.DRAFT, Call.State.APPROVED), opens_at__range=(now, now + AHEAD), programme__isnull=False
    ).select_related("programme__owner", "programme__alliance")
    today = now.date()
    for call in calls.filter(pk=pk) if pk else calls:
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
