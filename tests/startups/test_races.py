"""The last place of a cohort goes to one venture (on PostgreSQL, with a control that the race is real)."""

import threading

import pytest
from django.db import transaction
from django.utils import timezone

from portal.applications.services import decisions
from portal.applications.services.decisions import NoPlaceFree
from portal.programmes.models import Call
from startups.models import CohortApplication
from startups.services import selection
from tests.factories import build_world, user_with_seat
from tests.factories.ventures import build_incubator
from tests.racing import at_once, needs_row_locks

pytestmark = [
    pytest.mark.django_db(transaction=True),
    needs_row_locks,
]


@pytest.fixture
def north(transactional_db):
    incubator = build_incubator(build_world().north)
    Call.objects.filter(pk=incubator.call.pk).update(places=1)
    return incubator


def two_recommended(incubator) -> list[CohortApplication]:
    other = user_with_seat("", incubator.side.elsewhere, name=("Other", "Ola"), email="ola@example.org")
    rows = [
        incubator.application("recommended", founders=[], code="one"),
        incubator.application("recommended", founders=[], code="two", applicant=other.person),
    ]
    for row in rows:
        incubator.screened_startup(row)
    return rows


def test_control_without_the_lock_both_would_get_the_last_place(north):
    both_have_counted = threading.Barrier(2)

    def count_without_lock():
        with transaction.atomic():
            left = decisions.places_left(Call.objects.get(pk=north.call.pk))
            both_have_counted.wait(timeout=10)
            return left

    assert at_once(count_without_lock, count_without_lock) == [1, 1]


def test_the_last_place_goes_to_one_venture(north):
    today = timezone.localdate()
    first, second = two_recommended(north)
    results = at_once(
        *(
            lambda row=row: selection.select(application=row, actor=north.manager, today=today)
            for row in (first, second)
        )
    )
    assert sum(isinstance(result, NoPlaceFree) for result in results) == 1
    assert CohortApplication.objects.filter(state="selected").count() == 1
