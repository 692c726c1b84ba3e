"""Who is written to about an event, in which order, and with which reason."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import get_language

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.outbox.services import Recipient
from workshops.models import Event
from workshops.models.event import EVENT_DESKS


@dataclass(frozen=True)
class Reason:
    """Why an organiser takes a step, in the language of whoever reads it; in English where there is no Japanese."""

    english: str
    japanese: str = ""

    def __call__(self) -> str:
        return self.japanese if self.japanese and get_language() == "ja" else self.english


def order_of(event: Event, address: str) -> str:
    """Mails about an event reach one address in turn: no entry comes after the mail that takes it out again."""
    return f"event:{event.pk}:{address.lower()}"


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
