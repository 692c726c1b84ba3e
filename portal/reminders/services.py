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
from portal.reminders.planning import SWITCHED_OFF, rows_of
from portal.reminders.rules import switches_for


@transaction.atomic
def switch_on(*, rule: ReminderRule, organisation, actor, reason: str = "") -> ReminderRule:
    """Let the rule speak again in the name of an organisation; the next plan brings back what is still due."""
    row = _locked(rule, organisation, actor)
    if row.silences.filter(organisation=organisation).delete()[0]:
        audit.record("reminders.switch_on", row, actor=actor, reason=reason, organisation=organisation)
    return row


@transaction.atomic
def switch_off(*, rule: ReminderRule, organisation, actor, reason: str = "") -> ReminderRule:
    """Silence the rule in the name of an organisation and its units, and strike their mails that have not left."""
    row = _locked(rule, organisation, actor)
    if row.silences.get_or_create(organisation=organisation)[1]:
        waiting = rows_of(row).filter(state=State.QUEUED, organisation__lineage__startswith=organisation.lineage)
        outbox.cancel_planned(waiting.values_list("dedupe_key", flat=True), reason=SWITCHED_OFF)
        audit.record("reminders.switch_off", row, actor=actor, reason=reason, organisation=organisation)
    return row


def _locked(rule: ReminderRule, organisation, actor) -> ReminderRule:
    if not switches_for(actor, organisation):
        raise PermissionDenied("reminders.switch")
    return lock(rule)


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
