"""A rush for few places through the real page: exactly as many as there are, all others wait, nobody sees an error.

PostgreSQL only: SQLite has one writer. The control shows that the race is real where nobody locks the event.
"""

import itertools

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.outbox.models import OutboxMessage
from portal.transfers.services import import_files
from tests.factories import build_world
from tests.factories.registrations import RegistrationFactory, open_event
from tests.racing import at_once, needs_row_locks
from workshops.models import Registration, SeatOffer
from workshops.services.registration import ending, entered, seats, signup, waiting

pytestmark = [
    pytest.mark.django_db(transaction=True),
    needs_row_locks,
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


def files_and_forms(event, folder, *, files: int, forms: int) -> None:
    """One file for each confirmed person, and the form for the others, all from as many connections at once.

    A file comes in, or is refused for the lack of a place and for nothing else.
    """
    header = (
        "code,event_code,person_name,email,affiliation_org_code,affiliation_country,career_stage,registered_at,status,"
        "role,attendance_mode,consent_photo,consent_contact_sharing,note_en,source\n"
    )
    paths = [folder / str(number) / "demo_registrations.csv" for number in range(files)]
    for number, path in enumerate(paths):
        path.parent.mkdir()
        path.write_text(
            f"{header}f-{number},{event.code},Filed {number},filed-{number}@example.org,,JP,postdoc,"
            "2026-01-05T09:00:00+09:00,confirmed,participant,on_site,no,no,,\n"
        )
    filed = [lambda mine=paths[worker::8]: [import_files([path]) for path in mine] for worker in range(8)]
    *brought, statuses = at_once(*filed, lambda: rush(event, range(forms)))
    assert set(statuses) == {302}
    problems = [problem.message for mine in brought for [result] in mine for problem in result.problems]
    assert all(message.startswith("Places free at this event") for message in problems)
    assert len(problems) + Registration.objects.filter(event=event, code__startswith="f-").count() == files


def test_a_file_and_the_form_at_once_give_no_place_twice(north, tmp_path):
    event = open_event(north, seats=10)
    files_and_forms(event, tmp_path, files=40, forms=60)
    found = in_states(event)
    assert found.pop("confirmed") == 10 and set(found) <= {"waitlisted"}


def test_control_a_file_that_does_not_hold_the_event_gives_more_places_than_there_are(north, tmp_path, monkeypatch):
    event = open_event(north, seats=10)
    monkeypatch.setattr(entered, "hold_events", lambda events: None)
    files_and_forms(event, tmp_path, files=40, forms=60)
    assert in_states(event)["confirmed"] > 10


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
