"""Mails a second through the outbox, beside rendering, building and handing over the same mails with nothing around."""

import contextlib
import socket
import subprocess
import sys
import time

from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import override_settings

from portal.outbox.delivery import deliver
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import render
from portal.outbox.services import Draft, queue_many
from tests.bench.measure import Row, rate_row
from tests.servers import free_port

MAILS = 300
TARGET = 1 / 0.6
PATIENCE = 100  # looks, a tenth of a second apart
KIND = "application_received"
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
        return [rate_row(f"outbox: {MAILS} mails", through_outbox(), "mails/s", best, TARGET)]


def floor() -> float:
    started = time.perf_counter()
    connection = get_connection()
    connection.open()
    for n in range(MAILS):
        mail = render(KIND, VALUES, language="en", zone="Asia/Tokyo", recipient_name="Robin Example")
        message = EmailMultiAlternatives(
            mail.subject, mail.body_text, to=[f"floor{n}@example.org"], connection=connection
        )
        message.attach_alternative(mail.body_html, "text/html")
        message.send()
    connection.close()
    return MAILS / (time.perf_counter() - started)


def through_outbox() -> float:
    started = time.perf_counter()
    queue_many(
        Draft(
            kind=KIND,
            to=Recipient(email=f"bench{n}@example.org", name="Robin Example", timezone="Asia/Tokyo"),
            context=VALUES,
        )
        for n in range(MAILS)
    )
    sent = deliver()
    taken = time.perf_counter() - started
    if sum(sent.values()) < MAILS:
        raise RuntimeError(f"only {dict(sent)} of {MAILS} mails went out")
    return MAILS / taken
