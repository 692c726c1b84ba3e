"""Who is written to where an event needs its organisers."""

import datetime as dt

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.outbox.services import Recipient
from workshops.models import Event
from workshops.models.event import EVENT_DESKS


def organisers(event: Event, today: dt.date) -> list[Recipient]:
    """Who plans the event: the host's own organisers, else whoever plans events there or for the alliance."""
    lead = event.alliance.lead if event.alliance else None
    desks = (
        (Role.EVENT_ORGANISER, event.host_organisation),
        (EVENT_DESKS, event.host_organisation),
        (EVENT_DESKS, lead),
    )
    for roles, organisation in desks:
        if users := users_at(roles, organisation, today=today):
            return [user.as_recipient() for user in users]
    return []
