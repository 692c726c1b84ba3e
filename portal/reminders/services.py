"""Switching reminder rules on and off."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.core import audit
from portal.core.workflow import lock
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage, State
from portal.reminders.models import ReminderRule
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
