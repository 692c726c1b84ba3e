"""From a rule's offsets and a subject's date to the instants at which mails are due."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.core.dates import wall_clock
from portal.reminders import calendars
from portal.reminders.offsets import OFFICE_HOUR, Offset, moment

ESCALATION = "escalation"
# Before the number of a repeated step in its name.
ROUND = " ×"


@dataclass(frozen=True, order=True)
class Occurrence:
    """One mail that is due: when, and by which step of the rule (unique within a rule and a date)."""

    at: dt.datetime
    step: str


def applicable(offsets: Sequence[Offset], *, trigger: str, variant: str) -> list[Offset]:
    """The offsets meant for this date of the subject and this kind of subject."""
    return [
        offset for offset in offsets if offset.trigger == trigger and (not offset.variant or offset.variant == variant)
    ]


def occurrences(offsets: Sequence[Offset], anchor, zone: str, *, until: dt.datetime) -> list[Occurrence]:
    """All moments up to `until`, in time order. A repeating offset counts from the one before it, or from the date."""
    found = []
    base: Offset | None = None
    for offset in offsets:
        if not offset.repeats:
            base = offset
            found.append(Occurrence(moment(offset, anchor, zone), str(offset)))
            continue
        start = moment(base, anchor, zone) if base else anchor
        count = 1
        while (at := moment(replace(offset, amount=offset.amount * count, repeats=False), start, zone)) <= until:
            found.append(Occurrence(at, f"{offset}{ROUND}{count}"))
            count += 1
    return sorted(occurrence for occurrence in found if occurrence.at <= until)


def escalation(offsets: Sequence[Offset], anchor, zone: str) -> Occurrence | None:
    """The working day after the last reminder at 09:00; None for rules that repeat without end or never speak."""
    if not offsets or any(offset.repeats for offset in offsets):
        return None
    last = max(moment(offset, anchor, zone) for offset in offsets)
    day = calendars.add_working_days(calendars.local_day(last, zone), 1, zone)
    return Occurrence(wall_clock(day, OFFICE_HOUR, zone), ESCALATION)


def to_send(found: Sequence[Occurrence], *, now: dt.datetime, not_before: dt.datetime) -> list[Occurrence]:
    """What is still worth sending: everything to come, and of what is overdue only the latest, if it is not too old."""
    overdue = [occurrence for occurrence in found if not_before <= occurrence.at <= now]
    return overdue[-1:] + [occurrence for occurrence in found if occurrence.at > now]
