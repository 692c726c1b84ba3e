"""Handing due mails to the mail server: claim, mark, send, settle, and clean up after whoever died on the way."""

import datetime as dt
import logging
import os
import random
import select
import smtplib
import socket
import time
import uuid
from collections import Counter
from collections.abc import Callable
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connections, router, transaction
from django.db.models import F

from portal.core.calendars import files_of
from portal.core.copying import insert_rows
from portal.outbox import rechecks
from portal.outbox.models import DeliveryAttempt, Klass, OutboxMessage, SettledBy, State

logger = logging.getLogger(__name__)

BATCH = 50
LEASE = dt.timedelta(seconds=120)
MAX_ATTEMPTS = 8
LONGEST_WAIT = dt.timedelta(hours=1)
AFTER_OUTAGE = dt.timedelta(minutes=1)
# A run ends well before the next tick; what is left is found by then.
RUN_SECONDS = 45
CALENDAR_FILE = "invite.ics"
HOST = socket.gethostname()[:100]

Outcome = DeliveryAttempt.Outcome
UNCLAIMED = {"claim_token": None, "lease_until": None}


class Outage(Exception):
    """The mail server cannot be reached: nothing was sent, and nobody else needs to try now."""


Clock = Callable[[], dt.datetime]


def clock_from(now: dt.datetime | None = None) -> Clock:
    """The time of the database, asked once and counted on by this machine's steady clock; `now` pins it for tests."""
    if now is not None:
        return lambda: now
    start, began = OutboxMessage.objects.clock(), time.monotonic()
    return lambda: start + dt.timedelta(seconds=time.monotonic() - began)


def deliver(*, now: dt.datetime | None = None, limit: int | None = None) -> Counter:
    """Send what is due and answer how many mails ended in which state."""
    ends, clock = time.monotonic() + RUN_SECONDS, clock_from(now)
    tally: Counter = Counter(reap(now=clock()))
    connection = get_connection()
    try:
        while time.monotonic() < ends and (limit is None or tally.total() < limit):
            batch = claim(now=clock())
            if not batch:
                break
            tally.update(send_batch(batch, connection, clock))
    except Outage as outage:
        logger.warning("The mail server cannot be reached: %s", outage)
        tally["waiting"] += 1
    finally:
        _close(connection)
    return tally


def claim(*, now: dt.datetime, size: int = BATCH) -> list[OutboxMessage]:
    """Reserve the next due mails for this process; no other one gets the same ones."""
    token = uuid.uuid4()
    with transaction.atomic():
        due = OutboxMessage.objects.due(now)
        if connections[due.db].features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        chosen = list(due.values_list("pk", flat=True)[:size])
        # The state is asked again: where rows cannot be locked (SQLite), this decides between two processes.
        OutboxMessage.objects.filter(pk__in=chosen, state=State.QUEUED).update(
            state=State.CLAIMED, claim_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    return list(OutboxMessage.objects.filter(claim_token=token).order_by("next_try_at", "pk"))


def send_batch(batch: list[OutboxMessage], connection, clock: Clock) -> Counter:
    """Send claimed mails over one connection. Raises Outage when it cannot be opened; the mails then wait."""
    tries: list[DeliveryAttempt] = []
    try:
        return _send_each(batch, connection, clock, tries)
    finally:
        _keep(tries)


def _send_each(batch: list[OutboxMessage], connection, clock: Clock, tries: list[DeliveryAttempt]) -> Counter:
    tally: Counter = Counter()
    for position, message in enumerate(batch):
        try:
            reason = rechecks.objection(message, clock())
        except Exception as error:
            logger.exception("The recheck of %s failed", message.message_id)
            tally[_postpone(message, error, now=clock())] += 1
            continue
        if reason:
            tally[_withdraw(message, reason)] += 1
            continue
        try:
            _ensure_open(connection)
        except (OSError, smtplib.SMTPException) as error:
            _put_back(batch[position:], error, now=clock())
            raise Outage(str(error)) from error
        tally[send_one(message, connection, clock, tries)] += 1
    return tally


def send_one(message: OutboxMessage, connection, clock: Clock, tries: list[DeliveryAttempt]) -> str:
    """Mark, send and settle one claimed mail; answers the state it ends in."""
    if not _mark_sending(message, clock()):
        return "lost"
    try:
        compose(message, connection).send()
    except Exception as error:
        outcome, code, text = classify(error)
    else:
        outcome, code, text = Outcome.SENT, 250, ""
    return settle(message, outcome, code=code, text=text, now=clock(), tries=tries)


def compose(message: OutboxMessage, connection) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body_text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((message.recipient_name, message.recipient_email))],
        headers={
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
        connection=connection,
    )
    if message.body_html:
        mail.attach_alternative(message.body_html, "text/html")
    for number, file in enumerate(files_of(message.calendar), start=1):
        # Mail programs that know calendars read the alternative, which is the first entry; people open the files.
        if number == 1:
            mail.attach_alternative(file, f"text/calendar; method={message.calendar_method}")
        mail.attach(CALENDAR_FILE if number == 1 else f"invite-{number}.ics", file.encode(), "application/ics")
    return mail


def classify(error: Exception) -> tuple[str, int | None, str]:
    """What a failed try means: refused for good, to be tried later, or unknown because no answer came.

    An unknown end may hide an accepted mail, so it is never simply tried again.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _by_code(code, text)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Outcome.UNKNOWN, None, str(error)
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, error.smtp_error)
    if isinstance(error, (ValueError, smtplib.SMTPNotSupportedError)):
        # The message itself cannot be written or carried (an address outside the server's alphabet).
        return Outcome.REFUSED, None, str(error)
    return Outcome.UNKNOWN, None, f"{type(error).__name__}: {error}"


def settle(
    message: OutboxMessage,
    outcome: str,
    *,
    code: int | None,
    text: str,
    now: dt.datetime,
    tries: list[DeliveryAttempt],
) -> str:
    """Write down how a try ended. Only the process that still holds the claim may do so."""
    changes = {"last_code": code, "last_error": text, "settled_by": SettledBy.WORKER, "updated_at": now}
    if outcome == Outcome.UNKNOWN:
        return settle_doubt(message, text, by=SettledBy.WORKER, now=now, tries=tries)
    if outcome == Outcome.SENT:
        state = State.SENT
        changes |= {"sent_at": now} | _forget_secrets(message)
    elif outcome == Outcome.REFUSED or message.attempts >= MAX_ATTEMPTS:
        state = State.FAILED
    else:
        state = State.QUEUED
        changes["next_try_at"] = now + backoff(message.attempts)
    return _end(message, state, outcome, changes, now=now, tries=tries)


def settle_doubt(message: OutboxMessage, text: str, *, by: str, now: dt.datetime, tries: list[DeliveryAttempt]) -> str:
    """A mail that perhaps left: a reminder is sent once more under its Message-ID, anything else waits for a person."""
    changes = {"last_code": None, "last_error": text, "settled_by": by, "updated_at": now}
    if message.klass == Klass.REMINDER and not message.is_resent:
        changes |= {"is_resent": True, "next_try_at": now + AFTER_OUTAGE}
        return _end(message, State.QUEUED, Outcome.UNKNOWN, changes, now=now, tries=tries)
    return _end(message, State.UNCERTAIN, Outcome.UNKNOWN, changes, now=now, tries=tries)


def reap(*, now: dt.datetime) -> Counter:
    """Take mails over whose sender did not come back within the lease."""
    tally: Counter = Counter()
    tries: list[DeliveryAttempt] = []
    OutboxMessage.objects.abandoned(now).filter(state=State.CLAIMED).update(
        state=State.QUEUED, attempts=F("attempts") - 1, settled_by=SettledBy.REAPER, **UNCLAIMED
    )
    for message in OutboxMessage.objects.abandoned(now).filter(state=State.SENDING):
        tally[settle_doubt(message, "The delivery was interrupted.", by=SettledBy.REAPER, now=now, tries=tries)] += 1
    _keep(tries)
    return tally


def backoff(attempts: int) -> dt.timedelta:
    """One minute, doubled with each try, at most an hour, spread so that mails do not come back as a crowd."""
    return min(LONGEST_WAIT, dt.timedelta(minutes=2**attempts)) * random.uniform(0.5, 1.5)


def _mark_sending(message: OutboxMessage, now: dt.datetime) -> bool:
    """This commit separates “certainly not sent” from “perhaps sent”. False: the claim was lost, walk away."""
    return message.lease_until > now and _change(message, State.CLAIMED, state=State.SENDING, lease_until=now + LEASE)


def _end(
    message: OutboxMessage, state: str, outcome: str, changes: dict, *, now: dt.datetime, tries: list[DeliveryAttempt]
) -> str:
    if not _change(message, State.SENDING, state=state, **UNCLAIMED, **changes):
        return "lost"
    tries.append(
        DeliveryAttempt(
            message=message,
            number=message.attempts,
            at=now,
            outcome=outcome,
            smtp_code=changes["last_code"],
            smtp_text=changes["last_error"],
            host=HOST,
            pid=os.getpid(),
        )
    )
    return str(state)


def _change(message: OutboxMessage, held_as: str, **values) -> bool:
    """Change a mail that is still held under its claim; False where it is not.

    Written out, because each mail needs it twice and Django takes longer to compose it than the database to do it.
    """
    held = {"id": message.pk, "state": held_as, "claim_token": message.claim_token}
    connection = connections[router.db_for_write(OutboxMessage)]
    field, quoted = OutboxMessage._meta.get_field, connection.ops.quote_name
    changes, conditions = ([f"{quoted(field(name).column)} = %s" for name in part] for part in (values, held))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quoted(OutboxMessage._meta.db_table)} SET {', '.join(changes)} WHERE {' AND '.join(conditions)}",
            [field(name).get_db_prep_save(value, connection) for name, value in [*values.items(), *held.items()]],
        )
        return cursor.rowcount == 1


def _keep(tries: list[DeliveryAttempt]) -> None:
    """The log of a whole batch at once. Who is killed before leaves no line in it; the state of each mail stands."""
    insert_rows(DeliveryAttempt, tries)


def _withdraw(message: OutboxMessage, reason: str) -> str:
    held = OutboxMessage.objects.filter(pk=message.pk, state=State.CLAIMED, claim_token=message.claim_token)
    changes = {"attempts": F("attempts") - 1, "last_error": reason, "settled_by": SettledBy.RECHECK}
    return str(State.WITHHELD) if held.update(state=State.WITHHELD, **UNCLAIMED, **changes) else "lost"


def _postpone(message: OutboxMessage, error: Exception, *, now: dt.datetime) -> str:
    """A mail whose recheck breaks must not hold up the others, nor come back for ever."""
    state = State.FAILED if message.attempts >= MAX_ATTEMPTS else State.QUEUED
    held = OutboxMessage.objects.filter(pk=message.pk, state=State.CLAIMED, claim_token=message.claim_token)
    held.update(
        state=state,
        next_try_at=now + backoff(message.attempts),
        last_error=f"{type(error).__name__}: {error}",
        settled_by=SettledBy.RECHECK,
        **UNCLAIMED,
    )
    return str(state)


def _put_back(messages: list[OutboxMessage], error: Exception, *, now: dt.datetime) -> None:
    """An unreachable server is not the mail's fault: the try does not count."""
    OutboxMessage.objects.filter(
        pk__in=[message.pk for message in messages], state=State.CLAIMED, claim_token=messages[0].claim_token
    ).update(
        state=State.QUEUED,
        attempts=F("attempts") - 1,
        next_try_at=now + AFTER_OUTAGE,
        last_error=str(error),
        **UNCLAIMED,
    )


def _forget_secrets(message: OutboxMessage) -> dict:
    """Sign-in codes and links are worth nothing to us once they are on their way."""
    return {"body_text": "", "body_html": "", "context": {}} if message.klass == Klass.SECURITY else {}


def _by_code(code: int, text) -> tuple[str, int, str]:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return (Outcome.REFUSED if code >= 500 else Outcome.DEFERRED), code, words


def _ensure_open(connection) -> None:
    """Open the connection, again where the server has closed it: a mail must not be marked for a dead line."""
    smtp = getattr(connection, "connection", None)
    if smtp is not None and _speaks_unasked(smtp):
        try:
            smtp.noop()
        except smtplib.SMTPServerDisconnected:
            _close(connection)
    connection.open()


def _speaks_unasked(smtp: smtplib.SMTP) -> bool:
    """Whether something has come that was not asked for: a server that hangs up does so, one that waits is silent."""
    return smtp.sock is None or bool(select.select([smtp.sock], [], [], 0)[0])


def _close(connection) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.debug("The mail server hung up before we did.", exc_info=True)
        connection.connection = None
