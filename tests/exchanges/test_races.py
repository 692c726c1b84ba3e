"""Two people at once: one wins, the other gets a sentence (on PostgreSQL, with a control that the race is real)."""

import threading

import pytest
from django.db import transaction

from exchanges.models import Application, Offer, Stay
from exchanges.services import offers
from portal.applications.services import applications, decisions
from portal.core.workflow import StepError
from portal.programmes.models import Call
from tests.factories import build_world, user_with_seat
from tests.racing import at_once, needs_row_locks

pytestmark = [
    pytest.mark.django_db(transaction=True),
    needs_row_locks,
]


@pytest.fixture
def north(transactional_db):
    return build_world().north


def test_control_without_the_lock_both_would_get_the_last_place(north):
    """Two readers that do not lock both count one free place: the race the services have to win is real."""
    north.application("recommended")
    Call.objects.filter(pk=north.call.pk).update(places=1)
    both_have_counted = threading.Barrier(2)

    def count_without_lock() -> int | None:
        with transaction.atomic():
            left = decisions.places_left(Call.objects.get(pk=north.call.pk))
            both_have_counted.wait(timeout=10)
            return left

    assert at_once(count_without_lock, count_without_lock) == [1, 1]


def test_the_last_place_goes_to_one(north):
    Call.objects.filter(pk=north.call.pk).update(places=1)
    colleague = user_with_seat("programme_manager", north.host)
    rows = [north.application("recommended").pk for _n in range(2)]
    today = north.call.opens_on

    def select(pk, actor):
        return lambda: decisions.select(application=Application.objects.get(pk=pk), actor=actor, today=today)

    results = at_once(select(rows[0], north.manager), select(rows[1], colleague))
    assert sorted(type(result).__name__ for result in results) == ["Application", "NoPlaceFree"]
    assert Application.objects.filter(state="selected").count() == 1


def test_two_clicks_on_accept_make_one_stay(north):
    offer = north.offer(north.application("selected"), "sent")

    def accept():
        return offers.accept(offer=Offer.objects.get(pk=offer.pk), actor=north.fellow, now=offer.sent_at)

    results = at_once(accept, accept)
    assert sum(isinstance(result, Stay) for result in results) == 1
    assert sum(isinstance(result, StepError) for result in results) == 1
    assert Stay.objects.count() == 1


def test_withdrawing_and_selecting_at_once_leave_one_truth(north):
    row = north.application("recommended")
    today, now = north.call.opens_on, row.submitted_at

    def select():
        return decisions.select(application=Application.objects.get(pk=row.pk), actor=north.manager, today=today)

    def withdraw():
        return applications.withdraw_application(
            application=Application.objects.get(pk=row.pk), reason="", actor=north.fellow, now=now
        )

    selected, withdrawn = at_once(select, withdraw)
    assert isinstance(withdrawn, Application)  # before or after the selection, the applicant may go
    assert isinstance(selected, (Application, StepError))
    assert Application.objects.get(pk=row.pk).state == "withdrawn"


def test_two_starts_make_one_draft(north):
    now = north.application("submitted").submitted_at
    Application.objects.all().delete()

    def start():
        return applications.start_application(call=north.call, person=north.fellow.person, actor=north.fellow, now=now)

    first, second = at_once(start, start)
    assert first == second
    assert Application.objects.count() == 1
