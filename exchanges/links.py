"""The secret of a personal link: known to the mail and to who holds SECRET_KEY; the database keeps only its hash."""

import base64
import hashlib

from django.utils.crypto import salted_hmac


def token_of(approval) -> str:
    """The token of the approval's current link: the same until a new one is given, so that reminders can repeat it."""
    about = f"{approval.public_id}:{approval.token_expires_at.isoformat()}"
    digest = salted_hmac("exchanges.approval_link", about, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
