"""Pictures as SVG text from plain data: a message as title, the drawing, and the table behind it.

One drawing serves page, print and PDF (see `drawing`). Nothing is told by colour alone: numbers stand in the drawing,
and the table holds them all.
"""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.ui.drawing import TONES, Drawing, digits, fitting, text_width

WIDTH = 560
UNKNOWN = "–"


@dataclass(frozen=True)
class Row:
    """One line of the table behind a picture; `url` opens what is behind it."""

    cells: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True)
class Picture:
    title: str
    svg: str
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.rows


@dataclass(frozen=True)
class Bar:
    """A labelled number; None is unknown and drawn as a dash. `shown` is the number in words, where it needs some."""

    label: str
    value: float | None
    shown: str = ""
    url: str = ""
    tone: str = "accent"


@dataclass(frozen=True)
class Series:
    """One group of numbers, in the order of the picture's labels."""

    label: str
    values: Sequence[float | None]
    tone: str = ""


@dataclass(frozen=True)
class Goal:
    """How far a value is on its way to a target; `at_least` says on which side of the target one wants to be."""

    label: str
    value: float | None
    target: float
    shown: str = ""
    shown_target: str = ""
    at_least: bool = True
    url: str = ""

    @property
    def is_met(self) -> bool:
        if self.value is None:
            return False
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True)
class Flow:
    """A number that goes from one place to another."""

    source: str
    target: str
    number: int
    tone: str = "accent"
    url: str = ""
    shown: str = ""


@dataclass(frozen=True)
class Span:
    """From the first to the last day, both included."""

    label: str
    first: dt.date
    last: dt.date
    tone: str = "waiting"
    url: str = ""


@dataclass(frozen=True)
class Lane:
    """A band of a calendar: spans one below the other, or numbers by month."""

    label: str
    spans: Sequence[Span] = ()
    numbers: Sequence[int] = ()
    tone: str = "accent"


# -- bars -------------------------------------------------------------------------------------------------------------
def bars(title: str, items: Sequence[Bar], *, header: tuple[str, str], note: str = "") -> Picture:
    """Horizontal bars from the same zero, one below the other."""
    label_width = _label_width([item.label for item in items])
    room = WIDTH - label_width - 76
    most = max((item.value or 0 for item in items), default=0) or 1
    drawing, step = Drawing(), 28
    for number, item in enumerate(items):
        y = step * number + 4
        drawing.text(label_width - 10, y + 14, fitting(item.label, label_width - 12), anchor="end")
        width = room * (item.value or 0) / most
        if item.value:
            drawing.rect(label_width, y, max(width, 2), 18, tone=item.tone)
        drawing.text(label_width + width + 7, y + 14, item.shown or number_text(item.value), bold=True)
    drawing.line(label_width, 0, label_width, step * len(items))
    rows = tuple(Row((item.label, item.shown or number_text(item.value)), item.url) for item in items)
    return Picture(title, drawing.svg(title, WIDTH, step * len(items) + 4), header, rows, note)


def stacked(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    header: str,
    note: str = "",
    urls: Sequence[str] = (),
) -> Picture:
    """Columns that pile up the series, the first one at the bottom; the sum stands above."""
    toned = _with_tones(series)
    sums = [sum(one.values[at] or 0 for one in toned) for at in range(len(labels))]
    drawing = Drawing()
    top = drawing.legend([(one.label, one.tone) for one in toned], WIDTH) + 16
    base, left = top + 190, 38
    ticks = _ticks(max(sums, default=0))
    for tick in ticks:
        y = base - 180 * tick / ticks[-1]
        drawing.line(left, y, WIDTH, y)
        drawing.text(left - 6, y + 4, number_text(tick), anchor="end", quiet=True)
    slot = (WIDTH - left) / max(len(labels), 1)
    width = min(slot * 0.62, 56)
    for at, label in enumerate(labels):
        x, y = left + slot * at + (slot - width) / 2, base
        for one in toned:
            value = one.values[at] or 0
            height = 180 * value / ticks[-1]
            if value:
                drawing.rect(x, y - height, width, height, tone=one.tone, edge=True)
                if height >= 15:
                    drawing.text(x + width / 2, y - height / 2 + 4.5, number_text(value), anchor="middle", on_tone=True)
            y -= height
        if sums[at]:
            drawing.text(x + width / 2, y - 5, number_text(sums[at]), anchor="middle", bold=True)
        drawing.text(x + width / 2, base + 17, fitting(label, slot), anchor="middle", quiet=True)
    head = (header, *(one.label for one in toned), pgettext("sum", "All"))
    rows = tuple(
        Row(
            (label, *(number_text(one.values[at]) for one in toned), number_text(sums[at])),
            urls[at] if at < len(urls) else "",
        )
        for at, label in enumerate(labels)
    )
    return Picture(title, drawing.svg(title, WIDTH, base + 26), head, rows, note)


def lines(title: str, labels: Sequence[str], series: Sequence[Series], *, header: str, note: str = "") -> Picture:
    """Values over time; an unknown value interrupts its line instead of falling to zero."""
    toned = _with_tones(series)
    drawing = Drawing()
    top = drawing.legend([(one.label, one.tone) for one in toned], WIDTH) + 14
    base, left, right = top + 170, 44, WIDTH - 20
    ticks = _ticks(max((value for one in toned for value in one.values if value is not None), default=0))
    for tick in ticks:
        y = base - 160 * tick / ticks[-1]
        drawing.line(left, y, WIDTH, y)
        drawing.text(left - 6, y + 4, number_text(tick), anchor="end", quiet=True)
    step = (right - left - 20) / max(len(labels) - 1, 1)
    for at, label in enumerate(labels):
        drawing.text(left + 20 + step * at, base + 17, fitting(label, max(step, 60)), anchor="middle", quiet=True)
    for one in toned:
        points = [
            None if value is None else (left + 20 + step * at, base - 160 * value / ticks[-1])
            for at, value in enumerate(one.values)
        ]
        drawing.polyline(points, one.tone)
        for at, point in enumerate(points):
            if point is not None:
                drawing.circle(*point, one.tone)
                # Where another line runs just above, the number stands below its own.
                above = [other.values[at] for other in toned if (other.values[at] or 0) > one.values[at]]
                is_close = any(160 * (value - one.values[at]) / ticks[-1] < 28 for value in above)
                y = point[1] + (18 if is_close else -9)
                drawing.text(point[0], y, number_text(one.values[at]), anchor="middle", halo=True)
    head = (header, *(one.label for one in toned))
    rows = tuple(Row((label, *(number_text(one.values[at]) for one in toned))) for at, label in enumerate(labels))
    return Picture(title, drawing.svg(title, WIDTH, base + 26), head, rows, note)


def progress(title: str, goals: Sequence[Goal], *, note: str = "") -> Picture:
    """Each value as a bar on its way to a mark; what is reached says so in words."""
    drawing, step, room = Drawing(), 52, WIDTH - 6
    for number, goal in enumerate(goals):
        y = step * number
        value, target = goal.shown or number_text(goal.value), goal.shown_target or number_text(goal.target)
        ends = _words(goal, value, target)
        drawing.text(0, y + 15, fitting(goal.label, room - text_width(ends) - 20))
        drawing.text(room, y + 15, ends, anchor="end", bold=True)
        # Where the target is passed, the bar runs over the mark.
        scale = max(goal.target, goal.value or 0) or 1
        drawing.track(0, y + 23, room, 12)
        if goal.value:
            drawing.rect(0, y + 23, max(room * goal.value / scale, 2), 12, tone="done" if goal.is_met else "accent")
        mark = room * goal.target / scale
        drawing.mark(mark, y + 19, y + 39)
    rows = tuple(
        Row(
            (
                goal.label,
                goal.shown or number_text(goal.value),
                (_("at least %(target)s") if goal.at_least else _("at most %(target)s"))
                % {"target": goal.shown_target or number_text(goal.target)},
                _("reached") if goal.is_met else UNKNOWN if goal.value is None else _("not yet"),
            ),
            goal.url,
        )
        for goal in goals
    )
    head = (_("Target"), _("Value"), pgettext("goal", "Wanted"), _("Reached?"))
    return Picture(title, drawing.svg(title, WIDTH, step * len(goals)), head, rows, note)


def _words(goal: Goal, value: str, target: str) -> str:
    texts = {"value": value, "target": target}
    if goal.is_met:
        return _("%(value)s, target %(target)s: reached") % texts
    return _("%(value)s, target %(target)s") % texts if goal.at_least else _("%(value)s, at most %(target)s") % texts


# -- flows ------------------------------------------------------------------------------------------------------------
def flows(
    title: str,
    items: Sequence[Flow],
    *,
    header: tuple[str, str, str],
    note: str = "",
    legend: dict[str, str] | None = None,
) -> Picture:
    """Ribbons from the sources on the left to the targets on the right, as wide as their numbers."""
    drawing = Drawing()
    top = drawing.legend([(label, tone) for tone, label in (legend or {}).items()], WIDTH) + 8
    unit = 150 / max(sum(item.number for item in items), 1)
    thick = [max(2.0, min(unit, 12) * item.number) for item in items]
    left, right = 186, WIDTH - 186
    sources = _places([item.source for item in items], thick, top)
    targets = _places([item.target for item in items], thick, top)
    used: dict[tuple[str, str], float] = {}

    def slot(side: str, name: str, place: "_Place", width: float) -> float:
        begin = used.get((side, name), place.y + (place.height - place.filled) / 2)
        used[side, name] = begin + width
        return begin

    ribbons = []
    for item, width in zip(items, thick, strict=True):
        a = slot("source", item.source, sources[item.source], width)
        b = slot("target", item.target, targets[item.target], width)
        drawing.ribbon(_ribbon(left, a, right, b, width), item.tone)
        ribbons.append((item, a, b, width))
    for item, a, b, width in ribbons:
        # A sixth of the way along the curve, where ribbons to one target have not met yet.
        x, y = left + (right - left) * 0.16, a + (b - a) * 0.07 + width / 2 + 4.5
        drawing.text(x, y, item.shown or number_text(item.number), anchor="middle", bold=True, halo=True)
    for name, place in sources.items():
        drawing.post(left - 4, place.y, place.height)
        drawing.text(left - 11, place.y + place.height / 2 + 4.5, fitting(name, left - 14), anchor="end")
    for name, place in targets.items():
        drawing.post(right, place.y, place.height)
        drawing.text(right + 11, place.y + place.height / 2 + 4.5, fitting(name, WIDTH - right - 14))
    height = max([place.y + place.height for place in [*sources.values(), *targets.values()]], default=0) + 8
    rows = tuple(Row((item.source, item.target, item.shown or number_text(item.number)), item.url) for item in items)
    return Picture(title, drawing.svg(title, WIDTH, height), header, rows, note)


def _ribbon(left: float, start: float, right: float, end: float, width: float) -> str:
    """The outline of a band that swings from one height to another."""
    middle = (left + right) / 2
    there = [(left, start), (middle, start), (middle, end), (right, end)]
    back = [(x, y + width) for x, y in reversed(there)]
    (begin, *out), (turn, *home) = ([f"{digits(x)},{digits(y)}" for x, y in way] for way in (there, back))
    return f"M{begin} C{' '.join(out)} L{turn} C{' '.join(home)} Z"


@dataclass(frozen=True)
class _Place:
    y: float
    height: float
    filled: float


def _places(names: Sequence[str], thick: Sequence[float], top: float) -> dict[str, _Place]:
    """Where each name stands on its side: below each other, as high as its ribbons and its letters need."""
    filled: dict[str, float] = {}
    for name, width in zip(names, thick, strict=True):
        filled[name] = filled.get(name, 0) + width
    places, y = {}, top
    for name, width in filled.items():
        places[name] = _Place(y, max(width, 20), width)
        y += max(width, 20) + 12
    return places


# -- calendar ---------------------------------------------------------------------------------------------------------
MONTH_WIDTH, LANE_LABEL, SPAN_STEP = 84, 120, 28


def calendar_strip(
    title: str,
    *,
    first: dt.date,
    month_labels: Sequence[str],
    lanes: Sequence[Lane],
    today: dt.date | None = None,
    header: tuple[str, ...],
    rows: Iterable[Row],
    note: str = "",
) -> Picture:
    """Months from `first` on as columns, lanes of spans and of monthly numbers below them."""
    drawing = Drawing()
    width = LANE_LABEL + MONTH_WIDTH * len(month_labels) + 10
    body, y = Drawing(), 34.0
    for lane in lanes:
        body.text(0, y + 14, fitting(lane.label, LANE_LABEL - 8))
        if lane.numbers:
            for at, number in enumerate(lane.numbers):
                if number:
                    x = LANE_LABEL + MONTH_WIDTH * at
                    body.rect(x + 20, y, 8, 18, tone=lane.tone)
                    body.text(x + 34, y + 14, number_text(number))
            y += 30
            continue
        for span in lane.spans:
            begin = max(day_x(span.first, first), LANE_LABEL)
            end = min(day_x(span.last + dt.timedelta(days=1), first), width - 10)
            body.rect(begin, y, max(end - begin, 6), 8, tone=span.tone)
            label = fitting(span.label, 330)
            # A long name near the end of the strip is set to the left, so that it can be read.
            past = begin + text_width(label) > width - 10
            body.text(width - 10 if past else begin, y + 21, label, quiet=True, anchor="end" if past else "start")
            y += SPAN_STEP
        y += 6
    for at, label in enumerate(month_labels):
        x = LANE_LABEL + MONTH_WIDTH * at
        drawing.line(x, 24, x, y)
        drawing.text(x + 4, 16, label, quiet=True)
    drawing.parts += body.parts
    if today is not None:
        drawing.mark(day_x(today, first), 20, y, tone="stopped")
    return Picture(title, drawing.svg(title, width, y + 2), header, tuple(rows), note)


def day_x(day: dt.date, first: dt.date) -> float:
    """Where a day stands on a strip that begins with the month of `first`."""
    months = (day.year - first.year) * 12 + day.month - first.month
    return LANE_LABEL + months * MONTH_WIDTH + (day.day - 1) * MONTH_WIDTH / 31


def number_text(value: float | None) -> str:
    """A number as it stands in a picture; a dash for what is unknown."""
    if value is None:
        return UNKNOWN
    rounded = round(float(value), 1)
    return f"{rounded:,.0f}" if rounded.is_integer() else f"{rounded:,.1f}"


def _label_width(labels: Sequence[str]) -> float:
    return min(max((text_width(label) for label in labels), default=0) + 14, WIDTH * 0.42)


def _with_tones(series: Sequence[Series]) -> list[Series]:
    """Every series with a tone; those that name none take the next of the row."""
    tones = list(TONES)
    return [Series(one.label, one.values, one.tone or tones[at % len(tones)]) for at, one in enumerate(series)]


def _ticks(most: float) -> list[float]:
    """Round numbers from zero up to the first one not below the largest value."""
    if most <= 0:
        return [0, 1]
    power = 10 ** math.floor(math.log10(most))
    step = next(power * factor for factor in (0.2, 0.5, 1, 2, 5) if most / (power * factor) <= 5)
    step = max(step, 1) if most >= 1 else step
    return [step * number for number in range(math.ceil(most / step) + 1)]
