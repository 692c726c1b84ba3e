"""Which figures exist: apps declare a formula with the rows it runs over, or say which records are still missing."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.dates import FiscalCalendar
from portal.core.scoping import ScopedQuerySet
from portal.figures.measures import Measure
from portal.figures.periods import CALENDAR_ZONES, Period
from portal.figures.subjects import KINDS, Subject


class Unit(models.TextChoices):
    COUNT = "count", pgettext_lazy("unit", "number")
    PERCENT = "percent", _("per cent")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    BUSINESS_DAYS = "business_days", _("working days")
    RATIO = "ratio", _("ratio")
    FTE = "fte", _("full-time equivalents")
    BOOLEAN = "boolean", _("yes or no")
    CURRENCY = "currency", _("money")


class Basis(models.TextChoices):
    """What a figure is taken over, in the words of the catalogue."""

    DATE = "date", _("on a day")
    MARCH = "date_31_march", _("on 31 March")
    FISCAL_YEAR = "fiscal_year", _("fiscal year")
    CALENDAR_YEAR = "calendar_year", _("calendar year")
    PERIOD = "period", _("any period")
    CALL = "call", _("one call")
    COHORT = "cohort", _("one cohort")
    EVENT = "event", _("one event")
    SERIES = "series", _("one series of events")
    MISSION = "mission", _("one mission")

    @property
    def is_day(self) -> bool:
        return self in (Basis.DATE, Basis.MARCH)

    @property
    def is_subject(self) -> bool:
        """Taken over one thing rather than over a stretch of time."""
        return self in (Basis.CALL, Basis.COHORT, Basis.EVENT, Basis.SERIES, Basis.MISSION)


class ToMany(str):
    """A path from a row to its subject that meets several records on the way."""


# How rows of a model are named to people and machines, as its source says.
_keys: dict[type[models.Model], tuple[str, ...]] = {}


@dataclass(frozen=True)
class Source:
    """The rows of a figure: their model, paths to subjects by kind, the natural key, the mark of invented rows."""

    model: Any  # a scoped model class
    paths: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    key: tuple[str, ...] = ("code",)
    demo: str = "is_demo"

    def __post_init__(self):
        _keys[self.model] = self.key

    def of(self, subject: Subject | None) -> ScopedQuerySet:
        rows = self.model._default_manager.order_by()
        if subject is None:
            return rows
        paths = self.paths[subject.kind]
        condition = reduce(
            or_, (self._reached(path, subject) for path in ([paths] if isinstance(paths, str) else paths))
        )
        return rows.filter(condition)

    def _reached(self, path: str, subject: Subject) -> Q:
        if KINDS[subject.kind].grouping:
            condition = Q(**{path: subject.key})
        elif subject.kind == "organisation":  # an organisation with all its units
            condition = Q(**{f"{path}__lineage__startswith": subject.row.lineage})
        else:
            condition = Q(**{path: subject.row.pk})
        if isinstance(path, ToMany):
            return Q(pk__in=self.model._base_manager.filter(condition).values("pk"))
        return condition


@dataclass(frozen=True)
class Ask:
    """One question to a formula: which period and subject, as of which today, with or without invented rows."""

    figure: "Figure"
    period: Period
    subject: Subject | None
    today: dt.date
    reader: object | None = None  # narrows the rows to what this person may see
    with_demo: bool = False

    @property
    def day(self) -> dt.date:
        """The day a figure of the kind “on a day” speaks of."""
        return self.period.last or self.today

    def rows(self, source: Source | None = None) -> Any:
        """The rows of the figure (or of another source) that belong to the subject, with their named questions."""
        source = source or self.figure.source
        rows = source.of(self.subject)
        if not self.with_demo:
            rows = rows.filter(**{source.demo: False})
        return rows if self.reader is None else rows.visible_to(self.reader)

    @property
    def real(self) -> Q:
        """Leaves invented rows out where a formula reads a table beside its own."""
        return Q() if self.with_demo else Q(is_demo=False)


Formula = Callable[[Ask], Measure]


@dataclass(frozen=True)
class Figure:
    """One declared figure. `missing` names the records the portal does not keep yet; then there is no formula."""

    code: str
    unit: Unit
    basis: Basis
    source: Source | None = None
    formula: Formula | None = None
    counts_people: bool = False
    missing: str = ""
    targets_size: bool = False  # targets speak of the denominator, not of the share

    @property
    def subjects(self) -> tuple[str, ...]:
        """The kinds of subject it can be asked about."""
        return tuple(self.source.paths) if self.source else ()

    @property
    def is_computed(self) -> bool:
        return self.formula is not None

    def period_in(self, year: int, calendar: str, *, today: dt.date) -> Period:
        """What the figure is taken over when people ask for a fiscal year: the year, its last day, the civil year."""
        if self.basis == Basis.CALENDAR_YEAR:
            return Period.calendar(year, CALENDAR_ZONES[FiscalCalendar(calendar)])
        whole = Period.fiscal(year, calendar)
        if not self.basis.is_day:
            return whole
        last = dt.date(whole.last.year, 3, 31) if self.basis == Basis.MARCH else whole.last
        return Period.on(min(last, max(today, whole.first)), whole.zone)


_figures: dict[str, Figure] = {}
PARTS = "CXWS"  # core, exchanges, workshops, startups: the order of the catalogue


def figure(
    code: str,
    *,
    unit: Unit,
    basis: Basis,
    source: Source,
    counts_people: bool = False,
    targets_size: bool = False,
):
    """Decorator: this formula computes the figure `code` over `source`."""

    def register(formula: Formula) -> Formula:
        _declare(Figure(code, unit, basis, source, formula, counts_people, targets_size=targets_size))
        return formula

    return register


def not_yet(code: str, *, unit: Unit, basis: Basis, missing: str) -> None:
    """The figure `code` waits for records that the portal does not keep yet."""
    _declare(Figure(code, unit, basis, missing=missing))


def _declare(declared: Figure) -> None:
    if _figures.setdefault(declared.code, declared) is not declared:
        raise ValueError(f"figure {declared.code} is declared twice")


def codes() -> list[str]:
    return sorted(_figures, key=lambda code: (PARTS.index(code[0]), code))


def definition(code: str) -> Figure:
    """The declared figure; KeyError where there is none."""
    return _figures[code]


def natural_key(model: type[models.Model]) -> tuple[str, ...]:
    """The columns that name a row of this model."""
    return _keys.get(model, ("code",))


def counts_demo_rows() -> bool:
    return settings.PORTAL_DEMO
