"""Putting mails into the outbox, and what people decide about them afterwards."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import cache

from django.conf import settings
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.core.copying import insert_rows
from portal.outbox import hints
from portal.outbox.models import Klass, OutboxMessage, SettledBy, State
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import MAX_SUBJECT, Rendered, absolute, lay_out, one_line, render, without_controls
from portal.outbox.workflows import MAIL

__all__ = ["Draft", "Recipient", "queue", "queue_many", "queue_rendered"]

BATCH = 500
MAX_KEY = OutboxMessage._meta.get_field("dedupe_key").max_length


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What `queue` needs to know about one mail; see there. A `context` that can be called is asked if it is new."""

    kind: str
    to: Recipient
    context: Mapping | Callable[[], Mapping] = field(default_factory=dict)
    about: models.Model | None = None
    dedupe_key: str | None = None
    not_before: dt.datetime | None = None
    klass: str = Klass.LETTER
    organisation: models.Model | None = None
    calendar: str = ""
    calendar_method: str = ""
    order_key: str = ""


def queue(
    *,
    kind: str,
    to: Recipient,
    about: models.Model | None = None,
    context: Mapping | None = None,
    dedupe_key: str | None = None,
    not_before: dt.datetime | None = None,
    klass: str = Klass.LETTER,
    organisation: models.Model | None = None,
    calendar: str = "",
    calendar_method: str = "",
    order_key: str = "",
) -> OutboxMessage:
    """Write a mail and store it in the caller's transaction; it leaves only if that commits.

    `kind` names the template `mails/<kind>.txt`. `context` holds plain values, of which only `action_url` becomes a
    button; other addresses have keys ending in `_url`. The same `dedupe_key` twice gives the first row again.
    `organisation` is the desk that sees the mail. `calendar` is a calendar file that goes with it, or
    several in a row (`calendar_stream`), with their method.
    Mails of one `order_key` leave in the order of their creation, each when the one before is done with; write them
    under a lock on what they are about. Raises MissingPlaceholder where the template needs a value that the
    context does not hold.
    """
    dedupe_key = _fitting(dedupe_key)
    draft = Draft(
        kind=kind,
        to=to,
        about=about,
        context=context or {},
        dedupe_key=dedupe_key,
        not_before=not_before,
        klass=klass,
        organisation=organisation,
        calendar=calendar,
        calendar_method=calendar_method,
        order_key=order_key,
    )
    if dedupe_key and (existing := OutboxMessage.objects.filter(dedupe_key=dedupe_key).first()):
        return existing
    return _store(_row(draft, written(draft)))


def queue_rendered(
    *,
    to: Recipient | str,
    subject: str,
    body_text: str,
    body_html: str | None = None,
    action_url: str = "",
    klass: str = Klass.SECURITY,
    dedupe_key: str | None = None,
) -> OutboxMessage:
    """Store a mail that somebody else has written (the sign-in pages do).

    Without `body_html` it is laid out like every mail: signed by the portal, with `action_url` as its button.
    """
    reader = to if isinstance(to, Recipient) else Recipient(email=to, name="")
    text = without_controls(body_text.replace("\r\n", "\n"))
    subject = one_line(subject)[:MAX_SUBJECT]
    if body_html is None:
        text, body_html = lay_out(subject, text, language=reader.language, values={"action_url": absolute(action_url)})
    draft = Draft(kind="rendered", to=reader, klass=klass, dedupe_key=_fitting(dedupe_key))
    return _store(_row(draft, Rendered(subject, text, body_html, context={})))


def queue_many(drafts: Iterable[Draft]) -> int:
    """Store many mails at once and answer how many were new; drafts whose key exists are passed over."""
    added = 0
    waiting: list[Draft] = []
    for draft in drafts:
        waiting.append(draft)
        if len(waiting) == BATCH:
            added += _store_many(waiting)
            waiting = []
    return added + _store_many(waiting)


@transaction.atomic
def send_now(*, message: OutboxMessage, actor) -> OutboxMessage:
    """Let a waiting mail leave with the next sweep instead of at its hour."""
    row = MAIL.apply("send_now", message, actor=actor, changes={"next_try_at": timezone.now()})
    hints.after_commit()
    return row


def withhold(*, message: OutboxMessage, actor, reason: str) -> OutboxMessage:
    """Keep a mail back until somebody releases it."""
    changes = {"settled_by": SettledBy.PERSON, "last_error": reason}
    return MAIL.apply("withhold", message, actor=actor, reason=reason, changes=changes)


@transaction.atomic
def release(*, message: OutboxMessage, actor) -> OutboxMessage:
    """Let a withheld mail leave at its hour, or at once where that has passed."""
    changes = {"settled_by": SettledBy.PERSON, "last_error": "", "next_try_at": message.not_before or timezone.now()}
    row = MAIL.apply("release", message, actor=actor, changes=changes)
    hints.after_commit()
    return row


@transaction.atomic
def requeue(*, message: OutboxMessage, actor, reason: str = "") -> OutboxMessage:
    """Send a failed or doubtful mail again, under its old Message-ID, with a fresh set of tries."""
    changes = {
        "settled_by": SettledBy.PERSON,
        "next_try_at": timezone.now(),
        "attempts": 0,
        "is_resent": False,
        "last_error": "",
    }
    row = MAIL.apply("requeue", message, actor=actor, reason=reason, changes=changes)
    hints.after_commit()
    return row


def confirm_sent(*, message: OutboxMessage, actor) -> OutboxMessage:
    """Settle a doubtful mail: its reader says that it has arrived."""
    changes = {"settled_by": SettledBy.PERSON, "sent_at": timezone.now()}
    return MAIL.apply("confirm_sent", message, actor=actor, changes=changes)


def cancel_planned(keys: Iterable[str], *, reason: str) -> int:
    """Strike planned mails that have not left because what they remind of is done or has moved."""
    rows = OutboxMessage.objects.filter(dedupe_key__in=list(keys), state=State.QUEUED)
    return rows.update(
        state=State.CANCELLED, settled_by=SettledBy.PLANNER, last_error=reason, updated_at=timezone.now()
    )


def revive_planned(keys: Iterable[str]) -> int:
    """Put mails back that the plan itself had struck, because they are due again. What a person decided stays."""
    rows = OutboxMessage.objects.filter(
        dedupe_key__in=list(keys),
        state__in=(State.CANCELLED, State.WITHHELD),
        settled_by__in=(SettledBy.PLANNER, SettledBy.RECHECK),
    )
    return rows.update(
        state=State.QUEUED,
        settled_by="",
        last_error="",
        next_try_at=Coalesce("not_before", "created_at"),
        updated_at=timezone.now(),
    )


def message_id_of(key: str) -> str:
    """The Message-ID derived from a key: any second copy can be recognised by us, by the server and by the reader."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_domain(settings.DEFAULT_FROM_EMAIL)}>"


@cache
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _fitting(key: str | None) -> str | None:
    """The key itself, or where it is too long for its column (addresses may be) its beginning and a digest."""
    if key is None or len(key) <= MAX_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: MAX_KEY - len(digest) - 1]}:{digest}"


def written(draft: Draft) -> Rendered:
    """The mail as its recipient will read it."""
    to, context = draft.to, draft.context() if callable(draft.context) else draft.context
    return render(draft.kind, context, language=to.language, zone=to.timezone, recipient_name=to.name)


def _row(draft: Draft, mail: Rendered) -> OutboxMessage:
    validate_email(draft.to.email)
    about, public_id = draft.about, uuid.uuid4()
    return OutboxMessage(
        public_id=public_id,
        kind=draft.kind,
        klass=draft.klass,
        dedupe_key=draft.dedupe_key,
        message_id=message_id_of(draft.dedupe_key or str(public_id)),
        recipient_email=draft.to.email,
        recipient_name=one_line(draft.to.name)[:200],
        language=draft.to.language,
        timezone=draft.to.timezone,
        user_id=draft.to.user_id,
        about_label=about._meta.label_lower if about is not None else "",
        about_pk=str(about.pk) if about is not None else "",
        about_text=str(about)[:300] if about is not None else "",
        organisation=draft.organisation,
        subject=mail.subject,
        body_text=mail.body_text,
        body_html=mail.body_html,
        context=mail.context,
        calendar=draft.calendar,
        calendar_method=draft.calendar_method,
        order_key=_fitting(draft.order_key),
        not_before=draft.not_before,
        next_try_at=draft.not_before or timezone.now(),
    )


def _store(row: OutboxMessage) -> OutboxMessage:
    """Insert the row, or answer the one that somebody else stored under the same key in this moment."""
    if row.dedupe_key is None:
        row.save()
    else:
        OutboxMessage.objects.bulk_create([row], ignore_conflicts=True)
        row = OutboxMessage.objects.get(dedupe_key=row.dedupe_key)
    hints.after_commit()
    return row


@transaction.atomic
def _store_many(drafts: list[Draft]) -> int:
    keys = [draft.dedupe_key for draft in drafts if draft.dedupe_key]
    known = set(OutboxMessage.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    rows = [_row(draft, written(draft)) for draft in drafts if draft.dedupe_key not in known]
    try:
        with transaction.atomic():
            insert_rows(OutboxMessage, rows)
    except IntegrityError:
        # Somebody else has stored one of these keys in this moment, or one of them stands here twice.
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        hints.after_commit()
    return len(rows)
