"""Reminders about milestones: whose are open, and who else should know."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Prefetch

from portal.reminders.registry import Due, reminder
from startups.emails.writing import confirmed_among, contacts_among, managers_of, page
from startups.models import Founder, Mentor, Milestone
from startups.services.milestones import IN_PROGRAMME

# The first reminder speaks thirty days ahead, the last a week after; with some room for free days.
AHEAD, BEHIND = dt.timedelta(days=45), dt.timedelta(days=30)


@reminder("N36")
def open_milestones(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """To the founder, and after the last offset to the startup manager and the mentors."""
    rows = (
        Milestone.objects.open()
        .filter(due_on__range=(now.date() - BEHIND, now.date() + AHEAD), startup__state__in=IN_PROGRAMME)
        .select_related("startup__cohort__programme__owner", "startup__origin_organisation")
        .prefetch_related(
            Prefetch("startup__founders", queryset=Founder.objects.select_related("person__user")),
            Prefetch("startup__mentors", queryset=Mentor.objects.select_related("person__user")),
        )
        .order_by()
    )
    for milestone in rows.filter(pk=pk) if pk else rows:
        startup = milestone.startup
        yield Due(
            subject=milestone,
            anchor=milestone.due_on,
            since=milestone.created_at,
            recipients=contacts_among(startup.founders.all()),
            escalate_to=[*managers_of(startup), *confirmed_among(startup.mentors.all())],
            action_url=page("milestone", milestone.public_id),
            organisation=startup.mail_organisation,
        )
