"""Figures side by side with what was published, what is aimed at, and what was verified: what the pages show."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.db.models import Max, QuerySet
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.dates import plain_date
from portal.figures import (
    Basis,
    Figure,
    Measure,
    Period,
    Result,
    Subject,
    codes,
    compute,
    definition,
)
from portal.figures.computing import reads_whole
from portal.figures.registry import counts_demo_rows
from portal.figures.subjects import KINDS
from portal.figures.wording import figure_text, number_text, unit_text
from portal.reports.comparing import counted_beside
from portal.reports.models import KpiDefinition, KpiObservation, KpiTarget, KpiValue
from portal.reports.naming import named, names_of
from portal.reports.pictures.keeping import kept
from portal.reports.pictures.targets import aimed, concerns, scope_name
from portal.ui import charts

PARTS = {
    "X": gettext_lazy("Exchanges"),
    "W": gettext_lazy("Events"),
    "S": gettext_lazy("Startups"),
    "C": gettext_lazy("Alliance"),
}
YEARS_BACK = 5
SUBJECTS_SHOWN = 12
# Subjects chosen from a list; the others are reached through the figures about them.
OFFERED_KINDS = ("alliance", "programme")
# What a figure is broken down by on its page.
SMALLER_KINDS = {
    Basis.CALL: "call",
    Basis.EVENT: "event",
    Basis.MISSION: "event",
    Basis.SERIES: "series",
}


@dataclass(frozen=True)
class Numbers(Result):
    """A result without the rows behind it, as it is kept for some minutes."""

    demo_was_counted: bool = False

    def has_demo(self) -> bool:
        return self.demo_was_counted


@dataclass(frozen=True)
class Chosen:
    """The subject (None: everything the person may see) and the fiscal year a page speaks of."""

    subject: Subject | None
    year: int
    calendar: str
    today: dt.date
    reader: object | None = None  # whose sight narrows the figures; nobody's where her seat covers the subject

    @classmethod
    def of(cls, user, subject: Subject | None, year: int, calendar: str, today: dt.date) -> "Chosen":
        return cls(subject, year, calendar, today, None if reads_whole(user, subject) else user)

    def period(self, figure: Figure) -> Period:
        if figure.basis.is_subject and self.subject and self.subject.kind not in OFFERED_KINDS:
            return Period.whole()
        return figure.period_in(self.year, self.calendar, today=self.today)

    def in_year(self, year: int) -> "Chosen":
        return replace(self, year=year)

    def about(self, subject: Subject | None) -> "Chosen":
        return replace(self, subject=subject)

    def compute(self, figure: Figure) -> Result:
        return compute(
            figure.code, subject=self.subject, period=self.period(figure), user=self.reader, today=self.today
        )

    def numbers(self, figure: Figure, *, frozen: int | None = None) -> Result:
        """The same for a list of figures: the whole of a subject is kept, what one person may see never is.

        `frozen` is the newest edition on record: who freezes a figure sees what was frozen.
        """
        if not self.is_whole or not figure.is_computed:
            return self.compute(figure)
        period, demo = self.period(figure), counts_demo_rows()
        value, numerator, denominator, unknown, givers, counted = kept(
            "numbers", figure.code, self.key, period.key, self.calendar, self.today, demo, frozen,
            gather=lambda: _plain(self.compute(figure)),
        )  # fmt: skip
        measure = Measure(value=value, numerator=numerator, denominator=denominator, unknown=unknown, givers=givers)
        return Numbers(figure, self.subject, period, measure, with_demo=demo, demo_was_counted=counted)

    @property
    def is_whole(self) -> bool:
        return self.reader is None

    @property
    def span(self) -> Period:
        return Period.fiscal(self.year, self.calendar)

    @property
    def key(self) -> str:
        return self.subject.natural_key if self.subject else ""

    @property
    def query(self) -> dict[str, str]:
        return {"subject": self.key, "year": str(self.year), "calendar": self.calendar}


def _plain(result: Result) -> tuple:
    measure = result.measure
    return measure.value, measure.numerator, measure.denominator, measure.unknown, measure.givers, result.has_demo()


@dataclass(frozen=True)
class Goal:
    """A target beside the value; `percent` is how far one is, for targets that want more rather than less."""

    target: KpiTarget
    words: str
    percent: int | None
    is_met: bool

    @property
    def scope(self) -> str:
        return scope_name(self.target.scope)

    @property
    def by(self) -> str:
        return plain_date(self.target.by_date) if self.target.by_date else ""


@dataclass(frozen=True)
class Published:
    """A value somebody published, with what the portal counts for the same subject, days and part, where it can."""

    row: KpiObservation
    about: str
    text: str
    counted: str

    @property
    def span(self) -> str:
        return self.row.span_text


@dataclass(frozen=True)
class Line:
    """One figure of the catalogue. `result` is None where the chosen subject is of a kind it is not counted for."""

    kpi: KpiDefinition
    figure: Figure | None
    result: Result | None
    goals: list[Goal]
    published: list[tuple[KpiObservation, str]]
    frozen: KpiValue | None

    @property
    def kinds(self) -> str:
        """The kinds of subject that it is counted for."""
        return kinds_of(self.figure) if self.figure else ""


def kinds_of(figure: Figure) -> str:
    return get_text_list([str(KINDS[kind].label) for kind in figure.subjects], _("and"))


def lines(part: str, chosen: Chosen, user) -> list[Line]:
    """The figures of one part of the catalogue for a subject and a year."""
    known = set(codes())
    rows = list(KpiDefinition.objects.visible_to(user).filter(code__startswith=part))
    goals, published = _by_figure(KpiTarget, rows, user), _by_figure(KpiObservation, rows, user)
    frozen = newest_values(chosen, user)
    found = []
    for kpi in rows:
        figure = definition(kpi.code) if kpi.code in known else None
        own = [row for row in published[kpi.pk] if chosen.subject is None or row.subject_code == chosen.subject.key]
        edition = frozen.get((kpi.pk, chosen.period(figure).key)) if figure else None
        result = _computed(figure, chosen, edition)
        found.append(
            Line(
                kpi,
                figure,
                result,
                [goal_of(target, figure, chosen) for target in goals[kpi.pk] if concerns(target, chosen.subject)],
                [(row, figure_text(row.value, row.unit)) for row in own],
                edition,
            )
        )
    return found


def _by_figure(model, kpis: list[KpiDefinition], user) -> defaultdict[int, list]:
    grouped = defaultdict(list)
    for row in model.objects.visible_to(user).filter(kpi__in=kpis).select_related("kpi"):
        grouped[row.kpi_id].append(row)
    return grouped


def newest_values(chosen: Chosen, user) -> dict[tuple[int, str], KpiValue]:
    """The newest edition of each frozen figure of the subject, by figure and period."""
    if chosen.subject is None:
        return {}
    rows = KpiValue.objects.visible_to(user).filter(subject=chosen.key).order_by("edition")
    return {(row.kpi_id, row.period): row for row in rows.select_related("verified_by")}


def _computed(figure: Figure | None, chosen: Chosen, edition: KpiValue | None) -> Result | None:
    if figure is None or (figure.is_computed and chosen.subject and chosen.subject.kind not in figure.subjects):
        return None
    return chosen.numbers(figure, frozen=edition.pk if edition else None)


def goal_of(target: KpiTarget, figure: Figure | None, chosen: Chosen) -> Goal:
    """How far the value is. Where less is wanted, being below the mark is enough and there is nothing to fill up.

    What it is measured over stands with the target: its own subject, or everything the portal knows of.
    """
    value, unit, unknown = None, target.kpi.unit, 0
    if figure is not None:
        period = chosen.period(figure)
        value, unit, unknown = kept(
            "aimed", target.pk, target.updated_at.timestamp(), period.key, chosen.today, counts_demo_rows(),
            gather=lambda: aimed(target, day=period.last or chosen.today, period=period),
        )  # fmt: skip
    at_least = target.comparator == ">="
    goal = charts.Goal(
        "",
        None if value is None else float(value),
        float(target.target_value),
        figure_text(value, unit),
        figure_text(target.target_value, unit),
        at_least,
        is_yes_or_no=unit == "boolean",
        unknown=unknown,
    )
    is_filling = at_least and value is not None and not isinstance(value, bool) and target.target_value
    percent = min(100, int(100 * value / target.target_value)) if is_filling else None
    return Goal(target, goal.words, percent, goal.is_met)


# -- one figure --------------------------------------------------------------------------------------------------------
def over_the_years(figure: Figure, chosen: Chosen) -> list[tuple[Chosen, Result]]:
    """The figure in the chosen fiscal year and those before it."""
    asked = [chosen.in_year(year) for year in range(chosen.year - YEARS_BACK, chosen.year + 1)]
    return [(each, each.compute(figure)) for each in asked]


def picture_of_years(kpi: KpiDefinition, years: list[tuple[Chosen, Result]], url_of) -> charts.Picture:
    title = _("%(figure)s, year by year") % {"figure": kpi.name}
    # Years before the first value are left out, but for one to compare with.
    known = next((at for at, (_each, result) in enumerate(years) if result.value), len(years))
    years = years[min(known, len(years) - 2) :]
    bars = [
        charts.Bar(
            str(each.span),
            None if result.value is None else float(result.value),
            result.text,
            url_of(each),
            "accent" if each.year == years[-1][0].year else "quiet",
        )
        for each, result in years
    ]
    return charts.bars(title, bars, header=(_("Fiscal year"), kpi.name))


def by_subject(figure: Figure, chosen: Chosen, user) -> tuple[str, list[tuple[Chosen, Result]], int]:
    """(kind, the figure of the smaller subjects inside the chosen one, how many more there are)."""
    kind = _smaller_kind(figure, chosen)
    if kind is None:
        return "", [], 0
    rows = _inside(kind, chosen.subject, user)
    first = list(rows[:SUBJECTS_SHOWN])
    more = max(0, rows.count() - len(first)) if len(first) == SUBJECTS_SHOWN else 0
    asked = [chosen.about(Subject.of(kind, row)) for row in first]
    found = [(each, each.compute(figure)) for each in asked]
    return kind, found, more


def _smaller_kind(figure: Figure, chosen: Chosen) -> str | None:
    wanted = SMALLER_KINDS.get(figure.basis)
    if wanted not in figure.subjects:
        wanted = next((kind for kind in ("cohort", "programme", "event", "alliance") if kind in figure.subjects), None)
    own = chosen.subject.kind if chosen.subject else None
    return None if wanted == own or (wanted == "alliance" and own) else wanted


def _inside(kind: str, subject: Subject | None, user) -> QuerySet:
    rows = KINDS[kind].rows.visible_to(user)
    if KINDS[kind].grouping:
        # One event stands for its series: the one entered last.
        named = rows.exclude(**{KINDS[kind].key: ""}).order_by()
        rows = rows.filter(pk__in=named.values(KINDS[kind].key).annotate(last=Max("pk")).values("last"))
    if subject is None or subject.kind == kind:
        return rows
    path = {"alliance": KINDS[kind].alliances, "programme": KINDS[kind].programmes}.get(subject.kind, ())
    if path and path[0] != "pk":
        return rows.filter(**{path[0]: subject.row})
    return rows.none()


def published_values(kpi: KpiDefinition, figure: Figure | None, user) -> list[Published]:
    """What others published about the figure, each beside the portal's own value for the same subject and days."""
    rows = list(KpiObservation.objects.visible_to(user).filter(kpi=kpi).order_by("subject_code", "from_date"))
    names = names_of((row.subject_code for row in rows), user)
    return [
        Published(
            row,
            named(row.subject_code, names),
            figure_text(row.value, row.unit),
            figure_text(counted_beside(row, figure, user), row.unit),
        )
        for row in rows
    ]


# -- as a table --------------------------------------------------------------------------------------------------------
TABLE_HEADER = (
    "code", "name_en", "name_ja", "unit", "basis", "value", "numerator", "denominator", "unknown", "from_date",
    "to_date", "subject", "verified_value", "verified_edition", "target", "published", "missing",
    "contains_demonstration_data",
)  # fmt: skip


def table_rows(parts: Iterable[str], chosen: Chosen, user) -> Iterator[list]:
    """The board as rows for CSV and Excel: numbers as numbers, an unknown value as an empty cell."""
    for part in parts:
        for line in lines(part, chosen, user):
            result, period = line.result, chosen.period(line.figure) if line.figure else chosen.span
            verified = line.frozen if line.frozen and line.frozen.is_verified else None
            yield [
                line.kpi.code,
                line.kpi.name_en,
                line.kpi.name_ja,
                unit_text(line.kpi.unit),
                line.kpi.basis,
                result.value if result else None,
                result.numerator if result else None,
                result.denominator if result else None,
                result.unknown if result else None,
                period.first.isoformat() if period.first else "",
                period.last.isoformat() if period.last else "",
                chosen.key,
                verified.value if verified else None,
                verified.edition if verified else None,
                " / ".join(
                    f"{goal.target.comparator} {number_text(goal.target.target_value, 2)}" for goal in line.goals
                ),
                " / ".join(f"{row.subject_code} {text}".strip() for row, text in line.published),
                result.missing if result else "",
                bool(result and result.has_demo()),
            ]


def kind_name(kind: str) -> str:
    return capfirst(str(KINDS[kind].label)) if kind else ""
