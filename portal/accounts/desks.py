"""Who sits at a desk today: the readers of a mail to an office."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from portal.accounts.models import User
from portal.accounts.models.user import Seat
from portal.core.once import is_reading_once, once


def users_at(roles: str | Iterable[str], organisation, *, today: dt.date, programme=None) -> list[User]:
    """Users with a seat of one of `roles` that covers the organisation: on it or on what it is part of.

    Seats limited to an alliance or a programme count only for that `programme` or its alliance. Ordered by address.
    """
    if organisation is None:
        return []
    wanted = {roles} if isinstance(roles, str) else set(roles)
    alliances = {None, programme.alliance_id if programme else None}
    programmes = {None, programme.pk if programme else None}
    users = {
        seat.user_id: seat.user
        for seat in _seats_covering(organisation, today)
        if seat.role in wanted and seat.alliance_id in alliances and seat.programme_id in programmes
    }
    return sorted(users.values(), key=lambda user: user.email)


def _seats_covering(organisation, today: dt.date) -> list[Seat]:
    covering = [int(pk) for pk in organisation.lineage.strip("/").split("/") if pk]
    if not is_reading_once():
        return list(_seats(today).filter(organisation__in=covering))
    everywhere = _all_seats(today)
    return [seat for pk in covering for seat in everywhere.get(pk, ())]


@once
def _all_seats(today: dt.date) -> Mapping[int, list[Seat]]:
    """Every seat by its organisation: who asks about many offices reads all of them in one query."""
    found: defaultdict[int, list[Seat]] = defaultdict(list)
    for seat in _seats(today):
        found[seat.organisation_id].append(seat)
    return found


def _seats(today: dt.date):
    return Seat.objects.in_force(today).filter(user__is_active=True).select_related("user__person")


def nearest_with_desk(role: str, organisation, *, today: dt.date):
    """The organisation itself or the closest one above it that has a seat of `role`; None where there is none."""
    at = organisation
    while at is not None:
        if Seat.objects.in_force(today).filter(role=role, organisation=at).exists():
            return at
        at = at.parent
    return None
