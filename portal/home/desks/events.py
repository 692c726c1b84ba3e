"""Events on a desk: places one has or waits for, talks one is invited to give, meetings one is asked for."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.dates import long_date
from portal.home.desks.lines import Entry, ToDo, since
from workshops.models import Delegate, EventPerson, Meeting, Registration, SeatOffer

def missions(user):
    return Delegate.objects.visible_to(user).filter(person__user=user).select_related("delegation")


def meetings(missions, user):
    """Requests for one-to-one meetings that wait for the person's answer."""
    pages = {delegate.delegation.event_id: delegate for delegate in missions}
    waiting = Meeting.objects.visible_to(user).filter(
        state=Meeting.State.REQUESTED, invitee__user=user, event__in=list(pages)
    )
    for meeting in waiting.select_related("requester") if pages else ():
        yield ToDo(
            title=_("Answer %(name)s, who would like to meet you") % {"name": meeting.requester},
            why=meeting.topic_en,
            url=reverse("workshops:meeting", args=[pages[meeting.event_id].public_id, meeting.public_id]),
            label=_("Read and answer"),
            due=meeting.answer_by.date() if meeting.answer_by else None,
            instant=meeting.answer_by,
            zone=meeting.timezone,
        )
