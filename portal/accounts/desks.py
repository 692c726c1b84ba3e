"""Who sits at a desk today: the readers of a mail to an office."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from portal.accounts.models import User
from portal.accounts.models.user import Seat


def users_at(roles: str | Iterable[str], organisation, *, today: dt.date, programme=None) -> list[User]:
    """Users with a seat of one of `roles` that covers the organisation: on it or on what it is part of.

    Seats limited to an alliance or a programme count only for that `programme` or its alliance. Ordered by address.
    """
    if organisation is None:
        return []
    wanted = [roles] if isinstance(roles, str) else list(roles)
    covering = [int(pk) for pk in organisation.lineage.strip("/").split("/") if pk]
    for_alliance = Q(alliance=None)
    for_programme = Q(programme=None)
    if programme is not None:
        for_programme |= Q(programme=programme)
        if programme.alliance_id:
            for_alliance |= Q(alliance=programme.alliance_id)
    seats = Seat.objects.in_force(today).filter(for_alliance, for_programme, role__in=wanted, organisation__in=covering)
    return list(
        User.objects.filter(is_active=True, pk__in=seats.values("user")).select_related("person").order_by("email")
    )


def nearest_with_desk(role: str, organisation, *, today: dt.date):
    """The organisation itself or the closest one above it that has a seat of `role`; None where there is none."""
    at = organisation
    while at is not None:
        if Seat.objects.in_force(today).filter(role=role, organisation=at).exists():
            return at
        at = at.parent
    return None
