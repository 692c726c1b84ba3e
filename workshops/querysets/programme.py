"""Questions about rooms, sessions and clashes."""

import datetime as dt

from django.db.models import Q

from portal.core.scoping import ScopedQuerySet

# States of an event in which nobody need come.
CALLED_OFF = ("cancelled", "postponed")


class RoomQuerySet(ScopedQuerySet):
    def usable_by(self, event):
        """The rooms of the event and those that the events of its host share; hidden ones are offered no more."""
        return self.filter(_belongs(event), is_hidden=False)

    def of(self, event):
        """Every room that a timetable of the event may name."""
        return self.filter(_belongs(event) | Q(sessions__event=event)).distinct()


class SessionQuerySet(ScopedQuerySet):
    def placed(self):
        return self.filter(starts_at__isnull=False)

    def taking_place(self):
        """What occupies its room and its people."""
        return self.placed().exclude(state="cancelled")

    def shown(self):
        """The public timetable: breaks too, reservations and drafts never; what was public and is cancelled stays."""
        was_public = Q(state="cancelled", sequence__gte=1)
        return self.placed().exclude(kind="blocker").filter(Q(state="confirmed") | was_public)

    def in_calendars(self):
        """What stands in the calendars of its people: agreed, placed, and its event is on."""
        return self.placed().filter(state="confirmed").exclude(event__state__in=CALLED_OFF)

    def coming_up(self, now: dt.datetime):
        return self.taking_place().filter(ends_at__gt=now)


class ClashQuerySet(ScopedQuerySet):
    def standing(self):
        """Found, not gone."""
        return self.filter(gone_at=None)

    def unanswered(self):
        """Standing, and nobody has said why it may stay."""
        return self.standing().filter(overridden_at=None)


def _belongs(event) -> Q:
    return Q(event=event) | Q(event=None, organisation__in=_sites(event))


def _sites(event) -> list[int]:
    """The host and what it is part of: a unit uses the rooms of its university."""
    return [int(pk) for pk in event.host_organisation.lineage.strip("/").split("/") if pk]
