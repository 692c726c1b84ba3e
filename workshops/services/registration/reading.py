"""What the pages of registrations show: behind a link, in the box of an event, in the list of participants."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from django.db.models import Q

from portal.core.links import LinkExpired, find_by_token
from workshops.models import AttendanceMode, Event, Registration, RegistrationRules
from workshops.models.registration import normal_email
from workshops.rules.event import organises
from workshops.services.registration.seats import last_promotion, rules_of, seats_of, ways_of
from workshops.services.registration.signup import is_open, position_of


def behind_link(*, token: str, now: dt.datetime) -> Registration | None:
    """The registration of a personal link, None where there is none. Raises LinkExpired for one that is too old."""
    return find_by_token(Registration.objects.for_page(), token=token, now=now)


def behind_link_or_expired(*, token: str, now: dt.datetime) -> Registration | None:
    """The same for the door, which lets an old link in: the next page offers a new one."""
    try:
        return behind_link(token=token, now=now)
    except LinkExpired as expired:
        return cast(Registration, expired.row)


def own_registration(event: Event, user) -> Registration | None:
    """The registration of a signed-in person at this event, the latest if there were several."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Registration.objects.filter(event=event, person__user=user).order_by("-registered_at").first()


def last_answers(user) -> dict:
    """What a signed-in person said last time, or what the portal knows of her: to be looked over, not asked again."""
    person = getattr(user, "person", None)
    if person is None:
        return {"timezone": user.timezone} if user.is_authenticated else {}
    known = {
        "person_name": person.display_name or f"{person.given_name} {person.family_name}".strip(),
        "name_native": " ".join(filter(None, (person.family_name_ja, person.given_name_ja))),
        "name_kana": " ".join(filter(None, (person.family_name_kana, person.given_name_kana))),
        "email": user.email,
        "affiliation": person.organisation.name if person.organisation else "",
        "affiliation_country": person.organisation.country if person.organisation else "",
        "career_stage": person.career_stage,
        "timezone": user.timezone,
    }
    last = Registration.objects.filter(person=person).order_by("-registered_at").first()
    if last is not None:
        known |= {
            "person_name": last.person_name,
            "name_native": last.name_native,
            "name_kana": last.name_kana,
            "affiliation": last.affiliation_label,
            "affiliation_country": last.affiliation_country,
        }
    return known


def person_behind(user, email: str):
    """The signed-in person, if she registers herself; who registers a colleague gives the colleague's address."""
    person = getattr(user, "person", None)
    return person if person is not None and normal_email(user.email) == normal_email(email) else None


# -- the box on the page of an event -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Way:
    """One way of attending and what is left of it; `free` is None where there is no limit."""

    label: str
    limit: int | None
    free: int | None
    waiting: int

    @property
    def is_full(self) -> bool:
        return self.free is not None and self.free <= 0


@dataclass(frozen=True)
class Box:
    """How one registers for an event, and how things stand; who holds places is counted where a page tells it."""

    event: Event
    rules: RegistrationRules
    is_open: bool
    opens_later: bool
    promotes_until: dt.datetime | None
    own: Registration | None

    @cached_property
    def ways(self) -> list[Way]:
        seats = seats_of(self.event, self.rules)
        return [
            Way(
                label=str(AttendanceMode(mode).label),
                limit=seats.limits.get(mode) if seats.limits.get(mode) is not None else seats.total,
                free=seats.free(mode),
                waiting=seats.waiting.get(mode, 0),
            )
            for mode in ways_of(self.event)
        ]

    @property
    def waits(self) -> bool:
        """Whether who registers now goes to the waiting list, however she takes part."""
        return all(way.is_full or way.waiting for way in self.ways)

    @cached_property
    def listed(self) -> list[Registration]:
        """Who stands on the public page; asked for by the page that shows it."""
        return list(public_list(self.event, self.rules))


def box_of(event: Event, user, now: dt.datetime, *, own: Registration | None = None) -> Box:
    rules = rules_of(event)
    return Box(
        event=event,
        rules=rules,
        is_open=is_open(event, now),
        opens_later=event.state == Event.State.ANNOUNCED and event.registration_opens_at is not None,
        promotes_until=last_promotion(event, rules),
        own=own or own_registration(event, user),
    )


# -- the list of participants ------------------------------------------------------------------------------------------
def public_list(event: Event, rules: RegistrationRules):
    """Who wants to stand on the public page, where the event has such a list. Nobody who waits is ever in it."""
    return _listed(event, Q(listing="public")) if rules.listing == "public" else Registration.objects.none()


def participants_list(event: Event):
    """Who wants to be seen by the other participants; the public ones are seen by them, too."""
    rules = rules_of(event)
    if not rules.listing:
        return Registration.objects.none()
    return _listed(event, Q(listing__in=("participants", "public")))


def _listed(event: Event, condition: Q):
    rows = Registration.objects.filter(condition, event=event).coming().select_related("affiliation")
    return rows.only("person_name", "name_native", "affiliation_other", "affiliation", "affiliation_country").order_by(
        "person_name", "pk"
    )


def may_read_list(event: Event, user, own: Registration | None) -> bool:
    """Participants of this event and its organisers."""
    return organises(user, event) or (own is not None and own.event_id == event.pk and own.is_coming)


def waiting_position(registration: Registration) -> int | None:
    """The place in the queue; None for who does not wait, or has an offer already."""
    if registration.state != Registration.State.WAITLISTED:
        return None
    if registration.offers.filter(answer="").exists():
        return None
    return position_of(registration)
