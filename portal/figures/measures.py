"""What formulas return, and the shapes they have: counts, shares, sums, means, medians, each in one statement."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import (
    Aggregate,
    Case,
    Count,
    DateField,
    FloatField,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Greatest, Least, TruncDate
from django.utils.translation import gettext

from portal.figures.periods import Period

PLACES = Decimal("0.0001")
# People in smaller groups could be recognised, and a sum of fewer tells each of them (handbook, domain §9).
SMALLEST_CELL = 5
Number = Decimal | int | bool


@dataclass(frozen=True)
class Part:
    """One share of a figure: `key` for machines, `label` for people."""

    key: str
    label: str
    value: Number | None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measured value with the rows behind it.

    `value` None: the denominator is empty, or of none of its rows is known what matters. `unknown` counts the rows of
    which it is not known. `behind` are the rows counted, `base` those of the denominator. `givers` is the number of
    those whose own secret amounts are added up: a sum of few tells each of them (`is_of_few`).
    """

    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    unknown: int = 0
    behind: tuple[QuerySet, ...] = ()
    base: tuple[QuerySet, ...] = ()
    parts: Callable[[], list[Part]] = list
    givers: int | None = None

    @property
    def is_of_few(self) -> bool:
        return self.givers is not None and 0 < self.givers < SMALLEST_CELL


def count(rows: QuerySet, *, perhaps: QuerySet | None = None, parts: Callable[[], list[Part]] = list) -> Measure:
    """How many rows; `perhaps` are those of which it is not known whether they count."""
    value = rows.count()
    unknown = perhaps.count() if perhaps is not None else 0
    return Measure(value=value if value or not unknown else None, unknown=unknown, behind=(rows,), parts=parts)


def count_if(rows: QuerySet, surely: Q, perhaps: Q, *, parts: Callable[[], list[Part]] = list) -> Measure:
    """How many rows meet a condition, in one statement; None where there are only rows that perhaps do.

    A row that surely counts is not asked whether it perhaps does.
    """
    certainty = Case(When(surely, then=Value(1)), When(perhaps, then=Value(2)), default=Value(0))
    found = dict(rows.order_by().annotate(certainty=certainty).values_list("certainty").annotate(n=Count("pk")))
    value, unknown = found.get(1, 0), found.get(2, 0)
    return Measure(
        value=value if value or not unknown else None,
        unknown=unknown,
        behind=(rows.filter(surely),),
        parts=parts,
    )


def distinct(rows: QuerySet, path: str, things: QuerySet, *, parts: Callable[[], list[Part]] = list) -> Measure:
    """How many different things (people, organisations) the rows lead to along `path`; rows without one are unknown."""
    found = rows.aggregate(value=Count(path, distinct=True), unknown=Count("pk", filter=Q(**{f"{path}__isnull": True})))
    return Measure(
        value=found["value"],
        unknown=found["unknown"],
        behind=(things.filter(pk__in=rows.values(path)),),
        parts=parts,
    )


def distinct_if(rows: QuerySet, path: str, surely: Q, perhaps: Q) -> Measure:
    """How many different things rows that meet a condition lead to along `path`; None where only some perhaps do."""
    found = rows.aggregate(
        value=Count(path, distinct=True, filter=surely), unknown=Count(path, distinct=True, filter=perhaps)
    )
    value = found["value"] if found["value"] or not found["unknown"] else None
    return Measure(value=value, unknown=found["unknown"], behind=(rows.filter(surely),))


def share(
    rows: QuerySet,
    meets: Q,
    *,
    unknown: Q | None = None,
    each: str = "pk",
    things: QuerySet | None = None,
    parts: Callable[[], list[Part]] = list,
) -> Measure:
    """The percentage of rows (of different things along `each`) that meet a condition, in one statement."""
    several = each != "pk"
    wanted = {
        "numerator": Count(each, filter=meets, distinct=several),
        "denominator": Count(each, distinct=several),
    }
    if unknown is not None:
        wanted["unknown"] = Count(each, filter=unknown, distinct=several)
    found = rows.aggregate(**wanted)
    met = rows.filter(meets)
    if things is not None:
        behind, base = things.filter(pk__in=met.values(each)), things.filter(pk__in=rows.values(each))
    else:
        behind, base = met, rows
    return ratio(
        found["numerator"],
        found["denominator"],
        unknown=found.get("unknown", 0),
        behind=behind,
        base=base,
        parts=parts,
    )


def percentage(numerator: int, denominator: int) -> Decimal | None:
    """The share in per cent; None where there is nothing to share."""
    return (Decimal(numerator) * 100 / Decimal(denominator)).quantize(PLACES) if denominator else None


def ratio(
    numerator: Number,
    denominator: Number,
    *,
    unknown: int = 0,
    factor: int = 100,
    behind: QuerySet,
    base: QuerySet,
    parts: Callable[[], list[Part]] = list,
) -> Measure:
    """Numerator over denominator; a dash where the denominator is empty or nothing is known about any of it."""
    blank = not denominator or (unknown and unknown == denominator)
    value = None if blank else (Decimal(numerator) * factor / Decimal(denominator)).quantize(PLACES)
    return Measure(
        value=value,
        numerator=numerator,
        denominator=denominator,
        unknown=unknown,
        behind=(behind,),
        base=(base,),
        parts=parts,
    )


def yes_or_no(rows: QuerySet, *, perhaps: QuerySet) -> Measure:
    """Whether there is at least one row; None where there is none but perhaps one."""
    value: bool | None = rows.exists()
    unknown = 0 if value else perhaps.count()
    return Measure(value=None if unknown else value, unknown=unknown, behind=(rows,))


def total(
    rows: QuerySet,
    expression,
    *,
    unknown: Q | None = None,
    parts: Callable[[], list[Part]] = list,
    givers: str = "",
) -> Measure:
    """The sum of an expression over the rows; rows where it is not known are counted apart.

    `givers` names the field that says whose secret amounts these are.
    """
    if unknown is None:
        value = rows.aggregate(value=Sum(expression))["value"] or 0
        return Measure(value=value, behind=(rows,), parts=parts)
    found = rows.aggregate(
        value=Sum(expression, filter=~unknown),
        rows=Count("pk"),
        unknown=Count("pk", filter=unknown),
        givers=Count(givers or "pk", filter=~unknown, distinct=True),
    )
    nothing_known = found["rows"] and found["unknown"] == found["rows"]
    value = None if nothing_known else found["value"] or 0
    return Measure(
        value=value,
        unknown=found["unknown"],
        behind=(rows.exclude(unknown),),
        parts=parts,
        givers=found["givers"] if givers else None,
    )


def mean(rows: QuerySet, expression) -> Measure:
    """The mean of an expression; the denominator is the number of rows."""
    found = rows.aggregate(total=Sum(expression), rows=Count("pk"))
    measure = ratio(found["total"] or 0, found["rows"], factor=1, behind=rows, base=rows)
    return replace(measure, numerator=None)


def median(rows: QuerySet, expression, *, unknown: QuerySet | None = None) -> Measure:
    """The median of an expression over rows where it is known; the denominator is their number."""
    if connection.vendor == "postgresql":
        found = rows.aggregate(value=MiddleValue(expression), rows=Count("pk"))
        value, size = found["value"], found["rows"]
    else:  # SQLite has no median: ask for the one or two values in the middle
        size = rows.count()
        ordered = rows.order_by(expression).values_list(expression, flat=True)
        middle = list(ordered[(size - 1) // 2 : size // 2 + 1]) if size else []
        value = sum(middle) / len(middle) if middle else None
    return Measure(
        value=None if value is None else Decimal(value).quantize(PLACES),
        denominator=size,
        unknown=unknown.count() if unknown is not None else 0,
        behind=(rows,),
        base=(rows,),
    )


def by_choice(rows: QuerySet, path: str, choices: Iterable[tuple[str, str]], *, each: str = "pk") -> list[Part]:
    """The rows split by a field with choices, in the order of the choices; a value outside them is unknown."""
    counted = dict(rows.values_list(path).annotate(n=Count(each, distinct=each != "pk")))
    names = dict(choices)
    parts = [Part(str(key), str(label), counted[key]) for key, label in names.items() if key and counted.get(key)]
    others = sum(n for key, n in counted.items() if not key or key not in names)
    return [*parts, Part("unknown", gettext("unknown"), others)] if others else parts


# -- expressions -------------------------------------------------------------------------------------------------------
class Days(Func):
    """Days from one civil date to another, both counted."""

    arity = 2
    output_field = IntegerField()
    template = "(%(expressions)s)"

    def as_sql(self, compiler, connection, **extra):
        first, first_values = compiler.compile(self.source_expressions[0])
        last, last_values = compiler.compile(self.source_expressions[1])
        return f"({last} - {first} + 1)", (*last_values, *first_values)

    def as_sqlite(self, compiler, connection, **extra):
        first, first_values = compiler.compile(self.source_expressions[0])
        last, last_values = compiler.compile(self.source_expressions[1])
        return f"CAST(JULIANDAY({last}) - JULIANDAY({first}) + 1 AS INTEGER)", (*last_values, *first_values)


class MonthsLater(Func):
    """The same day some months later, or the last day of a shorter month."""

    output_field = DateField()

    def __init__(self, expression, months: int):
        super().__init__(expression)
        self.months = months

    def as_sql(self, compiler, connection, **extra):
        day, values = compiler.compile(self.source_expressions[0])
        return f"({day} + INTERVAL '{self.months} months')::date", values

    def as_sqlite(self, compiler, connection, **extra):
        day, values = compiler.compile(self.source_expressions[0])
        return f"DATE({day}, '+{self.months} months')", values


class MiddleValue(Aggregate):
    """The median on PostgreSQL."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def days_inside(period: Period, start, end) -> Days:
    """Days from `start` to `end` that lie in the period, for rows that touch it."""
    first = Greatest(start, _day(period.first)) if period.first else start
    last = Least(end, _day(period.last)) if period.last else end
    return Days(first, last)


def day_in_zone(field: str, zone: str) -> TruncDate:
    """The civil date of an instant by the clock of a zone."""
    return TruncDate(field, tzinfo=ZoneInfo(zone))


def _day(value: dt.date) -> Value:
    return Value(value, output_field=DateField())
