"""Personal links of the people of a mission, and the addresses of their calendar feeds."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac

from portal.core import audit
from portal.core.links import find_by_token, give_token, hash_of
from portal.core.workflow import lock
from workshops.emails import meetings as mails
from workshops.models import Delegate, Delegation, Meeting
from workshops.rules import meetings as rules

# Follow-ups are asked for until half a year after the mission.
LINK_LIVES_AFTER = dt.timedelta(days=200)
RENEWED_FOR = dt.timedelta(days=30)
FEED_PURPOSE = "workshops.delegate.feed"
# What a page about a delegate shows.
DELEGATE_PARTS = ("person__user", "company", "delegation__event__host_organisation")


# -- personal links ----------------------------------------------------------------------------------------------------
@transaction.atomic
def send_links(*, delegation: Delegation, actor, now: dt.datetime) -> int:
    """Mail everybody who comes the way to her pages."""
    _require(rules.runs_mission(actor, delegation))
    people = delegation.delegates.filter(cancelled_at=None).select_related("person__user", "delegation__event")
    count = 0
    for delegate in people.order_by("pk"):
        _mail_link(delegate, now)
        count += 1
    audit.record("mission.send_links", delegation, actor=actor, number=count)
    return count


@transaction.atomic
def send_link(*, delegate: Delegate, actor, now: dt.datetime) -> Delegate:
    """Mail one person the way to her pages (again)."""
    _require(rules.looks_after(actor, delegate))
    _mail_link(delegate, now)
    audit.record("mission.send_link", delegate, actor=actor)
    return delegate


def _mail_link(delegate: Delegate, now: dt.datetime) -> None:
    ensure_link(delegate, now=now)
    mails.mission_link(delegate)


def ensure_link(delegate: Delegate, *, now: dt.datetime) -> None:
    """See to it that somebody without sign-in has a link that works; one that works stays as it is."""
    if delegate.person.user_id or (delegate.token_hash and delegate.token_expires_at > now):
        return
    last_day = delegate.delegation.event.ends_on or now.date()
    ends = dt.datetime.combine(last_day, dt.time.max, dt.UTC)
    give_token(delegate, expires_at=max(ends, now) + LINK_LIVES_AFTER)
    delegate.save(update_fields=["token_hash", "token_expires_at", "updated_at"])


def ensure_links_of(meeting: Meeting, *, now: dt.datetime) -> None:
    """The same for everybody in a meeting, before they are written to."""
    for delegate in mails.delegates_in(meeting).values():
        ensure_link(delegate, now=now)


def behind_link(*, token: str, now: dt.datetime) -> Delegate | None:
    """The person of a mailed link, None where there is none. Raises LinkExpired for one that is too old."""
    return find_by_token(Delegate.objects.select_related(*DELEGATE_PARTS), token=token, now=now)


@transaction.atomic
def renew_link(*, delegate: Delegate, now: dt.datetime) -> None:
    """Mail a new link to the same address; the old one stops working."""
    row = lock(delegate)
    give_token(row, expires_at=now + RENEWED_FOR)
    row.save(update_fields=["token_hash", "token_expires_at", "updated_at"])
    audit.record("mission.renew_link", row, actor=None)
    mails.mission_link(row)


# -- feeds -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def new_feed(*, delegate: Delegate, actor=None) -> str:
    """Give the person an address for her calendar program; the one before stops working."""
    if actor is not None and not rules.is_person(actor, delegate.person):
        raise PermissionDenied("feed")
    row = lock(delegate)
    row.feed_version += 1
    token = feed_token(row)
    row.feed_hash = hash_of(token)
    row.save(update_fields=["feed_version", "feed_hash", "updated_at"])
    delegate.feed_version, delegate.feed_hash = row.feed_version, row.feed_hash
    audit.record("mission.new_feed", row, actor=actor)
    return token


def feed_token(delegate: Delegate) -> str:
    """The secret of the person's feed: known to who holds SECRET_KEY; the database keeps its hash."""
    return salted_hmac(FEED_PURPOSE, f"{delegate.public_id}:{delegate.feed_version}", algorithm="sha256").hexdigest()


def behind_feed(*, token: str) -> Delegate | None:
    return Delegate.objects.select_related(*DELEGATE_PARTS).filter(feed_hash=hash_of(token)).first() if token else None


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied("mission")
