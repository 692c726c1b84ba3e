"""Targets and how far the figures are on their way to them."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.dates import plain_date
from portal.figures import Period, Subject, SubjectError, codes, compute, definition, find_subject
from portal.figures.wording import figure_text
from portal.reports.models import KpiTarget
from portal.ui import charts


def gather(targets: Iterable[KpiTarget], *, subject: Subject | None, day: dt.date, period: Period) -> list[dict]:
    """The targets that concern the subject, with their values: a state on the day, or what happened in the period.

    One whose figure nobody can compute yet stays among them without a value.
    """
    found, declared = [], set(codes())
    for target in targets:
        if target.kpi.code not in declared or not concerns(target, subject):
            continue
        figure = definition(target.kpi.code)
        value, unit, unknown = aimed(target, day=day, period=period)
        found.append(
            {
                "code": figure.code,
                "en": target.kpi.name_en,
                "ja": target.kpi.name_ja,
                "scope": target.scope,
                "unit": unit,
                "value": None if value is None else str(value),
                "unknown": unknown,
                "target": str(target.target_value),
                "at_least": target.comparator == ">=",
                "by": target.by_date,
                "text_en": target.text_en,
                "text_ja": target.text_ja,
                "source": target.source,
            }
        )
    return found


def concerns(target: KpiTarget, subject: Subject | None) -> bool:
    """A target of the whole country concerns everybody, one with a subject of its own only pages about that."""
    return not target.subject or subject is None or target.subject == subject.natural_key


def aimed(target: KpiTarget, *, day: dt.date, period: Period, **more) -> tuple[Decimal | int | bool | None, str, int]:
    """What the target is compared with, its unit, and of how many records it is not known whether they count.

    That is the figure of the target's own subject, otherwise of everything that the portal knows of, and of that the
    parts of which the target speaks; a state no later than the day by which it is to be reached.
    """
    figure = definition(target.kpi.code)
    if not figure.is_computed:
        return None, figure.unit.value, 0
    try:
        own = find_subject(target.subject, figure.subjects) if target.subject else None
    except SubjectError:  # nothing of the kind is known here
        return None, figure.unit.value, 0
    asked = Period.on(min(filter(None, (day, target.by_date)))) if figure.basis.is_day else period
    result = compute(figure.code, subject=own, period=asked, today=day, **more)
    if not target.part or result.value is None:
        return *result.aimed, 0 if figure.targets_size else result.unknown
    wanted = set(target.part.split("|"))
    return sum(part.value for part in result.parts() if part.key in wanted), result.unit, result.unknown


def draw(rows: list[dict], *, urls: dict[str, str] | None = None) -> charts.Picture:
    goals = [_goal(row, (urls or {}).get(row["code"], "")) for row in rows]
    return charts.progress(message(goals), goals, note=_not_counted(rows))


def message(goals: list[charts.Goal]) -> str:
    reached = sum(goal.is_met for goal in goals)
    return _("%(reached)d of %(count)d targets reached") % {"reached": reached, "count": len(goals)}


def _not_counted(rows: list[dict]) -> str:
    """Which targets have no value because the portal keeps no records of what they speak of."""
    declared = set(codes())
    return " ".join(
        _("%(figure)s: not computed, the portal keeps no records yet of %(records)s.")
        % {"figure": _name(row), "records": definition(row["code"]).missing}
        for row in rows
        if row["code"] in declared and not definition(row["code"]).is_computed
    )


def _name(row: dict) -> str:
    return row["ja"] if (get_language() or "").startswith("ja") else row["en"]


def _goal(row: dict, url: str) -> charts.Goal:
    label = goal_label(_name(row), row["scope"], as_date(row["by"]) if row["by"] else None)
    value, target = number(row["value"]), Decimal(row["target"])
    is_yes_or_no = row["unit"] == "boolean"
    return charts.Goal(
        label,
        None if value is None else float(value),
        float(target),
        figure_text(value, row["unit"]),
        figure_text(target, row["unit"]),
        row["at_least"],
        url,
        is_yes_or_no,
        row.get("unknown", 0),  # reports of earlier days do not say
    )


def goal_label(name: str, scope: str, by: dt.date | None) -> str:
    label = _("%(figure)s (%(scope)s)") % {"figure": name, "scope": scope_name(scope)}
    return _("%(target)s, by %(day)s") % {"target": label, "day": plain_date(by)} if by else label


def scope_name(scope: str) -> str:
    """What a target is meant for, where the reader has a word for it."""
    return {"Japan": _("Japan"), "Chicago": _("Chicago")}.get(scope, scope)


def number(text: str | None) -> Decimal | bool | None:
    """A frozen value as it was computed."""
    if text is None:
        return None
    return text == "True" if text in ("True", "False") else Decimal(text)


def as_date(day: dt.date | str) -> dt.date:
    """A day as it comes from the database or out of frozen JSON."""
    return dt.date.fromisoformat(day) if isinstance(day, str) else day
