"""Freezing and verifying values of figures. A frozen value stays as it is; a correction is a new edition."""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from functools import reduce
from operator import or_

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.models import AuditEntry
from portal.core.workflow import ReasonMissing, StepError, lock
from portal.figures import Ask, Period, Result, Subject, compute, definition
from portal.figures.registry import natural_key
from portal.reports.models import KpiDefinition, KpiValue
from portal.reports.rules.value import audits_value, freezes

# Names of records that a page shows.
KEYS_READ = 20
# Acts by which a person enters what a figure counts. Judging a record is no entering.
ENTERING = ("core.added", "core.changed", "transfers.row_created", "transfers.row_changed")


class NothingChanged(StepError):
    """The figure is what its newest edition says."""


@transaction.atomic
def freeze(*, code: str, subject: Subject, period: Period, actor, today: dt.date, reason: str = "") -> KpiValue:
    """Keep the figure as it is now, with the records behind it. A later edition needs a reason."""
    if not freezes(actor, subject):
        raise PermissionDenied("reports.freeze")
    if period.last is None or period.last > today:
        raise StepError(_("The period is not over yet. Freeze its figures from the day after its end."))
    # Two people freezing the same figure: the second one waits and sees the first one's edition.
    kpi = lock(KpiDefinition.objects.get(code=code))
    result = compute(code, subject=subject, period=period, today=today)
    if result.missing:
        raise StepError(
            _("%(code)s cannot be computed: the portal keeps no records of %(missing)s.")
            % {"code": code, "missing": result.missing}
        )
    if result.not_told:
        raise StepError(_("%(code)s stands for fewer than five: such a sum is not kept.") % {"code": code})
    keys = records_of(result)
    digest = hash_of(keys)
    newest = kpi.values.filter(subject=subject.natural_key, period=period.key).order_by("-edition").first()
    if newest is not None:
        if (newest.value, newest.unknown, newest.keys_hash) == (result.value, result.unknown, digest):
            raise NothingChanged(_("%(code)s: nothing has changed since the last edition.") % {"code": code})
        if not reason.strip():
            raise ReasonMissing(_("%(code)s was frozen before: say why there is a new edition.") % {"code": code})
    value = KpiValue.objects.create(
        kpi=kpi,
        subject=subject.natural_key,
        alliance=subject.alliance,
        organisation=subject.organisation,
        period=period.key,
        from_date=period.first,
        to_date=period.last,
        edition=newest.edition + 1 if newest else 1,
        value=result.value,
        numerator=result.numerator,
        denominator=result.denominator,
        unknown=result.unknown,
        unit=result.unit,
        formula_en=kpi.formula_en,
        keys=keys,
        keys_hash=digest,
        as_of=today,
        counts_demo=result.has_demo(),
        is_small=result.is_small,
        reason=reason.strip() if newest else "",
        frozen_by=actor,
    )
    audit.record(
        "reports.frozen",
        value,
        actor=actor,
        reason=value.reason,
        audience=audit.DESKS,
        before={"value": _plain(newest.value)} if newest else None,
        after={"value": _plain(value.value)},
        edition=value.edition,
        hash=digest,
    )
    return value


@transaction.atomic
def verify(*, kpi_value: KpiValue, actor, now: dt.datetime) -> KpiValue:
    """Confirm a frozen value; from then on the public may read it. Nobody confirms what she has entered herself."""
    row = lock(kpi_value)
    if not audits_value(actor, row):
        raise PermissionDenied("reports.verify")
    if row.newer_editions().exists():
        raise StepError(_("There is a newer edition of this value: verify that one."))
    if has_entered(actor, row):
        raise StepError(
            _("You entered or changed records behind this figure yourself. Somebody else has to verify it.")
        )
    row.verified_by, row.verified_at = actor, now
    row.save(update_fields=["verified_by", "verified_at", "updated_at"])
    audit.record(
        "reports.verified",
        row,
        actor=actor,
        audience=audit.DESKS,
        after={"value": _plain(row.value)},
        edition=row.edition,
    )
    kpi_value.verified_by, kpi_value.verified_at = actor, now
    return row


def has_entered(user, value: KpiValue) -> bool:
    """Whether the person entered or changed a record that the figure runs over."""
    figure = definition(value.kpi.code)
    if figure.source is None:
        return False
    ask = Ask(figure, Period(value.from_date, value.to_date), value.about, value.as_of, with_demo=True)
    rows = ask.rows().annotate(key_text=Cast("pk", CharField()))
    return AuditEntry.objects.filter(
        actor=user,
        verb__in=ENTERING,
        target_type=figure.source.model._meta.label_lower,
        target_id__in=rows.values("key_text"),
    ).exists()


def records_of(result: Result) -> dict[str, list[str]]:
    """Natural keys of what was counted and of the denominator."""
    return {"counted": result.ids(), "denominator": result.base_ids()}


def _plain(value) -> str:
    """A value as the trail keeps it; empty where there was none."""
    return "" if value is None else f"{Decimal(value).normalize():f}"


def hash_of(keys: dict[str, list[str]]) -> str:
    return hashlib.sha256(json.dumps(keys, sort_keys=True).encode()).hexdigest()


def difference(value: KpiValue) -> dict[str, list[str]]:
    """Records that this edition counts and the one before did not, and the other way round."""
    before = value.earlier_edition()
    if before is None:
        return {"added": [], "removed": []}
    now_counted, then_counted = set(value.keys.get("counted", ())), set(before.keys.get("counted", ()))
    return {"added": sorted(now_counted - then_counted), "removed": sorted(then_counted - now_counted)}


def readable(keys: list[str], value: KpiValue, user) -> list[str]:
    """Those of the first keys whose records the person may see; a key names a person or a startup."""
    if value.about is None:
        return []
    result = compute(value.kpi.code, subject=value.about, period=value.span, today=value.as_of)
    found: set[str] = set()
    for model in {rows.model for rows in result.rows()}:
        names = natural_key(model)
        asked = [
            dict(zip(names, key.split("|"), strict=True))
            for key in keys[:KEYS_READ]
            if key.count("|") == len(names) - 1
        ]
        if asked:
            rows = model._default_manager.visible_to(user).filter(reduce(or_, (Q(**one) for one in asked)))
            found.update("|".join(map(str, row)) for row in rows.values_list(*names))
    return [key for key in keys[:KEYS_READ] if key in found]
