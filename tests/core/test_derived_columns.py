"""Rules over columns that follow from others are answered by the form, not by the database."""

import datetime as dt

import pytest
from django.forms import modelform_factory

from portal.programmes.models import Call
from tests.factories import CallFactory
from tests.factories.events import an_event
from workshops.models import Event

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 4, 1)


def errors_of(row, **changed) -> str:
    """What a form over the changed columns says about the row."""
    return str(modelform_factory(type(row), fields=list(changed))(changed, instance=row).errors)


def test_a_call_that_closes_before_it_opens_is_refused_in_words(db):
    call = CallFactory(state=Call.State.DRAFT)
    assert errors_of(call, opens_on=DAY, closes_on=DAY + dt.timedelta(days=1)) == ""
    assert "The call closes before it opens." in errors_of(call, opens_on=DAY, closes_on=DAY - dt.timedelta(days=1))


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"starts_on": DAY, "ends_on": DAY, "starts_time": "15:00", "ends_time": "14:00"}, "ends before it begins"),
        (
            {"registration_opens_on": DAY, "registration_closes_on": DAY - dt.timedelta(days=3)},
            "Registration closes before it opens.",
        ),
    ],
)
def test_an_event_that_runs_backwards_is_refused_in_words(world, changed, said):
    event = an_event(world.north, Event.State.PLANNED, starts_on=DAY, ends_on=DAY)
    assert said in errors_of(event, **changed)
