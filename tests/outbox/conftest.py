"""A real mail server in the test process, and mails to send."""

import asyncio
import datetime as dt
import itertools
import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from portal.outbox.models import OutboxMessage
from portal.outbox.services import Recipient, queue_rendered

NOON = dt.datetime(2026, 6, 17, 12, tzinfo=dt.UTC)


@dataclass
class Sink:
    """What the mail server was given, and how it behaves: answers per recipient, hanging up, connections counted."""

    port: int
    mails: list = field(default_factory=list)
    answers: dict = field(default_factory=dict)
    connections: int = 0
    hangs_up_after: int | None = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.hangs_up_after is not None and len(self.mails) >= self.hangs_up_after:
            # The mail is accepted, and its sender never hears of it.
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"

    @property
    def message_ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]


class QuietSMTP(SMTP):
    def _handle_client_error(self, *args):
        """Aborted connections are part of the tests."""


class SinkController(Controller):
    def factory(self):
        return QuietSMTP(self.handler, enable_SMTPUTF8=False, hostname="sink.test")


@pytest.fixture
def sink(settings):
    """A running mail server to which the portal sends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sink = Sink(port)
    controller = SinkController(sink, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield sink
    controller.stop()


@pytest.fixture
def no_mail_server(settings):
    """Mail goes to a port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


@pytest.fixture
def a_mail(db):
    """Make mails that are due at NOON: `a_mail("ada@example.org", klass="reminder")`."""
    numbers = itertools.count(1)

    def make(email="ada@example.org", *, klass="letter", name="", **changes) -> OutboxMessage:
        number = next(numbers)
        mail = queue_rendered(
            to=Recipient(email, name),
            subject=f"Mail {number}",
            body_text="Hello.",
            klass=klass,
            dedupe_key=f"mail-{number}",
        )
        OutboxMessage.objects.filter(pk=mail.pk).update(
            **{"next_try_at": NOON + dt.timedelta(seconds=number), **changes}
        )
        mail.refresh_from_db()
        return mail

    return make
