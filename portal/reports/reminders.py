"""The reminder to verify and freeze the figures of the quarter that has ended (N39)."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.alliances.models import Alliance, AllianceMember
from portal.figures import Subject
from portal.reminders.registry import Due, reminder
from portal.reports.models import KpiValue

ONE_DAY = dt.timedelta(days=1)
AT_WORK = (Alliance.State.ACTIVE, Alliance.State.RENEWING)


def last_quarter_end(today: dt.date) -> dt.date:
    """The latest 31 March, 30 June, 30 September or 31 December before today. Fiscal years end on one of them."""
    return dt.date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - ONE_DAY


@reminder("N39")
def figures_to_verify(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Alliances without a verified figure of a period that ended with the quarter."""
    today = now.date()
    ended = last_quarter_end(today)
    opened = dt.datetime.combine(ended + ONE_DAY, dt.time(), tzinfo=dt.UTC)
    verified = KpiValue.objects.verified().filter(to_date=ended, alliance__isnull=False)
    sides = AllianceMember.objects.select_related("organisation").order_by()
    alliances = (
        Alliance.objects.filter(state__in=AT_WORK)
        .exclude(pk__in=verified.values("alliance"))
        .select_related("lead")
        .prefetch_related(Prefetch("members", queryset=sides))
        .order_by()
    )
    for alliance in alliances.filter(pk=pk) if pk else alliances:
        yield Due(
            subject=alliance,
            anchor=ended,
            since=opened,
            recipients=_at(Role.KPI_AUDITOR, alliance, today),
            escalate_to=_at(Role.ALLIANCE_ADMIN, alliance, today),
            action_url=_page_of(alliance),
            what=lambda alliance=alliance: (
                _("%(alliance)s, figures up to %(day)s") % {"alliance": alliance.name, "day": ended.isoformat()}
            ),
            organisation=alliance.lead,
        )


def _page_of(alliance: Alliance) -> str:
    query = urlencode({"subject": Subject.of("alliance", alliance).natural_key})
    return f"{reverse('admin:reports_figures')}?{query}"


def _at(role: str, alliance: Alliance, today: dt.date) -> list:
    sides = [alliance.lead, *(member.organisation for member in alliance.members.all())]
    users = {user.pk: user for side in sides if side for user in users_at(role, side, today=today)}
    return [user.as_recipient() for user in users.values()]
