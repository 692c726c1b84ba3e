"""What the public reads about figures: verified values and what others have published, each with source and date."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.alliances.models import Alliance, Organisation
from portal.core.dates import FiscalCalendar, fiscal_bounds, fiscal_year, plain_date
from portal.figures import codes, definition
from portal.figures.periods import fiscal_name
from portal.figures.registry import counts_demo_rows
from portal.figures.wording import figure_text
from portal.reports.models import KpiObservation, KpiTarget, KpiValue
from portal.reports.naming import named, names_of
from portal.reports.pictures import flows, targets
from portal.reports.pictures.keeping import kept
from portal.reports.querysets import KpiValueQuerySet
from portal.reports.snapshot import stays_of
from portal.ui import charts

SHOWN_AT_HOME, MOST_VALUES = 4, 200
BASELINE = "baseline"
# What a fact says of its value: the records behind a frozen value are as long as the history.
READ = (
    "kpi", "kpi__name_en", "kpi__name_ja", "alliance", "alliance__name_en", "alliance__name_ja", "subject", "value",
    "denominator", "unknown", "unit", "from_date", "to_date", "as_of", "verified_at",
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One public value: what it is, about whom, when, and who says so."""

    name: str
    value: str
    about: str
    period: str
    source: str
    quality: str = ""


@dataclass(frozen=True)
class PublicFigures:
    """The public page of figures in one language. It is the same for everybody, whatever else a reader may see.

    `html` is all of it as it stands on the page: many pictures and rows, which take longer to write than to fetch.
    """

    facts: list[Fact]
    pictures: list[charts.Picture]
    targets: charts.Picture | None
    published: list[Fact]
    html: SafeString


def public_figures() -> PublicFigures:
    """Kept for some minutes; a value that somebody verifies, or a new edition of one, shows at once."""
    return kept("impact-page", get_language(), *_state_of(_verified()), gather=_public_figures)


def _public_figures() -> PublicFigures:
    values = list(public_values()[:MOST_VALUES])
    shown = {
        "facts": facts_of(values),
        "pictures": pictures_of(values),
        "targets": targets_picture(values),
        "published": published_facts(),
    }
    return PublicFigures(**shown, html=render_to_string("reports/_impact.html", shown))


def facts_about(alliance: Alliance) -> list[Fact]:
    """The newest verified figures of an alliance, kept in the same way."""
    return kept(
        "facts", alliance.pk, get_language(), *_state_of(_verified().filter(alliance=alliance)),
        gather=lambda: facts_of(public_values().filter(alliance=alliance)[:SHOWN_AT_HOME]),
    )  # fmt: skip


def newest_facts() -> list[Fact]:
    """The newest verified figures of any alliance, kept in the same way."""
    return kept(
        "newest-facts",
        get_language(),
        *_state_of(_verified()),
        gather=lambda: facts_of(public_values()[:SHOWN_AT_HOME]),
    )


def public_values() -> QuerySet:
    """Verified values in their newest edition that show no small group of people."""
    rows = _verified().latest_editions().select_related("kpi", "alliance").only(*READ)
    return rows.order_by("-to_date", "kpi__code", "pk")


def _verified() -> KpiValueQuerySet:
    rows = KpiValue.objects.visible_to(None).verified().filter(is_small=False, value__isnull=False)
    return rows if counts_demo_rows() else rows.filter(counts_demo=False)


def _state_of(values: QuerySet) -> tuple[int, str]:
    """Differs as soon as one of the values was verified, changed or taken back."""
    known = values.aggregate(number=Count("pk"), newest=Max("updated_at"))
    return known["number"], known["newest"].isoformat() if known["newest"] else ""


def flow_of(alliance: Alliance, *, calendar: str, today: dt.date) -> charts.Picture:
    """Who went where in the fiscal year of today, as far as the public may see it."""
    first, last = fiscal_bounds(fiscal_year(today, calendar), calendar)
    return kept(
        "public-flow-drawn", alliance.pk, first, get_language(),
        gather=lambda: flows.draw_public(
            flows.gather(
                stays_of(alliance),
                first=first,
                last=last,
                organisations=Organisation.objects.all(),
            )
        ),
    )  # fmt: skip


def facts_of(values) -> list[Fact]:
    return [
        Fact(
            name=value.kpi.name,
            value=value.text,
            about=value.alliance.name if value.alliance else value.subject.partition(":")[2],
            period=str(value.span),
            source=_("Counted in this portal, as of %(as_of)s; verified on %(verified)s.")
            % {"as_of": plain_date(value.as_of), "verified": plain_date(value.verified_at.date())},
        )
        for value in values
    ]


def published_facts() -> list[Fact]:
    """What others have published, about subjects by their names where the public may see them.

    Where a count began is no achievement and stays at the desk.
    """
    rows = list(
        KpiObservation.objects.visible_to(None)
        .exclude(period_kind=BASELINE)
        .select_related("kpi")
        .order_by("kpi__code", "subject_code", "from_date")
    )
    names = names_of((row.subject_code for row in rows), None)
    return [
        Fact(
            name=row.kpi.name,
            value=figure_text(row.value, row.unit),
            about=named(row.subject_code, names),
            period=row.span_text,
            source=row.source_text,
            quality=row.quality_text,
        )
        for row in rows
    ]


def pictures_of(values) -> list[charts.Picture]:
    """A picture for every number that was verified for one subject in several years."""
    groups = defaultdict(list)
    for value in values:
        if value.unit == "boolean":
            continue
        groups[value.kpi_id, value.subject].append(value)
    return [_over_time(group) for group in groups.values() if len(group) > 1]


def targets_picture(values) -> charts.Picture | None:
    """The targets for which there is a verified value of the same subject, at its newest one.

    A frozen value is kept without its parts: where a target speaks of parts, it says nothing.
    """
    newest = {}
    for value in values:
        newest.setdefault((value.kpi_id, value.subject), value)
    goals = [
        goal
        for target in KpiTarget.objects.visible_to(None).filter(part="").select_related("kpi")
        if (value := newest.get((target.kpi_id, target.subject))) is not None
        and (goal := _goal(target, value)) is not None
    ]
    return charts.progress(targets.message(goals), goals) if goals else None


def _goal(target: KpiTarget, verified: KpiValue) -> charts.Goal | None:
    """How far a verified value is on its way; some targets speak of the size of a group, not of its share."""
    of_size = target.kpi.code in codes() and definition(target.kpi.code).targets_size
    value, unit = (verified.denominator, "count") if of_size else (verified.value, verified.unit)
    if value is None:
        return None
    return charts.Goal(
        targets.goal_label(target.kpi.name, target.scope, target.by_date),
        float(value),
        float(target.target_value),
        figure_text(value, unit),
        figure_text(target.target_value, unit),
        target.comparator == ">=",
        is_yes_or_no=unit == "boolean",
        unknown=0 if of_size else verified.unknown,
    )


def _over_time(values) -> charts.Picture:
    ordered = sorted(values, key=lambda value: value.to_date or value.as_of)
    latest = ordered[-1]
    title = _("%(figure)s: %(value)s") % {"figure": latest.kpi.name, "value": latest.text}
    if latest.alliance:
        title = _("%(title)s (%(alliance)s)") % {"title": title, "alliance": latest.alliance.name}
    return charts.bars(
        title,
        [charts.Bar(_short_period(value), float(value.value), value.text) for value in ordered],
        header=(_("Period"), latest.kpi.name),
    )


def _short_period(value: KpiValue) -> str:
    """The fiscal year by its name, the day by its date; anything else by its two days."""
    if value.from_date is None and value.to_date is not None:
        return plain_date(value.to_date)
    for calendar in FiscalCalendar:
        year = fiscal_year(value.to_date, calendar) if value.to_date else 0
        if year and (value.from_date, value.to_date) == fiscal_bounds(year, calendar):
            return fiscal_name(year)
    return str(value.span)
