"""Personal links that were lost or have become too old: mailed to the address on record and nowhere else."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.core import audit
from portal.core.links import give_token
from portal.core.workflow import lock
from workshops.emails import registration as emails
from workshops.models import Event, Registration
from workshops.models.registration import normal_email
from workshops.rules.registration import may_get_a_link
from workshops.services.registration.signup import link_expiry


@transaction.atomic
def renew_link(*, registration: Registration, actor=None, now: dt.datetime) -> Registration:
    """Mail a fresh link; the old one stops working. Without an actor somebody asked for it who held an old one."""
    if actor is not None and not may_get_a_link(actor, registration):
        raise PermissionDenied("renew_link")
    row = lock(registration)
    give_token(row, expires_at=link_expiry(row.event, now))
    row.save(update_fields=["token_hash", "token_expires_at", "updated_at"])
    audit.record("registration.renew_link", row, actor=actor, audience=audit.DESKS)
    emails.link_renewed(row)
    registration.refresh_from_db()
    return row


@transaction.atomic
def mail_link(*, event: Event, email: str, now: dt.datetime) -> None:
    """Mail the link of whoever is registered with this address, also when registration is over.

    No screen tells whether somebody is. A link that works goes on working, so nobody ends the link of another.
    """
    row = Registration.objects.filter(event=event, email_key=normal_email(email)).live().first()
    if row is None:
        return
    if row.token_expires_at is None or row.token_expires_at <= now:
        renew_link(registration=row, now=now)
    else:
        emails.link_repeated(row, now)
