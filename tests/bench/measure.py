"""How a number becomes a row: value, floor, ratio, target, met."""

import gzip
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is value ÷ floor (or floor ÷ value for rates); `target` bounds it from above."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    target: float | None = None
    met: bool | None = None

    def as_dict(self) -> dict:
        return asdict(self)


def time_row(name: str, value: float, unit: str, floor: float, target: float) -> Row:
    """A duration: small is good."""
    ratio = value / floor
    return Row(name, round(value, 3), unit, round(floor, 3), round(ratio, 2), target, ratio <= target)


def rate_row(name: str, value: float, unit: str, floor: float, target: float) -> Row:
    """A rate: large is good; the ratio says how many times slower than the floor."""
    ratio = floor / value
    return Row(name, round(value, 1), unit, round(floor, 1), round(ratio, 2), target, ratio <= target)


def limit_row(name: str, value: float, unit: str, target: float) -> Row:
    """A plain number that has to stay below a limit."""
    return Row(name, value, unit, None, None, target, value <= target)


def milliseconds(act: Callable[[], object], rounds: int, warm_up: int = 3) -> list[float]:
    """Durations of one call each."""
    for _ in range(warm_up):
        act()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def median(values: list[float]) -> float:
    return statistics.median(values)


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def table(rows: list[Row]) -> str:
    """The rows as people read them."""
    lines = [f"{'':58} {'value':>12} {'unit':10} {'floor':>10} {'ratio':>7} {'target':>7}  met"]
    for row in rows:
        floor = "" if row.floor is None else f"{row.floor:g}"
        ratio = "" if row.ratio is None else f"{row.ratio:g}"
        target = "" if row.target is None else f"{row.target:g}"
        met = "" if row.met is None else ("yes" if row.met else "NO")
        lines.append(f"{row.name:58} {row.value:>12g} {row.unit:10} {floor:>10} {ratio:>7} {target:>7}  {met}")
    return "\n".join(lines)
