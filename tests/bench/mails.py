"""Mails a second through the outbox, beside rendering, building and handing over the same mails with nothing around."""

import contextlib
import datetime as dt
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from portal.accounts.models import Person
from portal.alliances.models import Organisation
from portal.core.once import reading_once
from portal.outbox.delivery import deliver
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import render
from portal.outbox.services import Draft, queue_many
from portal.reminders.models import ReminderRule
from portal.reminders.planning import plan_rule
from portal.reminders.registry import Due, reminder
from tests.bench.measure import Row, limit_row, rate_row
from tests.servers import free_port

MAILS = 300
PLANNED = 3_000
TARGET = 1 / 0.6
TOGETHER = 1.7  # times as many mails as one process alone
PLANNING = 30  # seconds
PATIENCE = 100  # looks, a tenth of a second apart
KIND = "application_received"
RULE = "BENCH"
VALUES = {
    "number": "QUPIP-2027-0001",
    "call": "QUPIP 2027",
    "at": "31 January 2027 (Sun) 16:59 Tokyo time (UTC+09:00)",
    "version": 1,
    "sender": "Programme office",
    "action_url": "/exchanges/applications/",
    "action_label": "Open the application",
}


@contextlib.contextmanager
def mail_server():
    """The port of a mail server that takes everything and keeps nothing, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    process = subprocess.Popen(command)
    try:
        for _ in range(PATIENCE):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(5)


def measure_mails() -> list[Row]:
    with (
        mail_server() as port,
        override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port
        ),
    ):
        best = floor()
        through = through_outbox()
        one, two = by_processes(port, 1), by_processes(port, 2)
    return [
        rate_row(f"outbox: {MAILS} mails", through, "mails/s", best, TARGET),
        rate_row("outbox: two processes, beside one", two, "mails/s", one, 1 / TOGETHER),
        limit_row("outbox: planning 100,000 reminders", round(100_000 / planned()), "s", PLANNING),
    ]


def by_processes(port: int, number: int) -> float:
    """Mails a second while so many processes hand over what is due; their start-up is not counted."""
    fill(MAILS * number)
    command = [sys.executable, "-c", f"import django; django.setup(); from tests.bench.mails import work; work({port})"]
    workers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) for _ in range(number)
    ]
    for worker in workers:
        worker.stdout.readline()  # it is ready
    started = time.perf_counter()
    for worker in workers:
        print("go", file=worker.stdin, flush=True)
    for worker in workers:
        if worker.wait():
            raise RuntimeError("a process that hands mails over has failed")
    return MAILS * number / (time.perf_counter() - started)


def work(port: int) -> None:
    """One process of `by_processes`."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    deliver()


@reminder(RULE)
def subjects(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    """Half of the readers read Japanese; each is reminded of another record."""
    desk = Organisation.objects.get(code="tohoku")
    for number in range(PLANNED):
        reader = Recipient(
            email=f"bench{number}@example.org",
            name="Robin Example",
            language=("en", "ja")[number % 2],
            timezone=("America/Chicago", "Asia/Tokyo")[number % 2],
        )
        yield Due(
            subject=Person(pk=number, family_name="Example"),
            anchor=now + dt.timedelta(days=1, hours=12),
            zone="Asia/Tokyo",
            recipients=[reader],
            what="QUPIP-2027-0001",
            action_url="/exchanges/applications/",
            context={"call": "QUPIP 2027"},
            organisation=desk,
        )


def planned() -> float:
    """Reminders a second from what is due into rows, each written in its reader's language."""
    words = {
        "subject_en": "“{call}” closes on {date} at {time}",
        "subject_ja": "「{call}」は{date} {time}に締め切られます",
    }
    with transaction.atomic(), reading_once():
        rule = ReminderRule.objects.create(code=RULE, entity="call", offsets="-24h", **words)
        started = time.perf_counter()
        queued = plan_rule(rule, now=timezone.now())["queued"]
        taken = time.perf_counter() - started
        transaction.set_rollback(True)
    if queued < PLANNED:
        raise RuntimeError(f"only {queued} of {PLANNED} reminders were planned")
    return PLANNED / taken


def fill(number: int) -> None:
    recipient = Recipient(email="bench@example.org", name="Robin Example", timezone="Asia/Tokyo")
    queue_many(
        Draft(kind=KIND, to=recipient, context=VALUES, dedupe_key=f"bench:{uuid.uuid4()}") for _number in range(number)
    )


def floor() -> float:
    started = time.perf_counter()
    line = get_connection()
    line.open()
    for n in range(MAILS):
        mail = render(KIND, VALUES, language="en", zone="Asia/Tokyo", recipient_name="Robin Example")
        message = EmailMultiAlternatives(mail.subject, mail.body_text, to=[f"floor{n}@example.org"], connection=line)
        message.attach_alternative(mail.body_html, "text/html")
        message.send()
    line.close()
    return MAILS / (time.perf_counter() - started)


def through_outbox() -> float:
    started = time.perf_counter()
    fill(MAILS)
    sent = deliver()
    taken = time.perf_counter() - started
    if sum(sent.values()) < MAILS:
        raise RuntimeError(f"only {dict(sent)} of {MAILS} mails went out")
    return MAILS / taken
