"""The last question before a mail leaves: is it still true? Apps register the answer for their kinds of mail."""

import datetime as dt
from collections.abc import Callable

from portal.outbox.models import OutboxMessage

# Answers why the mail should not go out any more, or "" where it still should.
Recheck = Callable[[OutboxMessage, dt.datetime], str]

_rechecks: dict[str, Recheck] = {}


def register(kind: str, recheck: Recheck) -> None:
    if _rechecks.setdefault(kind, recheck) is not recheck:
        raise ValueError(f"mails of kind {kind!r} already have a recheck")


def objection(message: OutboxMessage, now: dt.datetime) -> str:
    """Why this mail should not go out, or "" where nothing speaks against it."""
    recheck = _rechecks.get(message.kind)
    return recheck(message, now) if recheck else ""
