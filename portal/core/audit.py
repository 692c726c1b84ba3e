"""Writing and reading the audit trail. Called by services inside their transaction, never by signals."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portal.core.models import AuditEntry

INTERNAL, DESKS, APPLICANT = AuditEntry.Audience.INTERNAL, AuditEntry.Audience.DESKS, AuditEntry.Audience.APPLICANT


def record(
    verb: str,
    target: models.Model,
    *,
    actor,
    reason: str = "",
    before=None,
    after=None,
    audience: str = INTERNAL,
    organisation=None,
    **detail,
) -> AuditEntry:
    """Write one entry: `verb` is "<app>.<act>", `actor` a user or None for the system, `detail` JSON-able values."""
    signed_in = actor is not None and getattr(actor, "is_authenticated", False)
    return AuditEntry.objects.create(
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_label=str(target)[:300],
        actor=actor if signed_in else None,
        actor_label=str(actor)[:200] if signed_in else "",
        organisation=organisation or getattr(target, "audit_organisation", None),
        audience=audience,
        reason=reason,
        before=_plain(before),
        after=_plain(after),
        detail=_plain(detail),
    )


def timeline(target: models.Model, *audiences: str):
    """Entries about a record, newest first, for readers of the given audiences (all where none is named)."""
    rows = AuditEntry.objects.filter(target_type=target._meta.label_lower, target_id=str(target.pk))
    return rows.filter(audience__in=audiences) if audiences else rows


def changed(before: dict, after: dict) -> tuple[dict, dict]:
    """The two dictionaries reduced to the keys whose values differ."""
    keys = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in keys}, {key: after[key] for key in keys}


def _plain(value):
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, default=str)) if value is not None else None
