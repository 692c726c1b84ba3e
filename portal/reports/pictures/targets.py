"""Targets and how far the figures are on their way to them."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.dates import plain_date
from portal.figures import Period, Subject, codes, compute, definition
from portal.figures.wording import figure_text
from portal.reports.models import KpiTarget
from portal.ui import charts


def gather(targets: Iterable[KpiTarget], *, subject: Subject | None, day: dt.date, period: Period) -> list[dict]:
    """The targets with today's values: a state on the day, or what happened in the period, as the figure is defined.

    A target of the whole country or of an institution is measured over everything the portal knows, as its text says.
    """
    found, declared = [], set(codes())
    for target in targets:
        if target.kpi.code not in declared or not (figure := definition(target.kpi.code)).is_computed:
            continue
        asked = Period.on(day) if figure.basis.is_day else period
        own = subject if subject and target.scope == subject.key else None
        value = compute(figure.code, subject=own, period=asked, today=day).value
        found.append(
            {
                "code": figure.code,
                "en": target.kpi.name_en,
                "ja": target.kpi.name_ja,
                "scope": target.scope,
                "unit": figure.unit.value,
                "value": None if value is None else str(value),
                "target": str(target.target_value),
                "at_least": target.comparator == ">=",
                "by": target.by_date,
                "text_en": target.text_en,
                "text_ja": target.text_ja,
                "source": target.source,
            }
        )
    return found


def draw(rows: list[dict], *, urls: dict[str, str] | None = None) -> charts.Picture:
    goals = [_goal(row, (urls or {}).get(row["code"], "")) for row in rows]
    reached = sum(goal.is_met for goal in goals)
    title = _("%(reached)d of %(count)d targets reached") % {"reached": reached, "count": len(goals)}
    return charts.progress(title, goals)


def _goal(row: dict, url: str) -> charts.Goal:
    name = row["ja"] if (get_language() or "").startswith("ja") else row["en"]
    label = _("%(figure)s (%(scope)s)") % {"figure": name, "scope": row["scope"]}
    if row["by"]:
        label = _("%(target)s, by %(day)s") % {"target": label, "day": plain_date(as_date(row["by"]))}
    value = number(row["value"])
    return charts.Goal(
        label,
        None if value is None else float(value),
        float(row["target"]),
        figure_text(value, row["unit"]),
        figure_text(Decimal(row["target"]), row["unit"]),
        row["at_least"],
        url,
    )


def number(text: str | None) -> Decimal | bool | None:
    """A frozen value as it was computed."""
    if text is None:
        return None
    return text == "True" if text in ("True", "False") else Decimal(text)


def as_date(day: dt.date | str) -> dt.date:
    """A day as it comes from the database or out of frozen JSON."""
    return dt.date.fromisoformat(day) if isinstance(day, str) else day
