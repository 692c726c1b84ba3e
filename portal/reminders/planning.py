"""The plan: which reminder mails should exist now. It adds what is missing and strikes what is no longer true."""

import datetime as dt
import hashlib
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial

from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext_noop as marked
from django.utils.translation import pgettext

from portal.core.bilingual import in_language
from portal.core.dates import both_zones_text, clock_changes_text, long_date, zoned_text
from portal.core.once import reading_once
from portal.outbox import services as outbox
from portal.outbox.models import Klass, OutboxMessage, SettledBy, State
from portal.outbox.rendering import MissingPlaceholder
from portal.reminders.calendars import local_day
from portal.reminders.desks import is_silent
from portal.reminders.models import ReminderRule
from portal.reminders.registry import Due, provider_of
from portal.reminders.schedule import ESCALATION, Occurrence, applicable, escalation, occurrences, to_send

logger = logging.getLogger(__name__)

KIND = "reminder"
# Mails become rows a day ahead, so that a coordinator can see and withhold them.
HORIZON = dt.timedelta(hours=24)
# After a longer silence than this a reminder would only puzzle its reader.
CATCH_UP = dt.timedelta(days=14)

NOT_TRUE_ANY_MORE = marked("The step is done, or its date has moved.")
SWITCHED_OFF = marked("The reminder rule is switched off.")


@reading_once()
def plan(*, now: dt.datetime) -> Counter:
    """Bring the outbox in line with all running rules; one broken rule does not silence the others."""
    tally: Counter = Counter()
    for rule in ReminderRule.objects.running():
        try:
            tally.update(plan_rule(rule, now=now))
        except Exception:
            logger.exception("Reminder rule %s could not be planned", rule.code)
            tally["broken"] += 1
    return tally


def plan_rule(rule: ReminderRule, *, now: dt.datetime) -> Counter:
    """Queue what the rule wants and strike its waiting mails that it does not want any more."""
    wanted: set[str] = set()

    def drafts() -> Iterator[outbox.Draft]:
        for due in provider_of(rule.code)(now=now):
            for draft in drafts_of(rule, due, now=now):
                if draft.dedupe_key not in wanted:
                    wanted.add(draft.dedupe_key)
                    yield draft

    added = outbox.queue_many(drafts())
    # Later ones were brought forward by a person: the recheck before sending judges them.
    judged = rows_of(rule).filter(state=State.QUEUED, not_before__lte=now + HORIZON)
    waiting = set(judged.values_list("dedupe_key", flat=True))
    struck = set(
        rows_of(rule)
        .filter(
            state__in=(State.CANCELLED, State.WITHHELD),
            settled_by__in=(SettledBy.PLANNER, SettledBy.RECHECK),
            not_before__gte=now - CATCH_UP,
        )
        .values_list("dedupe_key", flat=True)
    )
    return Counter(
        queued=added,
        revived=outbox.revive_planned(struck & wanted),
        cancelled=outbox.cancel_planned(waiting - wanted, reason=NOT_TRUE_ANY_MORE),
    )


def drafts_of(rule: ReminderRule, due: Due, *, now: dt.datetime) -> Iterator[outbox.Draft]:
    """The mails this subject wants now or within the horizon."""
    if is_silent(rule, due.organisation):
        return
    for reader, occurrence in letters_of(rule, due, now=now):
        yield draft_of(rule, due, occurrence, reader)


def draft_of(rule: ReminderRule, due: Due, occurrence: Occurrence, reader: outbox.Recipient) -> outbox.Draft:
    """The mail of one step to one reader."""
    return outbox.Draft(
        kind=KIND,
        klass=Klass.REMINDER,
        to=reader,
        about=due.subject,
        organisation=due.organisation,
        dedupe_key=key_of(rule, due, occurrence, reader),
        not_before=occurrence.at,
        context=partial(words, rule, due, occurrence, reader),
    )


def letters_of(
    rule: ReminderRule, due: Due, *, now: dt.datetime, until: dt.datetime | None = None
) -> Iterator[tuple[outbox.Recipient, Occurrence]]:
    """Who gets which step: the readers the latest overdue and all coming steps, their superiors the escalation.

    `until` looks further ahead than the plan does.
    """
    steps = applicable(rule.steps(), trigger=due.trigger, variant=due.variant)
    until = until or now + HORIZON
    not_before = max(now - CATCH_UP, due.since) if due.since else now - CATCH_UP
    for reader in due.recipients:
        found = occurrences(steps, due.anchor, due.zone or reader.timezone, until=until)
        for occurrence in to_send(found, now=now, not_before=not_before):
            yield reader, occurrence
    for reader in due.escalate_to:
        last = escalation(steps, due.anchor, due.zone or reader.timezone)
        if last and not_before <= last.at <= until:
            yield reader, last


def key_of(rule: ReminderRule, due: Due, occurrence: Occurrence, reader: outbox.Recipient) -> str:
    """Rule, subject, version of the date, step and reader: a moved date makes new keys, anything else the same one."""
    address = hashlib.sha256(reader.email.lower().encode()).hexdigest()[:24]
    subject = f"{due.subject._meta.label_lower}.{due.subject.pk}"
    return f"{rule.code}:{subject}:{due.anchor.isoformat()}:{occurrence.step}:{address}"


def objection(message: OutboxMessage, now: dt.datetime) -> str:
    """Asked before a reminder leaves: does the rule still want this very mail?"""
    code = message.context["code"]
    rule = ReminderRule.objects.running().filter(code=code).first()
    if rule is None:
        return SWITCHED_OFF
    for due in provider_of(code)(now=now, pk=message.about_pk):
        if is_silent(rule, due.organisation):
            return SWITCHED_OFF
        for reader, occurrence in letters_of(rule, due, now=now, until=max(message.not_before, now + HORIZON)):
            if key_of(rule, due, occurrence, reader) == message.dedupe_key:
                return ""
    return NOT_TRUE_ANY_MORE


def words(rule: ReminderRule, due: Due, occurrence: Occurrence, reader: outbox.Recipient) -> dict:
    """The values of the mail in the reader's language; the subject line also in the other one where parties differ."""
    parties = [*due.recipients, *due.escalate_to]
    others = sorted({party.language for party in parties} - {reader.language})
    with translation.override(reader.language):
        return {
            "code": rule.code,
            "step": occurrence.step,
            "line": subject_line(rule, due, reader, reader.language),
            "other_lines": [subject_line(rule, due, reader, language) for language in others],
            "what": _called(due.what) or str(due.subject),
            "when": shown_date(due, reader),
            "clocks": clocks(due, occurrence, reader),
            "is_escalation": occurrence.step == ESCALATION,
            "reminded": get_text_list(
                [party.name_in(reader.language) for party in due.recipients], pgettext("list of names", "and")
            ),
            "sender": str(due.organisation) if due.organisation else "",
            "action_url": due.action_url,
        }


def subject_line(rule: ReminderRule, due: Due, reader: outbox.Recipient, language: str) -> str:
    """The rule's subject in a language, its {placeholders} filled. Raises MissingPlaceholder."""
    with translation.override(language):
        values: Mapping = {
            "date": lambda: long_date(local_day(_deadline(due), due.zone or reader.timezone)),
            "time": lambda: _one_clock(_deadline(due), due.zone or reader.timezone),
            **due.context,
        }

        def value(found: re.Match) -> str:
            if found[1] not in values:
                raise MissingPlaceholder(f"reminder rule {rule.code} needs a value for “{found[1]}”")
            return str(_called(values[found[1]]))

        return re.sub(r"\{(\w+)\}", value, in_language(rule, "subject", language))


def shown_date(due: Due, reader: outbox.Recipient) -> str:
    """The date a reader has to know: an instant in the zone it was meant in and in the reader's own."""
    deadline = _deadline(due)
    if isinstance(deadline, dt.datetime):
        return both_zones_text(deadline, due.zone or reader.timezone, reader.timezone)
    return long_date(deadline)


def clocks(due: Due, occurrence: Occurrence, reader: outbox.Recipient) -> str:
    """That clocks change between the day of the mail and an hour that it names; empty where none do."""
    deadline = _deadline(due)
    if not isinstance(deadline, dt.datetime):
        return ""
    return clock_changes_text((due.zone or reader.timezone, reader.timezone), occurrence.at, deadline)


def _one_clock(deadline: dt.date | dt.datetime, zone: str) -> str:
    """Subject lines are short: one zone there, both in the text."""
    return zoned_text(deadline, zone) if isinstance(deadline, dt.datetime) else long_date(deadline)


def _deadline(due: Due) -> dt.date | dt.datetime:
    return due.anchor if due.deadline is None else due.deadline


def _called(value):
    return value() if callable(value) else value


def rows_of(rule: ReminderRule):
    return OutboxMessage.objects.filter(kind=KIND, dedupe_key__startswith=f"{rule.code}:")
