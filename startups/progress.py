"""Progress to “ten new startups in ten years”: what was approved with evidence, against the target as it stands."""

import datetime as dt
from dataclasses import dataclass

from django.apps import apps

from portal.figures.registry import counts_demo_rows
from startups.models import Startup

FIGURE = "S01"


@dataclass(frozen=True)
class Progress:
    reached: int
    target: int
    since: dt.date | None
    until: dt.date | None
    text: str
    as_of: dt.date


def new_startups(today: dt.date) -> Progress | None:
    """None where no target is on record. Targets belong to the figures, which stand above: asked for by their name."""
    targets = apps.get_model("reports", "KpiTarget")._base_manager.filter(kpi__code=FIGURE, comparator=">=")
    target = targets.order_by("by_date", "pk").first()
    if target is None:
        return None
    counted = Startup.objects.counted_as_new(today)
    if not counts_demo_rows():
        counted = counted.filter(is_demo=False)
    return Progress(counted.count(), int(target.target_value), target.from_date, target.by_date, target.text, today)
