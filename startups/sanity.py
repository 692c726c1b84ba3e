"""What looks odd in a founder's figures: questions to confirm, never refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.core.money import money_text
from startups.models.update import IN_MONEY, Metric

JUMP = 10
# A yen is worth about a hundredth of a dollar: typed in the wrong currency, an amount is off by about this factor.
SWAPPED = 50
MONTHS = 3
SHORT_RUNWAY = 6  # months


@dataclass(frozen=True)
class Known:
    """A figure as it was answered; None is “not answered”."""

    value: Decimal | None
    currency: str = ""


@dataclass(frozen=True)
class Question:
    """One thing to confirm. The code says of which figure and why, so that an answer is kept with the version."""

    code: str
    metric: str
    text: str


def questions(now: Mapping[str, Known], before: Mapping[str, Known]) -> list[Question]:
    """What to ask back, in the order of the figures."""
    found = []
    for metric in Metric:
        figure, earlier = now.get(metric, Known(None)), before.get(metric, Known(None))
        if figure.value is None:
            continue
        found += _of_one(metric, figure, earlier)
    found += _of_all(now)
    return found


def runway_months(figures: Mapping[str, Known]) -> Decimal | None:
    """How long the money lasts at the pace of this quarter; None where that cannot be said. For the desk alone."""
    cash, spent = figures.get(Metric.CASH, Known(None)), figures.get(Metric.SPENT, Known(None))
    if cash.value is None or not spent.value or cash.currency != spent.currency or spent.value < 0:
        return None
    return cash.value * MONTHS / spent.value


def _of_one(metric: Metric, figure: Known, earlier: Known) -> list[Question]:
    label = metric.label
    if figure.value < 0:
        return [
            Question(f"{metric}.negative", metric, _("%(figure)s is below zero. Is that right?") % {"figure": label})
        ]
    if earlier.value is None or not earlier.value or not figure.value:
        return []
    if metric in IN_MONEY and figure.currency != earlier.currency:
        return _other_currency(metric, figure, earlier)
    ratio = figure.value / earlier.value
    if ratio > JUMP:
        text = _("%(figure)s is more than ten times that of last time (%(before)s). Is that right?")
        return [Question(f"{metric}.jump", metric, text % {"figure": label, "before": _shown(earlier)})]
    if metric in IN_MONEY and ratio * SWAPPED < 1:
        text = _("%(figure)s is less than a fiftieth of last time (%(before)s). Is the currency right?")
        return [Question(f"{metric}.currency", metric, text % {"figure": label, "before": _shown(earlier)})]
    return []


def _other_currency(metric: Metric, figure: Known, earlier: Known) -> list[Question]:
    """Another currency than last time, and yet about the same number: probably the old currency was meant."""
    if not Decimal("0.1") < figure.value / earlier.value < JUMP:
        return []
    text = _("%(figure)s is now in %(now)s and was %(before)s last time. Is the currency right?")
    return [
        Question(
            f"{metric}.currency",
            metric,
            text % {"figure": metric.label, "now": figure.currency, "before": _shown(earlier)},
        )
    ]


def _of_all(now: Mapping[str, Known]) -> list[Question]:
    people, fte = now.get(Metric.PEOPLE, Known(None)).value, now.get(Metric.FTE, Known(None)).value
    found = []
    if people is not None and fte is not None and fte > people:
        text = _("There are more full-time equivalents than people. Is that right?")
        found.append(Question("fte.more_than_people", Metric.FTE, text))
    months = runway_months(now)
    if months is not None and months < 1:
        text = _("The money in the bank is less than you spend in a month. Is that right?")
        found.append(Question("cash.less_than_a_month", Metric.CASH, text))
    return found


def _shown(figure: Known) -> str:
    return (
        money_text(figure.value, figure.currency) if figure.currency else f"{figure.value:,f}".rstrip("0").rstrip(".")
    )


def is_short(months: Decimal | None) -> bool:
    return months is not None and months < SHORT_RUNWAY
