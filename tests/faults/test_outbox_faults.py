"""Killed, cut off or raced: no mail is lost, and none is doubled without its Message-ID saying so."""

import os
import signal
import subprocess
import sys
import threading
import time
from urllib.parse import quote

import pytest
from django.db import connection, connections, transaction

from portal.outbox import delivery, hints
from portal.outbox.models import OutboxMessage, State
from tests.outbox.conftest import NOON, a_mail, sink  # noqa: F401  fixtures

LATER = NOON + delivery.LEASE
AFTER_LEASE = LATER + 2 * delivery.LEASE
REFUSED_PORT = "redis://127.0.0.1:1/0"


several_processes = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the SQLite of the tests lies in the memory of one process"
)


class Killed(BaseException):
    """Not an Exception: like a killed process, nobody downstream may catch it."""


def die(*args, **kwargs):
    raise Killed


@pytest.mark.django_db
@pytest.mark.parametrize(("klass", "state", "copies"), [("reminder", State.SENT, 2), ("letter", State.UNCERTAIN, 1)])
def test_killed_between_the_answer_of_the_server_and_our_commit(sink, a_mail, monkeypatch, klass, state, copies):  # noqa: F811
    mail = a_mail(klass=klass)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(delivery, "settle", die)
        delivery.deliver(now=LATER)
    mail.refresh_from_db()
    assert mail.state == State.SENDING and len(sink.mails) == 1
    delivery.deliver(now=AFTER_LEASE)
    delivery.deliver(now=AFTER_LEASE + delivery.AFTER_OUTAGE)
    mail.refresh_from_db()
    assert mail.state == state
    assert sink.message_ids == [mail.message_id] * copies


@pytest.mark.django_db
def test_killed_before_the_mark_nothing_has_left_and_one_copy_goes_out(sink, a_mail, monkeypatch):  # noqa: F811
    mail = a_mail()
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(delivery, "_mark_sending", die)
        delivery.deliver(now=LATER)
    assert sink.mails == []
    delivery.deliver(now=AFTER_LEASE)
    assert sink.message_ids == [mail.message_id]


@pytest.mark.django_db
def test_a_broker_that_is_down_neither_fails_nor_delays_the_request(settings, caplog):
    settings.REDIS_URL = REFUSED_PORT
    started = time.monotonic()
    hints.send_hint()
    assert time.monotonic() - started < 1
    assert "broker does not answer" in caplog.text


def claims_of_two_workers(claim):
    """What two workers get that ask in the same moment."""
    start, claimed = threading.Barrier(2), []

    def work():
        try:
            start.wait(5)
            claimed.append([mail.pk for mail in claim()])
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert len(claimed) == 2
    return claimed


@several_processes
@pytest.mark.django_db(transaction=True)
def test_two_workers_never_get_the_same_mail(a_mail):  # noqa: F811
    for _round in range(5):
        mails = {a_mail().pk for _number in range(30)}
        first, second = claims_of_two_workers(lambda: delivery.claim(now=LATER, size=20))
        assert not set(first) & set(second)
        assert set(first) | set(second) <= mails
        OutboxMessage.objects.all().delete()


@several_processes
@pytest.mark.django_db(transaction=True)
def test_the_race_is_real_a_claim_without_lock_and_question_gives_both_the_same(a_mail):  # noqa: F811
    """Positive control: the same race with a careless claim must double mails, or the test above shows nothing."""
    for _number in range(30):
        a_mail()
    looked = threading.Barrier(2)

    def careless():
        with transaction.atomic():
            chosen = list(OutboxMessage.objects.due(LATER)[:20])
            looked.wait(5)
            OutboxMessage.objects.filter(pk__in=[mail.pk for mail in chosen]).update(attempts=1)
        return chosen

    first, second = claims_of_two_workers(careless)
    assert set(first) & set(second)


WORKER = """
import os, signal
import django
django.setup()
from portal.outbox import delivery
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
if os.environ["DIE_AT"]:
    setattr(delivery, os.environ["DIE_AT"], die)
print(dict(delivery.deliver()))
"""


def a_worker(sink, die_at=""):  # noqa: F811
    """A process of its own that delivers once, and may be killed on the way."""
    database = connection.settings_dict
    credentials = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://{credentials}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DIE_AT": die_at,
    }
    return subprocess.run([sys.executable, "-c", WORKER], env=environment, capture_output=True, text=True, timeout=60)


@several_processes
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_for_good_after_the_answer_leaves_a_row_that_tells(sink, a_mail):  # noqa: F811
    """The same window with a real SIGKILL of a real process."""
    mail = a_mail(klass="letter")
    killed = a_worker(sink, die_at="settle")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    mail.refresh_from_db()
    assert mail.state == State.SENDING and sink.message_ids == [mail.message_id]
    OutboxMessage.objects.update(lease_until=NOON)
    after = a_worker(sink)
    assert after.stdout.strip() == "{'uncertain': 1}", after.stderr
    assert len(sink.mails) == 1
