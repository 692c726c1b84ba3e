"""The board of a mission: which slots, tables and interpreters are free for whom, worked out in a few queries.

It only reads; the constraints of the database decide in the end who gets a slot.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from workshops.models import Delegate, Delegation, Meeting, MeetingSlot, MeetingTable


class Board:
    """What is taken and what is free in a mission at this moment. `take` notes a placing that happened since."""

    def __init__(self, delegation: Delegation, *, now: dt.datetime):
        self.delegation = delegation
        self.now = now
        self.slots: list[MeetingSlot] = list(delegation.slots.order_by("starts_at"))
        self.tables: list[MeetingTable] = list(delegation.tables.all())
        people = list(delegation.delegates.select_related("person").order_by("pk"))
        self.delegates: dict[int, Delegate] = {one.person_id: one for one in people if one.is_coming}
        self.interpreters = [one for one in self.delegates.values() if one.role == Delegate.Role.INTERPRETER]
        self.tables_used: dict[int, set[int]] = defaultdict(set)
        self.number_of_meetings: Counter[int] = Counter()
        self.busy: dict[int, list[tuple[dt.datetime, dt.datetime, int]]] = defaultdict(list)
        self._read_meetings({one.person_id for one in people})

    def _read_meetings(self, people: set[int]) -> None:
        """Meetings of this mission, and those that its people have elsewhere at the same time."""
        if not self.slots:
            return
        first, last = self.slots[0].starts_at, max(slot.ends_at for slot in self.slots)
        rows = Meeting.objects.holding().overlapping(first, last).select_related("interpreter")
        elsewhere = rows.exclude(event=self.delegation.event_id)
        for row in rows.filter(event=self.delegation.event_id):
            self.take(row)
        for row in (*elsewhere.filter(requester__in=people), *elsewhere.filter(invitee__in=people)):
            self._note_times(row)

    def take(self, meeting: Meeting) -> None:
        """Note that the meeting has its slot and table."""
        self._note_times(meeting)
        for person in (meeting.requester_id, meeting.invitee_id):
            self.number_of_meetings[person] += 1
        if meeting.slot_id and meeting.table_id:
            self.tables_used[meeting.slot_id].add(meeting.table_id)

    def _note_times(self, meeting: Meeting) -> None:
        people = [meeting.requester_id, meeting.invitee_id]
        if meeting.interpreter_id:
            people.append(meeting.interpreter.person_id)
        for person in people:
            self.busy[person].append((meeting.starts_at, meeting.ends_at, meeting.pk))

    # -- what is free --------------------------------------------------------------------------------------------------

    def is_free(self, person_id: int, slot: MeetingSlot, *, besides: int | None = None) -> bool:
        """Whether the person has nothing else then; `besides` is a meeting that may give its time up."""
        return all(
            pk == besides or start >= slot.ends_at or end <= slot.starts_at for start, end, pk in self.busy[person_id]
        )

    def free_tables(self, slot: MeetingSlot) -> list[MeetingTable]:
        return [table for table in self.tables if table.pk not in self.tables_used[slot.pk]]

    def needs_interpreter(self, *people: int) -> bool:
        """Somebody asked for one, and the two have no language in common."""
        both = [self.delegates[person] for person in people if person in self.delegates]
        if not any(one.needs_interpreter for one in both):
            return False
        return len(both) < 2 or not set(both[0].spoken) & set(both[1].spoken)

    def free_interpreters(self, slot: MeetingSlot) -> list[Delegate]:
        return [one for one in self.interpreters if self.is_free(one.person_id, slot)]

    def common_slots(self, *people: int, besides: int | None = None) -> list[MeetingSlot]:
        """Slots to come in which these people are free, in order of time."""
        return [
            slot
            for slot in self.slots
            if slot.starts_at > self.now and all(self.is_free(person, slot, besides=besides) for person in people)
        ]

    def possible_slots(self, *people: int, besides: int | None = None) -> list[MeetingSlot]:
        """Common slots with a table and, where it is needed, an interpreter."""
        slots = [slot for slot in self.common_slots(*people, besides=besides) if self.free_tables(slot)]
        if self.interpreters and self.needs_interpreter(*people):
            slots = [slot for slot in slots if self.free_interpreters(slot)]
        return slots

    # -- why not -------------------------------------------------------------------------------------------------------

    def at_limit(self, people: Iterable[int]) -> list[int]:
        """Those who have as many meetings as the mission allows."""
        limit = self.delegation.meeting_limit
        return [person for person in people if limit is not None and self.number_of_meetings[person] >= limit]

    def why_not(self, meeting: Meeting) -> str:
        """The reason why an accepted meeting finds no place; empty where it would find one."""
        people = (meeting.requester_id, meeting.invitee_id)
        if gone := [person for person in (meeting.requester, meeting.invitee) if person.pk not in self.delegates]:
            names = get_text_list([str(person) for person in gone], pgettext("list of names", "and"))
            return _("%(people)s is not in the mission (any more).") % {"people": names}
        if full := self.at_limit(people):
            names = get_text_list([str(self.delegates[person]) for person in full], pgettext("list of names", "and"))
            return _("Limit: %(people)s has %(number)s meetings already.") % {
                "people": names,
                "number": self.delegation.meeting_limit,
            }
        common = self.common_slots(*people)
        if not common:
            return _("No common slot: whenever one is free, the other is not.")
        if not any(self.free_tables(slot) for slot in common):
            return _("No table: the two are free together, but every table is taken then.")
        if not self.possible_slots(*people):
            return _("No interpreter: one is needed, and none is free when the two are.")
        return ""
