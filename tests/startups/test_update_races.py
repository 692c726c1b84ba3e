"""Two answers in the same moment are two versions in order; without the lock they collide."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections

from startups.models import FounderUpdate, UpdateVersion
from startups.services import updates
from startups.services.updates import Answers

NOW = dt.datetime(2026, 7, 10, tzinfo=dt.UTC)
WRITERS = 6

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one transaction after the other"),
]


def answer_at_once(pk: int) -> list[Exception]:
    gate, failed = threading.Barrier(WRITERS), []

    def answer(number: int) -> None:
        try:
            gate.wait(timeout=30)
            update = FounderUpdate.objects.get(pk=pk)
            answers = Answers({"people": Decimal(number + 1)})
            updates.submit(update=update, answers=answers, actor=None, now=NOW)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return failed


def test_answers_in_the_same_moment_are_versions_in_order(venture):
    update = venture.update()
    assert answer_at_once(update.pk) == []
    numbers = sorted(UpdateVersion.objects.values_list("number", flat=True))
    update.refresh_from_db()
    assert numbers == list(range(1, WRITERS + 1)) and update.latest.number == WRITERS


def test_without_the_lock_they_collide(venture, monkeypatch):
    """The positive control: the same writers, reading the row without waiting for each other."""
    monkeypatch.setattr(updates, "lock", lambda row: FounderUpdate.objects.get(pk=row.pk))
    failed = answer_at_once(venture.update().pk)
    assert failed and all(isinstance(error, IntegrityError) for error in failed)
