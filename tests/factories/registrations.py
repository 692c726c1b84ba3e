"""Events that take registrations, and registrations for them."""

import datetime as dt
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.core.links import give_token
from workshops.models import Event, Registration, RegistrationRules
from workshops.services.registration.signup import SignUp


def open_event(side, *, seats: int | None = None, days: int = 30, state: str = "registration_open", **more) -> Event:
    """An event of this side's host in so many days; `rules` are fields of its rules of registration."""
    rules = more.pop("rules", {})
    number = Event.objects.count() + 1
    fields = {
        "code": f"{side.alliance.code}-event-{number}",
        "alliance": side.alliance,
        "host_organisation": side.host,
        "kind": "workshop",
        "title_en": f"{side.alliance.name_en} workshop {number}",
        "title_ja": f"ワークショップ{number}",
        "starts_on": timezone.now().astimezone(ZoneInfo(side.zone)).date() + dt.timedelta(days=days),
        "timezone": side.zone,
        "format": "hybrid",
        "venue_en": "Hall",
        "city": "Sendai",
        "country": side.host.country,
        "state": state,
    }
    event = Event.objects.create(**{**fields, **more})
    RegistrationRules.objects.create(event=event, seats_on_site=seats, **rules)
    return event


def sign_up(name: str = "Robin Example", **fields) -> SignUp:
    """What somebody called so would answer on the form."""
    address = f"{name.lower().replace(' ', '.')}@example.org"
    return SignUp(**{"person_name": name, "email": address, "attendance_mode": "on_site", **fields})


class RegistrationFactory(DjangoModelFactory):
    """A registration simply put into a state, with a personal link; give `event=`."""

    class Meta:
        model = Registration

    person_name = factory.Sequence(lambda n: f"Robin Example-{n}")
    email = factory.Sequence(lambda n: f"robin-{n}@example.org")
    affiliation_country = "JP"
    career_stage = "postdoc"
    attendance_mode = "on_site"
    registered_at = factory.LazyFunction(timezone.now)
    state = "confirmed"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        row = model_class(**kwargs)
        give_token(row, expires_at=timezone.now() + dt.timedelta(days=100))
        row.save()
        return row
