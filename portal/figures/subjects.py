"""What a figure is about: an alliance, a programme, a call …, found by its natural key."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.scoping import ScopedQuerySet, scope_of


@dataclass(frozen=True)
class Kind:
    """Where subjects of one kind are found, and the seats to which the whole of one belongs.

    `organisations`, `alliances` and `programmes` are paths from the subject: a desk's seat at the end of one of them
    reads the whole figure. `grouping` marks a word that several records share instead of a record of its own.
    """

    label: str
    model: str
    key: str = "code"
    organisations: tuple[str, ...] = ()
    alliances: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    grouping: bool = False

    @property
    def rows(self) -> ScopedQuerySet:
        return apps.get_model(self.model)._default_manager.all()

    def covered_by(self, user, roles: frozenset[str] | None = None) -> ScopedQuerySet:
        """Subjects of this kind that the person's seats cover; `roles` None means every desk role."""
        scope = scope_of(user)
        if scope.is_global:
            return self.rows
        ways = [
            Q(**{f"{path}__in": ids})
            for paths, ids in (
                (self.organisations, scope.organisation_ids(roles)),
                (self.alliances, scope.alliance_ids(roles)),
                (self.programmes, scope.programme_ids(roles)),
            )
            if ids
            for path in paths
        ]
        if not ways:
            return self.rows.none()
        # A subject with two members among the person's organisations is still one subject.
        return self.rows.filter(pk__in=self.rows.filter(reduce(or_, ways)).values("pk"))


_ALLIANCE = ("lead", "members__organisation")


def _below(path: str) -> tuple[str, ...]:
    return tuple(f"{path}__{step}" for step in _ALLIANCE)


KINDS: dict[str, Kind] = {
    "alliance": Kind(gettext_lazy("alliance"), "alliances.Alliance", organisations=_ALLIANCE, alliances=("pk",)),
    "programme": Kind(
        gettext_lazy("programme"),
        "programmes.Programme",
        organisations=("owner", *_below("alliance")),
        alliances=("alliance",),
        programmes=("pk",),
    ),
    "call": Kind(
        gettext_lazy("call"),
        "programmes.Call",
        organisations=("programme__owner", *_below("programme__alliance")),
        alliances=("programme__alliance",),
        programmes=("programme",),
    ),
    "event": Kind(
        gettext_lazy("event"),
        "workshops.Event",
        organisations=("host_organisation", *_below("alliance")),
        alliances=("alliance",),
    ),
    "series": Kind(
        gettext_lazy("series of events"),
        "workshops.Event",
        key="series_code",
        organisations=("host_organisation", *_below("alliance")),
        alliances=("alliance",),
        grouping=True,
    ),
    "cohort": Kind(
        gettext_lazy("cohort"),
        "startups.Cohort",
        organisations=("programme__owner", *_below("programme__alliance")),
        alliances=("programme__alliance",),
        programmes=("programme",),
    ),
    "organisation": Kind(gettext_lazy("organisation"), "alliances.Organisation", organisations=("pk",)),
}


class SubjectError(LookupError):
    """No such subject; the message is a sentence for whoever asked."""


@dataclass(frozen=True)
class Subject:
    """One thing that figures are about. `row` is the record (for a grouping: one of its records)."""

    kind: str
    key: str
    row: Any

    @classmethod
    def of(cls, kind: str, row: models.Model) -> "Subject":
        return cls(kind, getattr(row, KINDS[kind].key), row)

    def __str__(self) -> str:
        return self.key if KINDS[self.kind].grouping else str(self.row)

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind].label)

    @property
    def natural_key(self) -> str:
        """The key that finds this subject again, whatever else has the same code."""
        return f"{self.kind}:{self.key}"

    def belongs_to(self, user, roles: frozenset[str] | None = None) -> bool:
        """Whether a seat of this person (of one of `roles`; any desk's) covers it: then its whole figure is hers."""
        kind = KINDS[self.kind]
        return kind.covered_by(user, roles).filter(**{kind.key: self.key}).exists()

    @property
    def alliance(self):
        """The alliance it is part of; None where there is none."""
        return self.row if self.kind == "alliance" else self._first(KINDS[self.kind].alliances)

    @property
    def organisation(self):
        """The organisation that answers for it."""
        return self.row if self.kind == "organisation" else self._first(KINDS[self.kind].organisations)

    def _first(self, paths: tuple[str, ...]):
        found = self.row
        for name in paths[0].split("__") if paths else ():
            found = getattr(found, name, None)
        return found if paths else None


def find_subject(text: str, kinds: tuple[str, ...] | None = None) -> Subject:
    """The subject with this natural key, among `kinds`; `kind:key` where the key alone would not do."""
    wanted, colon, key = text.partition(":")
    if not colon:
        wanted, key = "", text
    elif wanted not in KINDS:
        raise SubjectError(
            _("“%(kind)s” is no kind of subject. Use one of: %(kinds)s.") % {"kind": wanted, "kinds": ", ".join(KINDS)}
        )
    among = [kind for kind in kinds or KINDS if not wanted or kind == wanted]
    for kind in among:
        row = KINDS[kind].rows.filter(**{KINDS[kind].key: key}).first() if key else None
        if row is not None:
            return Subject(kind, key, row)
    raise SubjectError(
        _("There is no %(kinds)s with the code “%(key)s”.")
        % {"kinds": " / ".join(str(KINDS[kind].label) for kind in among or KINDS), "key": key}
    )
