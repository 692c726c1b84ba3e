"""The frozen content of a report: figures with their records' hash, what the pictures show, what others have published.

Everything is plain data without words of any language but those that were frozen in both; drawing and typesetting come
later and may be done again from the same snapshot.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet

from exchanges.models import Application, Stay
from portal.alliances.models import Alliance, Organisation
from portal.core.dates import fiscal_bounds
from portal.figures import Period, Subject, codes, compute, definition
from portal.figures.registry import counts_demo_rows
from portal.reports.comparing import counted_beside
from portal.reports.definitions import DEFINITIONS
from portal.reports.models import KpiDefinition, KpiObservation, KpiTarget, KpiValue, ReportRun
from portal.reports.naming import names_of
from portal.reports.pictures import fellows, flows, pipeline, targets

Tell = Callable[[int], None]


def take(run: ReportRun, *, as_of: dt.date, tell: Tell = lambda per_cent: None) -> dict:
    """Count everything the report shows; `tell` hears how many per cent of it are done."""
    report = DEFINITIONS[run.kind]
    subject = Subject.of(run.kind, run.subject)
    entries = KpiDefinition.objects.in_bulk(report.codes, field_name="code")
    figures, declared = [], set(codes())
    for number, code in enumerate(report.codes):
        if code in entries and code in declared:
            figures.append(_figure(entries[code], run, subject, as_of))
        tell(100 * (number + 1) // len(report.codes))
    return {
        "kind": run.kind,
        "subject": {"code": subject.key, "en": run.subject.name_en, "ja": run.subject.name_ja or run.subject.name_en},
        "calendar": run.calendar,
        "year": run.year,
        "first": run.period.first,
        "last": run.period.last,
        "as_of": as_of,
        "has_demo": any(figure["has_demo"] for figure in figures),
        "figures": figures,
    }


def take_pictures(run: ReportRun, *, as_of: dt.date) -> dict:
    """What the pictures of the report show."""
    first, last = fiscal_bounds(run.year, run.calendar)
    gatherers = {
        "fellows": lambda: fellows.gather(stays_of(run.subject), calendar=run.calendar, year=run.year),
        "flows": lambda: flows.gather(
            stays_of(run.subject),
            first=first,
            last=last,
            organisations=Organisation.objects.all(),
        ),
        "pipeline": lambda: pipeline.gather(
            applications_of(run.subject).filter(run.period.holds_instant("submitted_at"))
        ),
        "targets": lambda: targets.gather(
            KpiTarget.objects.select_related("kpi"),
            subject=Subject.of(run.kind, run.subject),
            day=min(last, as_of),
            period=run.period,
        ),
    }
    return {name: gatherers[name]() for name in DEFINITIONS[run.kind].pictures}


def digest_of(snapshot: dict) -> str:
    """SHA-256 of the figures and pictures as canonical JSON."""
    return hashlib.sha256(json.dumps(snapshot, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def as_stored(snapshot: dict) -> dict:
    """The snapshot as it comes back out of the database."""
    return json.loads(json.dumps(snapshot, cls=DjangoJSONEncoder))


def differences(snapshot: dict, before: dict) -> list[dict]:
    """Figures whose value, or the records behind it, are not those of an earlier edition."""
    old = {figure["code"]: figure for figure in before["figures"]}
    found = []
    for figure in snapshot["figures"]:
        was = old.get(figure["code"])
        if was is None or (was["value"], was["hash"]) != (figure["value"], figure["hash"]):
            found.append(
                {**figure, "was": was["value"] if was else None, "was_records": was["records"] if was else None}
            )
    return found


def stays_of(subject) -> QuerySet:
    path = "programme__alliance" if isinstance(subject, Alliance) else "programme"
    return _real(Stay.objects.filter(**{path: subject}))


def applications_of(subject) -> QuerySet:
    path = "programme__alliance" if isinstance(subject, Alliance) else "programme"
    return _real(Application.objects.filter(**{path: subject}))


def _figure(entry: KpiDefinition, run: ReportRun, subject: Subject, as_of: dt.date) -> dict:
    figure = definition(entry.code)
    frozen = {
        "code": entry.code,
        "name": {"en": entry.name_en, "ja": entry.name_ja},
        "formula": {"en": entry.formula_en, "ja": entry.formula_ja},
        "unit": figure.unit.value,
        "basis": figure.basis.value,
        "source": entry.source,
        "value": None,
        "before": None,
        "denominator": None,
        "unknown": 0,
        "records": 0,
        "hash": "",
        "is_small": False,
        "is_of_few": False,
        "has_demo": False,
        "missing": "",
        "verified": None,
        "published": _published(entry, run),
        "period": None,
    }
    if not figure.is_computed or subject.kind not in figure.subjects:
        return frozen | {"missing": "records" if not figure.is_computed else "subject"}
    period = figure.period_in(run.year, run.calendar, today=as_of)
    year_before = figure.period_in(run.year - 1, run.calendar, today=as_of)
    result = compute(entry.code, subject=subject, period=period, today=as_of)
    before = compute(entry.code, subject=subject, period=year_before, today=as_of).value
    keys = result.ids()
    return frozen | {
        "value": _text(result.value),
        "before": _text(before),
        "denominator": _text(result.denominator),
        "unknown": result.unknown,
        "records": len(keys),
        "hash": hashlib.sha256("\n".join(keys).encode()).hexdigest(),
        "is_small": result.is_small,
        "is_of_few": bool(result.not_told),
        "has_demo": result.has_demo(),
        "verified": _verified(entry, subject, period),
        "period": period.key,
    }


def _published(entry: KpiDefinition, run: ReportRun) -> list[dict]:
    """Values that others have published about the subject and that fall into its year, with their source."""
    first, last = fiscal_bounds(run.year, run.calendar)
    own = [run.subject.code]
    if run.kind == ReportRun.Kind.ALLIANCE:
        own += run.subject.programmes.values_list("code", flat=True)
        own += run.subject.events.values_list("code", flat=True)
        own += run.subject.events.exclude(series_code="").values_list("series_code", flat=True)
    rows = KpiObservation.objects.filter(kpi=entry, subject_code__in=own).filter(
        Q(from_date=None) | Q(from_date__lte=last), Q(to_date=None) | Q(to_date__gte=first)
    )
    found = list(rows)
    names = names_of((row.subject_code for row in found), None) if found else {}
    return [
        {
            "about": row.subject_code,
            "about_name": names.get(row.subject_code),
            "value": _text(row.value),
            "unit": row.unit,
            "counted": _text(counted_beside(row, definition(entry.code))),
            "first": row.from_date,
            "last": row.to_date,
            "quality": row.quality,
            "source": row.source,
        }
        for row in found
    ]


def _verified(entry: KpiDefinition, subject: Subject, period: Period) -> dict | None:
    row = (
        KpiValue.objects.verified()
        .filter(kpi=entry, subject=subject.natural_key, period=period.key)
        .order_by("-edition")
        .first()
    )
    return row and {"edition": row.edition, "value": _text(row.value), "as_of": row.as_of, "on": row.verified_at.date()}


def _real(rows: QuerySet) -> QuerySet:
    """Invented rows stay out unless the portal is a demonstration."""
    return rows if counts_demo_rows() else rows.filter(is_demo=False)


def _text(value) -> str | None:
    return None if value is None else str(value)
