"""Many desks issue at the same moment: numbers stay unique and without gaps. PostgreSQL only: SQLite has one writer."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.db.models import Max

from portal.accounts.models import Seat, User
from portal.accounts.roles import Role
from portal.documents.models import Letter, LetterCounter
from portal.documents.services.letters import _next_number

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, ROUNDS = 6, 8


@pytest.fixture(autouse=True)
def needs_row_locks():
    if connection.vendor != "postgresql":
        pytest.skip("needs row locks")


def at_once(act, count=THREADS):
    """Run `act(i)` in threads that start together; what they returned or raised."""
    gate, results = threading.Barrier(count), []

    def run(i):
        gate.wait()
        try:
            results.append(act(i))
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results


def test_numbers_taken_at_once_are_unique_and_gapless():
    def take(i):
        numbers = []
        for round_ in range(ROUNDS):
            with transaction.atomic():
                number = _next_number("RACE", 2026)
                if (i + round_) % 3 == 0:  # every third letter fails after it took its number
                    transaction.set_rollback(True)
                    continue
            numbers.append(number)
        return numbers

    taken = sorted(number for numbers in at_once(take) for number in numbers)
    assert taken == [f"RACE-2026-{i:04d}" for i in range(1, len(taken) + 1)]
    assert len(taken) == THREADS * ROUNDS * 2 // 3


def test_the_race_is_real_for_numbers_that_are_read_and_then_written():
    """Positive control: without the locked counter the same threads collide."""
    LetterCounter.objects.create(prefix="NAIVE", year=2026)

    def take(i):
        numbers = []
        for _round in range(ROUNDS):
            with transaction.atomic():
                counter = LetterCounter.objects.get(prefix="NAIVE", year=2026)
                counter.last += 1
                counter.save()
            numbers.append(counter.last)
        return numbers

    taken = [number for numbers in at_once(take) for number in numbers]
    assert len(set(taken)) < len(taken)


def test_one_of_two_clicks_issues_the_letter(desks, issue):
    results = at_once(lambda i: issue(), count=2)
    assert {type(result) for result in results} == {Letter, ValidationError}
    assert Letter.objects.count() == 1
    assert LetterCounter.objects.aggregate(Max("last"))["last__max"] == 1


def test_letters_about_different_records_issued_at_once_are_all_kept(desks, issue):
    records = [
        Seat.objects.create(
            user=User.objects.create_user(f"f{i}@example.org"), organisation=desks.north, role=Role.FELLOW
        )
        for i in range(THREADS)
    ]
    results = at_once(lambda i: issue(about=records[i]).number)
    year = results[0].split("-")[1]
    assert sorted(results) == [f"OFFER-{year}-{i:04d}" for i in range(1, THREADS + 1)]
