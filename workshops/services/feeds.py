"""The secret address of a personal calendar: given, renewed, ended."""

import datetime as dt

from django.db import transaction

from portal.core import audit
from portal.core.links import LinkExpired, find_by_token, give_token, revoke_token
from workshops.models import CalendarFeed
from workshops.models.feed import LASTS


@transaction.atomic
def renew_feed(*, user, now: dt.datetime) -> str:
    """Give the person a new address, which ends the one before; answers its token."""
    feed = CalendarFeed.objects.get_or_create(user=user)[0]
    token = give_token(feed, expires_at=now + LASTS)
    feed.save()
    audit.record("calendar_feed.renew", feed, actor=user)
    return token


@transaction.atomic
def revoke_feed(*, user) -> None:
    """End the address; calendars that use it find nothing any more."""
    feed = CalendarFeed.objects.filter(user=user).exclude(token_hash="").first()
    if feed is None:
        return
    revoke_token(feed)
    feed.save()
    audit.record("calendar_feed.revoke", feed, actor=user)


def feed_behind(*, token: str, now: dt.datetime) -> CalendarFeed | None:
    """The calendar of an address that holds."""
    try:
        return find_by_token(CalendarFeed.objects.select_related("user__person"), token=token, now=now)
    except LinkExpired:
        return None
