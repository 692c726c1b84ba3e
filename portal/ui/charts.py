"""Pictures as SVG text from plain data: a message as title, the drawing, and the table behind it.

One drawing serves page, print and PDF (see `drawing`); a second one, in the width of a phone, has the same letters and
all of the picture without moving it sideways. Nothing is told by colour alone: numbers stand in the drawing, and the
table holds them all.
"""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.ui.drawing import TONES, Drawing, digits, fitting, text_width, wrapped

WIDTH, NARROW = 560, 330
BOLDER = 1.08  # bold letters need more room
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
    narrow: str = ""  # the same drawing for a phone; empty where it is moved sideways instead

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
    """How far a value is on its way to a target; `at_least` says on which side of the target one wants to be.

    `unknown` are the records of which it is not known whether they belong to the value.
    """

    label: str
    value: float | None
    target: float
    shown: str = ""
    shown_target: str = ""
    at_least: bool = True
    url: str = ""
    is_yes_or_no: bool = False
    unknown: int = 0

    @property
    def found(self) -> str:
        """The value, and beside it how many records are not known."""
        value = self.shown or number_text(self.value)
        return _("%(value)s (%(count)d not known)") % {"value": value, "count": self.unknown} if self.unknown else value

    @property
    def is_met(self) -> bool:
        if self.value is None:
            return False
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def words(self) -> str:
        """Value and target in words; what is reached says so."""
        if self.is_yes_or_no and self.value is not None:
            return _("reached") if self.is_met else _("not yet")
        texts = {
            "value": self.found,
            "target": self.shown_target or number_text(self.target),
        }
        if not self.at_least:
            return _("%(value)s, at most %(target)s") % texts
        if self.is_met:
            return _("%(value)s, target %(target)s: reached") % texts
        return _("%(value)s, target %(target)s") % texts


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
    rows = tuple(Row((item.label, item.shown or number_text(item.value)), item.url) for item in items)
    return Picture(title, _bars(title, items), header, rows, note, _narrow_bars(title, items))


def _bars(title: str, items: Sequence[Bar]) -> str:
    left = _label_width([item.label for item in items])
    drawing, step = Drawing(), 28
    for number, item in enumerate(items):
        y = step * number + 4
        drawing.text(left - 10, y + 14, fitting(item.label, left - 12), anchor="end")
        _bar(drawing, item, items, left, y, WIDTH - left)
    drawing.line(left, 0, left, step * len(items))
    return drawing.svg(title, WIDTH, step * len(items) + 4)


def _narrow_bars(title: str, items: Sequence[Bar]) -> str:
    """Labels above their bars, so that both have the whole width."""
    drawing, y = Drawing(), 0.0
    for item in items:
        for line in wrapped(item.label, NARROW):
            y += 17
            drawing.text(0, y, line)
        _bar(drawing, item, items, 0, y + 6, NARROW)
        y += 34
    return drawing.svg(title, NARROW, y)


def _bar(drawing: Drawing, item: Bar, items: Sequence[Bar], x: float, y: float, room: float) -> None:
    """One bar with its number behind it; the longest of all leaves room for the longest number."""
    most = max((each.value or 0 for each in items), default=0) or 1
    numbers = [each.shown or number_text(each.value) for each in items]
    width = (room - max(text_width(number) for number in numbers) - 20) * (item.value or 0) / most
    if item.value:
        drawing.rect(x, y, max(width, 2), 18, tone=item.tone)
    drawing.text(x + max(width, 0) + 7, y + 14, item.shown or number_text(item.value), bold=True)


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
    head = (header, *(one.label for one in toned), pgettext("sum", "All"))
    rows = tuple(
        Row(
            (label, *(number_text(one.values[at]) for one in toned), number_text(sums[at])),
            urls[at] if at < len(urls) else "",
        )
        for at, label in enumerate(labels)
    )
    wide, narrow = (_columns(title, labels, toned, sums, width) for width in (WIDTH, NARROW))
    return Picture(title, wide, head, rows, note, narrow)


def _columns(
    title: str, labels: Sequence[str], toned: Sequence[Series], sums: Sequence[float], full_width: float
) -> str:
    drawing = Drawing()
    top = drawing.legend([(one.label, one.tone) for one in toned], full_width) + 16
    ticks = _ticks(max(sums, default=0))
    base, left = top + 190, max(text_width(number_text(tick)) for tick in ticks) + 12
    for tick in ticks:
        y = base - 180 * tick / ticks[-1]
        drawing.line(left, y, full_width, y)
        drawing.text(left - 6, y + 4, number_text(tick), anchor="end", quiet=True)
    slot = (full_width - left) / max(len(labels), 1)
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
    return drawing.svg(title, full_width, base + 26)


def lines(title: str, labels: Sequence[str], series: Sequence[Series], *, header: str, note: str = "") -> Picture:
    """Values over time; an unknown value interrupts its line instead of falling to zero."""
    toned = _with_tones(series)
    head = (header, *(one.label for one in toned))
    rows = tuple(Row((label, *(number_text(one.values[at]) for one in toned))) for at, label in enumerate(labels))
    wide, narrow = (_lines(title, labels, toned, width) for width in (WIDTH, NARROW))
    return Picture(title, wide, head, rows, note, narrow)


def _lines(title: str, labels: Sequence[str], toned: Sequence[Series], width: float) -> str:
    drawing = Drawing()
    top = drawing.legend([(one.label, one.tone) for one in toned], width) + 14
    base, left, right = top + 170, 44, width - 20
    ticks = _ticks(max((value for one in toned for value in one.values if value is not None), default=0))
    for tick in ticks:
        y = base - 160 * tick / ticks[-1]
        drawing.line(left, y, width, y)
        drawing.text(left - 6, y + 4, number_text(tick), anchor="end", quiet=True)
    step = (right - left - 20) / max(len(labels) - 1, 1)
    for at, label in enumerate(labels):
        drawing.text(left + 20 + step * at, base + 17, fitting(label, max(step, 44)), anchor="middle", quiet=True)
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
    return drawing.svg(title, width, base + 26)


def progress(title: str, goals: Sequence[Goal], *, note: str = "") -> Picture:
    """Each value as a bar on its way to a mark; what is reached says so in words."""
    rows = tuple(
        Row(
            (
                goal.label,
                goal.found,
                _wanted(goal),
                _("reached") if goal.is_met else UNKNOWN if goal.value is None else _("not yet"),
            ),
            goal.url,
        )
        for goal in goals
    )
    head = (_("Target"), _("Value"), pgettext("goal", "Wanted"), _("Reached?"))
    wide, narrow = (_progress(title, goals, width) for width in (WIDTH, NARROW))
    return Picture(title, wide, head, rows, note, narrow)


def _progress(title: str, goals: Sequence[Goal], width: float) -> str:
    """Label and value on one line where there is room for both, else one below the other."""
    drawing, y, room = Drawing(), 0.0, width - 6
    for goal in goals:
        words = goal.words
        is_roomy = text_width(goal.label) + text_width(words) * BOLDER + 20 <= room
        lines = [goal.label] if is_roomy else wrapped(goal.label, room)
        for line in lines:
            y += 17
            drawing.text(0, y, line)
        y += 0 if is_roomy else 18
        drawing.text(room if is_roomy else 0, y, words, anchor="end" if is_roomy else None, bold=True)
        # Where the target is passed, the bar runs over the mark.
        scale = max(goal.target, goal.value or 0) or 1
        drawing.track(0, y + 8, room, 12)
        if goal.value:
            drawing.rect(0, y + 8, max(room * goal.value / scale, 2), 12, tone="done" if goal.is_met else "accent")
        mark = room * goal.target / scale
        drawing.mark(mark, y + 4, y + 24)
        y += 36
    return drawing.svg(title, width, y)


def _wanted(goal: Goal) -> str:
    target = goal.shown_target or number_text(goal.target)
    if goal.is_yes_or_no:
        return target
    return (_("at least %(target)s") if goal.at_least else _("at most %(target)s")) % {"target": target}


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
    rows = tuple(Row((item.source, item.target, item.shown or number_text(item.number)), item.url) for item in items)
    wide, narrow = (_flows(title, items, legend or {}, width) for width in (WIDTH, NARROW))
    return Picture(title, wide, header, rows, note, narrow)


def _flows(title: str, items: Sequence[Flow], legend: dict[str, str], full_width: float) -> str:
    """Names stand beside their ends; in a narrow drawing they stand above them."""
    is_narrow = full_width < WIDTH
    drawing, above = Drawing(), 20 if is_narrow else 0
    top = drawing.legend([(label, tone) for tone, label in legend.items()], full_width) + 8
    unit = 150 / max(sum(item.number for item in items), 1)
    thick = [max(2.0, min(unit, 12) * item.number) for item in items]
    left, right = (4, full_width - 4) if is_narrow else (186, full_width - 186)
    sources = _places([item.source for item in items], thick, top, above)
    targets = _places([item.target for item in items], thick, top, above)
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
    for ends, x, anchor in ((sources, left - 4, "end"), (targets, right, None)):
        for name, place in ends.items():
            drawing.post(x, place.y, place.height)
            if is_narrow:
                inner = "end" if anchor is None else None
                words = fitting(name, full_width / 2 - 6)
                drawing.text(full_width if inner else 0, place.y - 5, words, anchor=inner, halo=True)
            else:
                outer = x - 7 if anchor else x + 11
                drawing.text(outer, place.y + place.height / 2 + 4.5, fitting(name, 172), anchor=anchor)
    height = max([place.y + place.height for place in [*sources.values(), *targets.values()]], default=0) + 8
    return drawing.svg(title, full_width, height)


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


def _places(names: Sequence[str], thick: Sequence[float], top: float, above: float) -> dict[str, _Place]:
    """Where each name stands on its side: below each other, as high as its ribbons and its letters need.

    `above` is the room for a name over its end.
    """
    filled: dict[str, float] = {}
    for name, width in zip(names, thick, strict=True):
        filled[name] = filled.get(name, 0) + width
    places, y = {}, top
    for name, width in filled.items():
        places[name] = _Place(y + above, max(width, 20), width)
        y += max(width, 20) + 12 + above
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
    return min(max((text_width(label) for label in labels), default=0) + 22, WIDTH * 0.42)


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
