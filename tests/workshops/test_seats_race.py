"""A rush for few places through the real page: exactly as many as there are, all others wait, nobody sees an error.

PostgreSQL only: SQLite has one writer. The control shows that the race is real where nobody locks the event.
"""

import itertools
import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.outbox.models import OutboxMessage
from tests.factories import build_world
from tests.factories.registrations import RegistrationFactory, open_event
from workshops.models import Registration, SeatOffer
from workshops.services.registration import ending, seats, signup, waiting

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL"),
]
WORKERS = 16
PLACES = itertools.count()


@pytest.fixture
def north(transactional_db):
    return build_world().north


def answers(number: int) -> dict:
    return {
        "person_name": f"Visitor {number}",
        "email": f"visitor-{number}@example.org",
        "affiliation": "Somewhere",
        "affiliation_country": "JP",
        "career_stage": "postdoc",
        "timezone": "Asia/Tokyo",
        "attendance_mode": "on_site",
    }


def rush(event, numbers) -> list[int]:
    """Send the form for all these people from as many connections as there are workers; the statuses."""
    address, numbers = reverse("workshops:register", args=[event.code]), list(numbers)

    def share(mine: list[int]):
        def send() -> list[int]:
            visitor, statuses = Client(), []
            for number in mine:
                visitor.cookies.clear()
                place = next(PLACES)  # everybody sits somewhere else: the limit per address is not what is tested
                home = f"10.0.{place // 250}.{place % 250 + 1}"
                statuses.append(visitor.post(address, answers(number), REMOTE_ADDR=home).status_code)
            return statuses

        return send

    shares = at_once(*(share(numbers[worker::WORKERS]) for worker in range(WORKERS)))
    return [status for statuses in shares for status in statuses]


def at_once(*acts) -> list:
    """Start the acts together, each in its own connection; their results or what they raised, in order."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            gate.wait(timeout=10)
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def in_states(event) -> dict[str, int]:
    states = Registration.objects.filter(event=event).values_list("state", flat=True)
    return {state: list(states).count(state) for state in set(states)}


def assert_exact(event, *, people: int, places: int) -> None:
    assert in_states(event) == {"confirmed": places, "waitlisted": people - places}
    queue = list(Registration.objects.filter(event=event).queue())
    assert [row.registered_at for row in queue] == sorted(row.registered_at for row in queue)
    assert OutboxMessage.objects.filter(kind="registration_confirmed").count() == places
    assert OutboxMessage.objects.filter(kind="registration_waitlisted").count() == people - places


def test_two_hundred_people_and_ten_places(north):
    event = open_event(north, seats=10)
    assert set(rush(event, range(200))) == {302}
    assert_exact(event, people=200, places=10)


def test_control_without_the_lock_more_people_get_a_place_than_there_are(north, monkeypatch):
    """The same rush where the event is read and not locked: the test above can fail."""
    event = open_event(north, seats=10)
    monkeypatch.setattr(signup, "lock", lambda row: type(row)._base_manager.get(pk=row.pk))
    rush(event, range(200))
    assert in_states(event)["confirmed"] > 10


def test_one_address_sent_many_times_at_once_is_one_registration(north):
    event = open_event(north, seats=10)
    assert set(rush(event, [7] * 40)) == {302}
    assert in_states(event) == {"confirmed": 1}


def test_two_workers_offer_one_free_place_once(north):
    event = open_event(north, seats=1)
    for _n in range(3):
        RegistrationFactory(event=event, state="waitlisted")
    now = timezone.now()

    def look():
        return len(seats.offer_free_places(event=event, now=now))

    assert sorted(at_once(look, look, look, look)) == [0, 0, 0, 1]
    assert SeatOffer.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="seat_offered").count() == 1


def test_taking_and_cancelling_at_once_leave_one_truth(north):
    event = open_event(north, seats=1)
    waits = RegistrationFactory(event=event, state="waitlisted")
    now = timezone.now()
    [offer] = seats.offer_free_places(event=event, now=now)

    def take():
        return waiting.take_place(offer=SeatOffer.objects.get(pk=offer.pk), now=now)

    def cancel():
        return ending.cancel(registration=Registration.objects.get(pk=waits.pk), now=now)

    at_once(take, cancel)
    waits.refresh_from_db()
    assert waits.state == "cancelled"
    assert seats.seats_of(event).free("on_site") == 1


def test_many_cancel_and_register_at_once_and_no_place_is_given_twice(north):
    event = open_event(north, seats=10)
    rush(event, range(30))
    seated = list(Registration.objects.filter(event=event, state="confirmed"))
    now = timezone.now()
    cancels = [lambda row=row: ending.cancel(registration=row, now=now) for row in seated[:5]]
    results = at_once(*cancels, lambda: set(rush(event, range(100, 130))))
    assert not [result for result in results if isinstance(result, Exception)]
    waiting.offer_everywhere(now=now)
    held = Registration.objects.filter(event=event).holding(pending_too=False)
    assert held.count() == 10
    first_waiting = Registration.objects.filter(event=event, person_name__in=[f"Visitor {n}" for n in range(30)])
    assert SeatOffer.objects.filter(registration__in=first_waiting).count() == 5, "nobody overtakes"
