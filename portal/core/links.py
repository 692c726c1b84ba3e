"""Personal links: good for one record and one purpose, for a while, without an account.

The secret is known to the mail and to who holds SECRET_KEY; the database keeps only its hash.
"""

import base64
import datetime as dt
import hashlib
from typing import Any, ClassVar

from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.core.workflow import StepError


class LinkedModel(models.Model):
    """A row that somebody may open by a personal link. A row has one link at a time; an empty hash means none.

    `link_purpose` keeps links of different kinds apart, so that one never opens another.
    """

    token_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)

    link_purpose: ClassVar[str]

    class Meta:
        abstract = True


class LinkExpired(StepError):
    """The link was good once; `row` is what it opened, and its holder may be mailed a new one."""

    def __init__(self, row: Any):
        super().__init__(_("This link has expired. We can send a new one to the same address."))
        self.row = row


def token_of(row) -> str:
    """The token of the row's current link: the same until a new one is given, so that reminders can repeat it."""
    about = f"{row.public_id}:{row.token_expires_at.isoformat()}"
    digest = salted_hmac(row.link_purpose, about, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def give_token(row, *, expires_at: dt.datetime) -> str:
    """Give the row a new link, which ends the one before; the caller saves `token_hash` and `token_expires_at`."""
    row.token_expires_at = expires_at
    token = token_of(row)
    row.token_hash = hash_of(token)
    return token


def revoke_token(row) -> None:
    """End the row's link; the caller saves `token_hash`."""
    row.token_hash = ""


def find_by_token(rows: models.QuerySet, *, token: str, now: dt.datetime):
    """The row that the link opens, None where there is none. Raises LinkExpired for a link that is too old."""
    row = rows.filter(token_hash=hash_of(token)).first() if token else None
    if row is not None and row.token_expires_at <= now:
        raise LinkExpired(row)
    return row
