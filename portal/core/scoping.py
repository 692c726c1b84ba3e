"""Who may see which rows: the only place that turns a person into a filter.

A *seat* (user × organisation × role, perhaps limited to one alliance or programme) opens rows; a model says in its
inner class `Scoping` by which paths it is reached. A model that says nothing shows nothing.

    class Scoping:
        organisations = ("programme__owner", "host")   # reached by seats on these organisations and their parents
        alliances = ("programme__alliance",)           # reached by seats limited to an alliance
        programmes = ("programme",)                    # reached by seats limited to a programme
        desk = ~Q(state="draft")                       # ... but only these rows
        roles = frozenset({...})                       # seats that open the paths above (default: every desk role)
        narrowed = {"role": Q(...)}                    # further seats, which open only these rows, to read
        writers = frozenset({...})                     # seats that may also edit (default: `roles`)
        owners = ("applicant__user",)                  # the person's own rows
        assigned = ("reviews__reviewer",)              # rows given to the person to work on
        public = Q(state="open")                       # rows that everybody may see

A path that opens only some rows is written with its condition: `assigned = {"reviews__reviewer": Q(reviews__state=…)}`.
Over a relation to many rows the condition must be positive: `~Q(…)` there speaks of all related rows, not of this one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.constants import LOOKUP_SEP

EVERYONE = Q()
INTERNAL = frozenset({"note_en"})
PERSON = "accounts.person"


@dataclass(frozen=True)
class OpenSeat:
    """One seat in force today; `organisation_ids` are the organisation, in its `country`, and all its units."""

    role: str
    is_desk: bool
    organisation_ids: frozenset[int]
    country: str = ""
    alliance_id: int | None = None
    programme_id: int | None = None

    @property
    def is_limited(self) -> bool:
        return self.alliance_id is not None or self.programme_id is not None


@dataclass(frozen=True)
class Scope:
    """What a person may reach, computed once a request."""

    user_id: int | None = None
    person_id: int | None = None
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
    def person_ids(self) -> tuple[int, ...]:
        """The person that the user is, for `person__in=`; nobody where the account has no person yet."""
        return () if self.person_id is None else (self.person_id,)

    @property
    def is_desk(self) -> bool:
        return self.is_global or any(seat.is_desk for seat in self.seats)


NOBODY = Scope()


def scope_of(user) -> Scope:
    """The scope of a user; anonymous users and missing users reach nothing."""
    return getattr(user, "scope", NOBODY)


@dataclass(frozen=True)
class Opening:
    """One way into a model's rows: the relations it follows, and which rows it opens.

    A seat is `wide`: it may open most of a table. What is a person's own is a handful of rows.
    """

    path: str
    rows: Q
    wide: bool = False


def _paths(rule, attribute: str) -> Iterable[tuple[str, Q]]:
    """The declared paths, each with the condition under which it opens a row."""
    declared = getattr(rule, attribute, ())
    return declared.items() if isinstance(declared, Mapping) else [(path, EVERYONE) for path in declared]


@cache
def _path_to_person(model: type[models.Model], path: str) -> str:
    """The path without its last hop where that leads from a person to her account; empty where it does not."""
    *stem, last = path.split(LOOKUP_SEP)
    if last != "user" or not stem:
        return ""
    for name in stem:
        model = model._meta.get_field(name).related_model
    return LOOKUP_SEP.join(stem) if model._meta.label_lower == PERSON else ""


def _own_openings(model: type[models.Model], paths: Iterable[tuple[str, Q]], scope: "Scope") -> list[Opening]:
    """What is open to the person herself. Who she is, is known: no row needs to be joined with people to find her."""
    openings = []
    for path, condition in paths:
        if to_person := _path_to_person(model, path):
            path, me = to_person, scope.person_id
        else:
            me = scope.user_id
        if me is not None:
            openings.append(Opening(path, Q(**{path: me}) & condition))
    return openings


def _openings(paths: Iterable[tuple[str, Q]], suffix: str, value, only_if: Q = EVERYONE) -> list[Opening]:
    return [
        Opening(path, Q(**{f"{path}{suffix}": value}) & condition & only_if, wide=True) for path, condition in paths
    ]


def _seat_openings(rule, scope: Scope, roles: frozenset[str] | None, only_if: Q = EVERYONE) -> list[Opening]:
    """What the seats in `roles` open."""
    openings, only_if = [], getattr(rule, "desk", EVERYONE) & only_if
    for attribute, ids in (
        ("organisations", scope.organisation_ids(roles)),
        ("alliances", scope.alliance_ids(roles)),
        ("programmes", scope.programme_ids(roles)),
    ):
        if ids:
            openings += _openings(_paths(rule, attribute), "__in", ids, only_if)
    return openings


@cache
def _first_of_many(model: type[models.Model], path: str) -> str:
    """The beginning of the path up to its first relation with many rows at the other end; empty if it has none."""
    names = path.split(LOOKUP_SEP)
    for position, name in enumerate(names, start=1):
        if name == "pk":
            break
        relation = model._meta.get_field(name)
        if relation.one_to_many or relation.many_to_many:
            return LOOKUP_SEP.join(names[:position])
        model = relation.related_model
    return ""


def _looked_up(rows: models.QuerySet) -> Subquery:
    """Whether there is such a row, as a value: unlike an EXISTS, PostgreSQL finds it anew for each row of the list."""
    return Subquery(rows.values(there=Value(True))[:1], output_field=models.BooleanField())


class ScopedQuerySet(models.QuerySet):
    """A queryset that knows its readers. Edges (views, admin, forms, tasks for a person) start from `visible_to`."""

    def _within(self, openings: list[Opening]):
        """Rows with at least one opening.

        Each relation to many rows (a person's applications, a person's stays) is asked about in a subquery of its own:
        joined side by side they would be multiplied with each other before the condition sorts them out. PostgreSQL
        works an EXISTS out once for the whole table, which is right for a few rows; what a seat opens is a value looked
        up for each row, because a page must not wait until everything of the last twenty years has been gathered.
        """
        if not openings:
            return self.none()
        every = self.model._base_manager
        rows = Q()
        by_relation: dict[tuple[str, bool], Q] = {}
        for opening in openings:
            if relation := _first_of_many(self.model, opening.path):
                key = (relation, opening.wide)
                by_relation[key] = by_relation.get(key, Q()) | opening.rows
            else:
                rows |= opening.rows
        for (_relation, wide), condition in by_relation.items():
            same = every.filter(condition, pk=OuterRef("pk")).order_by()
            rows |= Q(_looked_up(same) if wide else Exists(same))
        # What is left joins one row at most: nothing is multiplied, filters chained behind it cannot widen it, and the
        # database can walk the order of a list and stop after its first page.
        return self.filter(rows)

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
        openings = _seat_openings(rule, scope, getattr(rule, "roles", None))
        for role, rows in getattr(rule, "narrowed", {}).items():
            openings += _seat_openings(rule, scope, frozenset({role}), rows)
        if public is not None:
            openings.append(Opening("pk", public))
        if scope.user_id is not None:
            openings += _own_openings(self.model, _paths(rule, "owners"), scope)
            openings += _own_openings(self.model, _paths(rule, "assigned"), scope)
        return self._within(openings)

    def owned_by(self, user):
        """The person's own rows: the part of `visible_to` that no seat and no task given to her opens.

        For the pages about what is one's own, which then ask nothing about the other ways in.
        """
        rule = getattr(self.model, "Scoping", None)
        return self._within(_own_openings(self.model, _paths(rule, "owners"), scope_of(user)))

    def editable_by(self, user):
        """Rows this person's seats may change at the desk: never by being public, owned or assigned."""
        scope, rule = scope_of(user), getattr(self.model, "Scoping", None)
        if scope.is_global:
            return self
        if rule is None:
            return self.none()
        return self._within(_seat_openings(rule, scope, getattr(rule, "writers", getattr(rule, "roles", None))))


def may_show_rows(user, model: type[models.Model]) -> bool:
    """Whether a row of the model could be open to this person at the desk; one's own rows stand on one's own pages."""
    scope, rule = scope_of(user), getattr(model, "Scoping", None)
    if scope.is_global or getattr(rule, "public", None) is not None or getattr(rule, "assigned", ()):
        return True
    seats = scope.seats_in(getattr(rule, "roles", None)) or scope.seats_in(frozenset(getattr(rule, "narrowed", ())))
    return rule is not None and bool(seats)


def internal_fields(model: type[models.Model]) -> frozenset[str]:
    """Notes on rows that others read as well: for those who may edit the row. A table of the whole house has none."""
    rule = getattr(model, "Scoping", None)
    is_owned = any(getattr(rule, name, ()) for name in ("organisations", "alliances", "programmes"))
    if getattr(rule, "public", None) is None or not is_owned:
        return frozenset()
    return INTERNAL & {field.name for field in model._meta.fields}


Predicate = Callable[[object, object], bool]
