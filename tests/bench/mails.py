"""Mails a second through the outbox, beside rendering, building and handing over the same mails with nothing around."""

import time

from aiosmtpd.controller import Controller
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.test import override_settings

from portal.outbox.delivery import deliver
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import render
from portal.outbox.services import queue
from tests.bench.measure import Row, rate_row

MAILS = 300
TARGET = 1 / 0.6
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


class Sink:
    """A mail server that takes everything and keeps nothing."""

    async def handle_DATA(self, server, session, envelope):
        return "250 OK"


def measure_mails() -> list[Row]:
    controller = Controller(Sink(), hostname="127.0.0.1", port=0)
    controller.start()
    host, port = controller.server.sockets[0].getsockname()[:2]
    smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": host, "EMAIL_PORT": port}
    try:
        with override_settings(**smtp):
            return [rate_row(f"outbox: {MAILS} mails", through_outbox(), "mails/s", floor(), TARGET)]
    finally:
        controller.stop()


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
    with transaction.atomic():
        for n in range(MAILS):
            queue(
                kind=KIND,
                to=Recipient(email=f"bench{n}@example.org", name="Robin Example", timezone="Asia/Tokyo"),
                about=None,
                context=VALUES,
            )
    sent = deliver()
    taken = time.perf_counter() - started
    if sum(sent.values()) < MAILS:
        raise RuntimeError(f"only {dict(sent)} of {MAILS} mails went out")
    return MAILS / taken
