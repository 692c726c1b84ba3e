"""Switching reminder rules on and off, and deciding about single reminders before the plan has written them."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import lock
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage, State
from portal.reminders.models import ReminderRule
from portal.reminders.outlook import planned_draft
from portal.reminders.planning import KIND, SWITCHED_OFF
from portal.reminders.rules import switches_reminders


def switch_on(*, rule: ReminderRule, actor, reason: str = "") -> ReminderRule:
    """Let the rule speak again; the next plan brings back what is still due."""
    return _switch(rule, True, actor, reason)


@transaction.atomic
def switch_off(*, rule: ReminderRule, actor, reason: str = "") -> ReminderRule:
    """Silence the rule for the whole house and strike its mails that have not left."""
    row = _switch(rule, False, actor, reason)
    waiting = OutboxMessage.objects.filter(kind=KIND, state=State.QUEUED, dedupe_key__startswith=f"{row.code}:")
    outbox.cancel_planned(waiting.values_list("dedupe_key", flat=True), reason=SWITCHED_OFF)
    return row


@transaction.atomic
def _switch(rule: ReminderRule, is_active: bool, actor, reason: str) -> ReminderRule:
    if not switches_reminders(actor, rule):
        raise PermissionDenied("reminders.switch")
    row = lock(rule)
    if row.is_active != is_active:
        row.is_active = rule.is_active = is_active
        row.save(update_fields=["is_active", "updated_at"])
        verb = "reminders.switch_on" if is_active else "reminders.switch_off"
        audit.record(verb, row, actor=actor, reason=reason, before=not is_active, after=is_active)
    return row


@transaction.atomic
def send_planned_now(*, key: str, actor, now: dt.datetime) -> OutboxMessage:
    """Write a reminder that the plan has for later, and let it leave at once."""
    return outbox.send_now(message=_written(key, actor, now), actor=actor)


@transaction.atomic
def withhold_planned(*, key: str, actor, now: dt.datetime, reason: str) -> OutboxMessage:
    """Write a reminder that the plan has for later, and keep it back until somebody releases it."""
    return outbox.withhold(message=_written(key, actor, now), actor=actor, reason=reason)


def _written(key: str, actor, now: dt.datetime) -> OutboxMessage:
    draft = planned_draft(key, actor, now=now)
    if draft is None:
        raise ValidationError(_("This reminder is not planned any more: its step is done, or its date has moved."))
    outbox.queue_many([draft])
    return OutboxMessage.objects.get(dedupe_key=draft.dedupe_key)
