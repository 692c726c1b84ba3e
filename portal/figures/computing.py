"""One figure, computed: its value, and the rows behind it for drill-down, machines and the frozen copy alike."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.figures.measures import SMALLEST_CELL, Measure, Number, Part
from portal.figures.periods import Period
from portal.figures.registry import Ask, Figure, counts_demo_rows, definition, natural_key
from portal.figures.subjects import KINDS, Subject, SubjectError
from portal.figures.wording import figure_text

NOTHING = Measure(value=None)


@dataclass(frozen=True)
class Result:
    """A computed figure. Everything but the value itself is asked of the database only when somebody wants it."""

    figure: Figure
    subject: Subject | None
    period: Period
    measure: Measure
    is_whole: bool = True  # the whole of the subject, or only what the person who asked may see
    with_demo: bool = False  # whether invented rows were asked for at all

    @property
    def code(self) -> str:
        return self.figure.code

    @property
    def unit(self) -> str:
        return self.figure.unit.value

    @property
    def missing(self) -> str:
        """Which records the portal does not keep yet; empty for a computed figure."""
        return str(self.figure.missing)

    @property
    def value(self) -> Number | None:
        return self.measure.value

    @property
    def numerator(self) -> Number | None:
        return self.measure.numerator

    @property
    def denominator(self) -> Number | None:
        return self.measure.denominator

    @property
    def unknown(self) -> int:
        return self.measure.unknown

    @property
    def text(self) -> str:
        """The value as people write it; a dash where there is none."""
        return self.not_told or figure_text(self.value, self.unit)

    @property
    def not_told(self) -> str:
        """Why the value is kept from its readers; empty where it is not."""
        return _("too few to tell") if self.value is None and self.measure.is_of_few else ""

    @property
    def aimed(self) -> tuple[Number | None, str]:
        """What a target is compared with, and its unit: the value, or the size of a group where there is one."""
        return (self.denominator or None, "count") if self.figure.targets_size else (self.value, self.unit)

    def parts(self) -> list[Part]:
        return self._parts

    @cached_property
    def _parts(self) -> list[Part]:
        return self.measure.parts()

    # -- the rows behind it --------------------------------------------------------------------------------------------
    def rows(self, user=None) -> list[QuerySet]:
        """The records that the figure counts; for a person only those she may see."""
        return [self._seen(rows, user) for rows in self.measure.behind]

    def base_rows(self, user=None) -> list[QuerySet]:
        """The records of the denominator."""
        return [self._seen(rows, user) for rows in self.measure.base]

    def ids(self) -> list[str]:
        return list(self._natural_keys(self.measure.behind))

    def base_ids(self) -> list[str]:
        return list(self._natural_keys(self.measure.base))

    def _natural_keys(self, querysets: tuple[QuerySet, ...]) -> Iterator[str]:
        for rows in querysets:
            key = natural_key(rows.model)
            for values in rows.order_by(*key).values_list(*key):
                yield "|".join(str(value) for value in values)

    @staticmethod
    def _seen(rows, user) -> QuerySet:
        return rows if user is None else rows.visible_to(user)

    @cached_property
    def _counts_demo(self) -> bool:
        return self.with_demo and any(
            rows.filter(is_demo=True).exists()
            for rows in (*self.measure.behind, *self.measure.base)
            if hasattr(rows.model, "is_demo")
        )

    def has_demo(self) -> bool:
        return self._counts_demo

    @property
    def is_small(self) -> bool:
        """Whether few people stand behind the value or what is left of the denominator, or few gave what is summed."""
        if self.measure.givers is not None:
            return self.measure.is_of_few
        return self.figure.counts_people and is_small_cell(self.value, self.numerator, self.denominator)


def is_small_cell(value, numerator, denominator) -> bool:
    if numerator is None:
        cells = [denominator if denominator is not None else value]
    else:
        cells = [numerator, denominator - numerator]
    return any(cell is not None and 0 < cell < SMALLEST_CELL for cell in cells)


def compute(
    code: str,
    *,
    subject: Subject | None = None,
    period: Period | None = None,
    user=None,
    today: dt.date | None = None,
    with_demo: bool | None = None,
    tells_few: bool = False,
) -> Result:
    """The figure `code` of a subject in a period; KeyError for an unknown code, SubjectError for a wrong subject.

    A sum of few whose amounts are secret has no value (`Result.not_told`), except for who sees the rows themselves
    and with `tells_few`.
    """
    figure = definition(code)
    period, today = period or Period.whole(), today or timezone.localdate()
    if figure.formula is None:
        return Result(figure, subject, period, NOTHING)
    if subject is not None and subject.kind not in figure.subjects:
        raise SubjectError(
            _("%(code)s is not counted for a subject of the kind “%(kind)s”. Choose one of: %(kinds)s.")
            % {
                "code": code,
                "kind": subject.kind_label,
                "kinds": ", ".join(str(KINDS[kind].label) for kind in figure.subjects),
            }
        )
    is_whole = user is None or reads_whole(user, subject)
    with_demo = counts_demo_rows() if with_demo is None else with_demo
    ask = Ask(
        figure,
        period,
        subject,
        today,
        reader=None if is_whole else user,
        with_demo=with_demo,
    )
    measure = figure.formula(ask)
    if measure.is_of_few and is_whole and not tells_few:
        measure = replace(measure, value=None, parts=list)
    return Result(figure, subject, period, measure, is_whole, with_demo)


def reads_whole(user, subject: Subject | None) -> bool:
    """Whether the person gets the figure of all rows of the subject."""
    if subject is None:
        return getattr(getattr(user, "scope", None), "is_global", False)
    return subject.belongs_to(user)
