"""Who may see which rows: the only place that turns a person into a filter.

A *seat* (user × organisation × role, perhaps limited to one alliance or programme) opens rows; a model says in its
inner class `Scoping` by which paths it is reached. A model that says nothing shows nothing.

    class Scoping:
        organisations = ("programme__owner", "host")   # reached by seats on these organisations and their parents
        alliances = ("programme__alliance",)           # reached by seats limited to an alliance
        programmes = ("programme",)                    # reached by seats limited to a programme
        desk = ~Q(state="draft")                       # ... but only these rows
        roles = frozenset({...})                       # seats that open the paths above (default: every desk role)
        writers = frozenset({...})                     # seats that may also edit (default: `roles`)
        owners = ("applicant__user",)                  # the person's own rows
        assigned = ("reviews__reviewer",)              # rows given to the person to work on
        assigned_when = ~Q(state="draft")              # ... but only these rows
        public = Q(state="open")                       # rows that everybody may see
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q


@dataclass(frozen=True)
class OpenSeat:
    """One seat in force today; `organisation_ids` are the organisation and all its units."""

    role: str
    is_desk: bool
    organisation_ids: frozenset[int]
    alliance_id: int | None = None
    programme_id: int | None = None

    @property
    def is_limited(self) -> bool:
        return self.alliance_id is not None or self.programme_id is not None


@dataclass(frozen=True)
class Scope:
    """What a person may reach, computed once a request."""

    user_id: int | None = None
    is_global: bool = False
    seats: tuple[OpenSeat, ...] = field(default=())

    def seats_in(self, roles: frozenset[str] | None) -> list[OpenSeat]:
        return [seat for seat in self.seats if (seat.role in roles if roles is not None else seat.is_desk)]

    def organisation_ids(self, roles: frozenset[str] | None = None) -> frozenset[int]:
        """Organisations opened by seats without a narrower limit; `roles` None means every desk role."""
        return frozenset().union(*(s.organisation_ids for s in self.seats_in(roles) if not s.is_limited))

    def alliance_ids(self, roles: frozenset[str] | None = None) -> frozenset[int]:
        return frozenset(s.alliance_id for s in self.seats_in(roles) if s.alliance_id is not None)

    def programme_ids(self, roles: frozenset[str] | None = None) -> frozenset[int]:
        return frozenset(s.programme_id for s in self.seats_in(roles) if s.programme_id is not None)

    @property
    def is_desk(self) -> bool:
        return self.is_global or any(seat.is_desk for seat in self.seats)


NOBODY = Scope()


def scope_of(user) -> Scope:
    """The scope of a user; anonymous users and missing users reach nothing."""
    return getattr(user, "scope", NOBODY)


def _any_of(paths: tuple[str, ...], suffix: str, value) -> Q:
    rows = Q()
    for path in paths:
        rows |= Q(**{f"{path}{suffix}": value})
    return rows


def _seat_rows(rule, scope: Scope, roles: frozenset[str] | None) -> Q | None:
    """Rows opened by seats in `roles`, or None where no seat opens any."""
    rows = Q()
    for attribute, ids in (
        ("organisations", scope.organisation_ids(roles)),
        ("alliances", scope.alliance_ids(roles)),
        ("programmes", scope.programme_ids(roles)),
    ):
        paths = getattr(rule, attribute, ())
        if paths and ids:
            rows |= _any_of(paths, "__in", ids)
    if not rows:
        return None
    desk = getattr(rule, "desk", None)
    return rows & desk if desk is not None else rows


class ScopedQuerySet(models.QuerySet):
    """A queryset that knows its readers. Edges (views, admin, forms, tasks for a person) start from `visible_to`."""

    def _within(self, *conditions: Q | None):
        found = [condition for condition in conditions if condition is not None and condition]
        if not found:
            return self.none()
        rows = found[0]
        for condition in found[1:]:
            rows |= condition
        # A subquery, not a join: no duplicates when a path crosses many-to-many, no widening by chained filters.
        return self.filter(pk__in=self.model._base_manager.filter(rows).values("pk"))

    def visible_to(self, user):
        """Rows this person may see; none, unless the model declares how it is reached."""
        scope, rule = scope_of(user), getattr(self.model, "Scoping", None)
        if scope.is_global:
            return self
        if rule is None:
            return self.none()
        public = getattr(rule, "public", None)
        if public is not None and not public:  # an empty Q: every row is public
            return self
        owned = assigned = None
        if scope.user_id is not None:
            owned = _any_of(getattr(rule, "owners", ()), "", scope.user_id)
            assigned = _any_of(getattr(rule, "assigned", ()), "", scope.user_id)
            if assigned:
                assigned &= getattr(rule, "assigned_when", Q())
        return self._within(public, owned, assigned, _seat_rows(rule, scope, getattr(rule, "roles", None)))

    def editable_by(self, user):
        """Rows this person's seats may change at the desk: never by being public, owned or assigned."""
        scope, rule = scope_of(user), getattr(self.model, "Scoping", None)
        if scope.is_global:
            return self
        if rule is None:
            return self.none()
        return self._within(_seat_rows(rule, scope, getattr(rule, "writers", getattr(rule, "roles", None))))


EVERYONE = Q()

Predicate = Callable[[object, object], bool]
