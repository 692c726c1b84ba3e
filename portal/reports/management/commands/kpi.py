"""`manage.py kpi X01 --subject qupip --from 2026-04-01 --to 2027-03-31 --json`: one figure and its records."""

import datetime as dt
import json
from dataclasses import replace

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.core.dates import FiscalCalendar
from portal.figures import Period, PeriodError, Result, SubjectError, codes, compute, definition, find_subject
from portal.figures.wording import SUMS_IN
from portal.reports.models import KpiDefinition

WRONG_QUESTION = 2


class Command(BaseCommand):
    help = "Compute one figure: value, unit, denominator and the records behind it."

    def add_arguments(self, parser):
        parser.add_argument("code", help="such as X01; `list` shows all")
        parser.add_argument("--subject", default="", help="natural key, such as ctqa or programme:qupip")
        parser.add_argument("--from", dest="first", default="", metavar="DATE", help="first day, YYYY-MM-DD")
        parser.add_argument("--to", dest="last", default="", metavar="DATE", help="last day, counted, YYYY-MM-DD")
        parser.add_argument("--as-of", default="", metavar="DATE", help="as known on this day: nothing after it counts")
        parser.add_argument("--fiscal-year", type=int, metavar="YEAR", help="instead of days")
        parser.add_argument("--calendar", default=FiscalCalendar.JAPAN, choices=FiscalCalendar.values)
        parser.add_argument("--with-demo", action="store_true", help="count demonstration rows as well")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args, code, subject, **options):
        if code == "list":
            return self._list()
        figure = _known(code.upper())
        try:
            period = _period(options)
            about = find_subject(subject, figure.subjects or None) if subject else None
            result = compute(
                figure.code,
                subject=about,
                period=period,
                today=_day(options["as_of"], "--as-of"),
                with_demo=True if options["with_demo"] else None,
                tells_few=True,  # who runs the portal reads its rows
            )
        except (PeriodError, SubjectError) as error:
            raise CommandError(str(error), returncode=WRONG_QUESTION) from error
        answer = _answer(result, options["as_of"])
        self.stdout.write(
            json.dumps(answer, ensure_ascii=False, indent=1) if options["json"] else _told(result, answer)
        )
        return None

    def _list(self):
        names = dict(KpiDefinition.objects.values_list("code", "name_en"))
        for code in codes():
            figure = definition(code)
            state = f"not computed, no records of: {figure.missing}" if figure.missing else ", ".join(figure.subjects)
            self.stdout.write(f"{code}  {names.get(code, '')}  [{state}]")


def _known(code: str):
    if code not in codes():
        raise CommandError(
            f"There is no figure “{code}”. The figures are: {', '.join(codes())}.", returncode=WRONG_QUESTION
        )
    return definition(code)


def _day(text: str, option: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError(
            f"{option} {text}: this is no date. Write it as 2026-04-01.", returncode=WRONG_QUESTION
        ) from error


def _period(options) -> Period:
    first, last = _day(options["first"], "--from"), _day(options["last"], "--to")
    as_of, year = _day(options["as_of"], "--as-of"), options["fiscal_year"]
    period = Period(first, last)
    if year is not None:
        if first or last:
            raise CommandError("Give either --fiscal-year or days, not both.", returncode=WRONG_QUESTION)
        if not 1900 <= year <= 2200:
            raise CommandError(f"--fiscal-year {year}: give a year such as 2026.", returncode=WRONG_QUESTION)
        period = Period.fiscal(year, options["calendar"])
    if as_of and (period.last is None or as_of < period.last):
        period = replace(period, last=as_of, name="")
    return period


def _plain(value):
    """A number as JSON knows it."""
    if value is None or isinstance(value, bool | int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _answer(result: Result, as_of: str) -> dict:
    period = result.period
    definition_row = KpiDefinition.objects.filter(code=result.code).first()
    return {
        "code": result.code,
        "name": definition_row.name if definition_row else "",
        "formula": definition_row.formula if definition_row else "",
        "subject": result.subject.natural_key if result.subject else None,
        "from": period.first.isoformat() if period.first else None,
        "to": period.last.isoformat() if period.last else None,
        "as_of": as_of or min(period.last or dt.date.max, timezone.localdate()).isoformat(),
        "value": _plain(result.value),
        "unit": result.unit,
        "currency": SUMS_IN if result.unit == "currency" else None,
        "basis": result.figure.basis.value,
        "numerator": _plain(result.numerator),
        "denominator": _plain(result.denominator),
        "unknown": result.unknown,
        "parts": [{"key": part.key, "label": part.label, "value": _plain(part.value)} for part in result.parts()],
        "models": [rows.model._meta.label_lower for rows in result.rows()],
        "ids": result.ids(),
        "denominator_ids": result.base_ids(),
        "contains_demonstration_data": result.has_demo(),
        "missing": result.missing,
    }


def _told(result: Result, answer: dict) -> str:
    if result.missing:
        return f"{answer['code']} {answer['name']}: not computed; the portal keeps no records of: {result.missing}"
    lines = [f"{answer['code']} {answer['name']}: {result.text}"]
    lines.append(f"{answer['subject'] or 'whole portal'}, {result.period}")
    if result.denominator is not None:
        lines.append(f"denominator: {_plain(result.denominator)}")
    if result.unknown:
        lines.append(f"not known: {result.unknown}")
    lines += [f"{part.label}: {_plain(part.value)}" for part in result.parts()]
    lines.append(f"records: {', '.join(answer['ids']) or 'none'}")
    return "\n".join(lines)
