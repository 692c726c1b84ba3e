"""Applications, reviews, offers and stays in any state, written past the services.

Rows made here are the shortest way to a state; `tests.factories.journeys` takes the real way.
"""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from exchanges.models import Application, Offer, Review, Stay


class ApplicationFactory(DjangoModelFactory):
    """A complete application: first day in 120 days, 90 days long."""

    class Meta:
        model = Application

    code = factory.Sequence(lambda n: f"app-{n:05d}")
    programme = factory.SelfAttribute("call.programme")
    state = "submitted"
    purpose = "internship"
    start_requested = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=120))
    end_requested = factory.LazyAttribute(lambda row: row.start_requested + dt.timedelta(days=89))
    degree_course = "Doctoral course in physics"
    enrolled_until = factory.LazyAttribute(lambda row: row.end_requested + dt.timedelta(days=365))
    field_of_study = "Quantum sensors"
    supervisor_name = "Sam Supervisor"
    supervisor_email = "sam.supervisor@example.org"
    topic = "Cold detectors for light dark matter"
    plan = "We build a detector and read it out."
    motivation = "The host has the refrigerator."
    version = 1
    submitted_at = factory.LazyFunction(timezone.now)


class ReviewFactory(DjangoModelFactory):
    class Meta:
        model = Review

    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=14))


class OfferFactory(DjangoModelFactory):
    class Meta:
        model = Offer

    start_on = factory.SelfAttribute("application.start_requested")
    end_on = factory.SelfAttribute("application.end_requested")
    status_title_en = "visiting fellow"
    status_title_ja = "招聘研究員"


class StayFactory(DjangoModelFactory):
    class Meta:
        model = Stay

    code = factory.Sequence(lambda n: f"stay-{n:05d}")
    start_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=120))
    end_on = factory.LazyAttribute(lambda row: row.start_on + dt.timedelta(days=89))
    direction = "inbound"
