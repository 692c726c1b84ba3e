"""What a picture shows is kept for a few minutes: it changes by the day, and the history behind it is long."""

import hashlib
from collections.abc import Callable

from django.core.cache import cache

from portal.core.scoping import scope_of

SECONDS = 300


def kept(name: str, *parts, gather: Callable[[], object]):
    """The plain data of a picture for these parts (whose, which year, which day), gathered where it is not kept."""
    key = ":".join(str(part) for part in ("picture", name, *parts))
    return cache.get_or_set(key, gather, SECONDS)


def sight_of(user) -> str:
    """What a person reaches, as part of a key: with the end of a seat, nothing kept from its time is found again."""
    scope = scope_of(user)
    seats = sorted(
        (seat.role, seat.alliance_id or 0, seat.programme_id or 0, *sorted(seat.organisation_ids))
        for seat in scope.seats
    )
    return hashlib.sha256(repr((scope.user_id, scope.person_id, scope.is_global, seats)).encode()).hexdigest()
