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


@transaction.atomic
def switch_rule(*, rule: ReminderRule, is_active: bool, actor, reason: str = "") -> ReminderRule:
    """Switch a rule on or off; its mails that have not left are struck, and come back with the next plan when it is on."""
    if not switches_reminders(actor, rule):
        raise PermissionDenied("switch_rule")
    row = lock(rule)
    if row.is_active == is_active:
        return row
    row.is_active = rule.is_active = is_active
    row.save(update_fields=["is_active", "updated_at"])
    if not is_active:
        waiting = OutboxMessage.objects.filter(
            kind=KIND, state=State.QUEUED, dedupe_key__startswith=f"{row.code}:"
        ).values_list("dedupe_key", flat=True)
        outbox.cancel_planned(waiting, reason=SWITCHED_OFF)
    verb = "reminders.switch_on" if is_active else "reminders.switch_off"
    audit.record(verb, row, actor=actor, reason=reason, before=not is_active, after=is_active)
    return row
