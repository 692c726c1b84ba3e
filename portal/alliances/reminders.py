"""Reminders about agreements."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.alliances.models import Agreement
from portal.reminders.registry import Due, reminder

AHEAD = dt.timedelta(days=400)


@reminder("N01")
def agreements_that_end(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Agreements in force with a last day: each side's administration, then the signatories."""
    today = now.date()
    agreements = Agreement.objects.filter(
        state__in=(Agreement.State.IN_FORCE, Agreement.State.EXPIRING),
        expires_on__range=(today, today + AHEAD),
        successor=None,
    ).order_by()
    for agreement in (agreements.filter(pk=pk) if pk else agreements).prefetch_related("parties"):
        parties = list(agreement.parties.all())
        yield Due(
            subject=agreement,
            anchor=agreement.expires_on,
            recipients=_at(Role.ALLIANCE_ADMIN, parties, today),
            escalate_to=_at(Role.SIGNATORY, parties, today),
            action_url=reverse("admin:alliances_agreement_change", args=[agreement.pk]),
            what=lambda agreement=agreement: agreement.title,
            organisation=parties[0] if parties else None,
        )


def _at(role: str, parties, today: dt.date) -> list:
    return list(
        {user.pk: user.as_recipient() for party in parties for user in users_at(role, party, today=today)}.values()
    )
