"""N35: a meeting is near; both of its people are told a day and a quarter of an hour before."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.core.dates import zoned_text
from portal.reminders.registry import Due, reminder
from workshops.emails.meetings import day_page, delegates_in, reach
from workshops.models import Event, Meeting
from workshops.schedules import place_of

# The earliest step speaks a day before, and its mail is a row a day before that.
AHEAD = dt.timedelta(days=3)
BEHIND = dt.timedelta(hours=1)


@reminder("N35")
def meetings_to_come(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    rows = (
        Meeting.objects.filter(
            state=Meeting.State.SCHEDULED, starts_at__gt=now - BEHIND, starts_at__lt=now + AHEAD
        )
        .exclude(event__state__in=(Event.State.CANCELLED, Event.State.POSTPONED))
        .for_list()
        .select_related("event__host_organisation")
    )  # fmt: skip
    for meeting in (rows.filter(pk=pk) if pk else rows).order_by():
        known = delegates_in(meeting)
        for person in (meeting.requester, meeting.invitee):
            reader = reach(person)
            if reader is None:
                continue
            yield Due(
                subject=meeting,
                anchor=meeting.starts_at,
                recipients=[reader],
                since=meeting.moved_at,
                action_url=day_page(known.get(person.pk)),
                what=lambda meeting=meeting: meeting.topic_en,
                context={
                    "time": lambda meeting=meeting, reader=reader: zoned_text(meeting.starts_at, reader.timezone),
                    "place": lambda meeting=meeting: place_of(meeting) or str(_("place not yet known")),
                },
                organisation=meeting.event.host_organisation,
            )
