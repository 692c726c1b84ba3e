"""A mission of one side: companies, people with and without sign-in, slots and tables."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from portal.accounts.models import Person
from tests.factories.people import PersonFactory
from tests.factories.world import Side
from workshops.models import (
    Delegate,
    Delegation,
    Event,
    Meeting,
    MeetingFollowUp,
    MeetingSlot,
    MeetingTable,
    MissionCompany,
)
from workshops.services.scheduling import take_seats


@dataclass(kw_only=True)
class Mission:
    """`visitor` (the fellow) and `host` (the host researcher) sign in; `other_visitor` and `other_host` do not."""

    side: Side
    event: Event
    delegation: Delegation
    travelling: MissionCompany
    receiving: MissionCompany
    visitor: Delegate
    host: Delegate
    other_visitor: Delegate
    other_host: Delegate
    slots: list[MeetingSlot]
    tables: list[MeetingTable]

    def delegate(
        self, name: str, *, company: MissionCompany | None = None, role: str = "delegate", **fields
    ) -> Delegate:
        person = PersonFactory(
            family_name=name,
            given_name="Mission",
            email=f"{name.lower()}@{self.side.alliance.code}.example.org",
            timezone="Asia/Tokyo",
        )
        return self.of_person(person, company=company, role=role, **fields)

    def of_person(self, person: Person, *, company=None, role="delegate", **fields) -> Delegate:
        return Delegate.objects.create(delegation=self.delegation, company=company, person=person, role=role, **fields)

    def meeting(self, state: str = "requested", *, requester=None, invitee=None, slot=None, table=None, **fields):
        """A meeting of the two with sign-ins (others by name), simply put into a state."""
        requester, invitee = requester or self.visitor, invitee or self.host
        needs_time = state in ("scheduled", "held", "minutes_draft", "minutes_approved")
        slot = slot or (self.slots[0] if needs_time else None)
        if slot is not None and needs_time:
            table = table or self.tables[0]
            fields = {"slot": slot, "table": table, "starts_at": slot.starts_at, "ends_at": slot.ends_at,
                      "calendar_sequence": 1, **fields}  # fmt: skip
        number = Meeting.objects.count() + 1
        meeting = Meeting.objects.create(
            **{
                "code": f"{self.delegation.code}-mt-{number}",
                "event": self.event,
                "requester": requester.person,
                "invitee": invitee.person,
                "topic_en": "Cold electronics",
                "timezone": self.event.timezone,
                "state": state,
                "answer_by": timezone.now() + dt.timedelta(hours=48),
                **fields,
            }
        )
        if meeting.slot is not None:
            take_seats(meeting, meeting.slot, meeting.interpreter)
        return meeting

    def follow_up(self, meeting: Meeting, **fields) -> MeetingFollowUp:
        return MeetingFollowUp.objects.create(meeting=meeting, **fields)


def build_mission(side: Side, *, slots: int = 3, tables: int = 2, starts_in: dt.timedelta | None = None) -> Mission:
    """A mission that begins in thirty days at 10:00 of its own zone, in half-hour slots."""
    name, zone = side.alliance.code, side.zone
    begin = timezone.now().replace(minute=0, second=0, microsecond=0) + (starts_in or dt.timedelta(days=30))
    event = Event.objects.create(
        code=f"{name}-mission",
        host_organisation=side.host,
        alliance=side.alliance,
        kind="trade_mission",
        title_en=f"{name.capitalize()} mission",
        title_ja="ミッション",
        starts_on=begin.date(),
        ends_on=begin.date(),
        timezone=zone,
        state="announced",
    )
    delegation = Delegation.objects.create(
        code=f"{name}-delegation",
        event=event,
        name_en=f"{name.capitalize()} delegation",
        name_ja="派遣団",
        contact_email=f"mission@{name}.example.org",
    )

    def company(code: str, its_side: str, country: str, organisation) -> MissionCompany:
        return MissionCompany.objects.create(
            code=f"{name}-{code}", delegation=delegation, side=its_side, name_en=f"{name} {code}", country=country,
            profile_en="We cool things.", wishes_en="Somebody who heats them.", technology_areas="cryogenics|sensing",
            organisation=organisation,
        )  # fmt: skip

    travelling = company("travelling", "visiting", side.home.country, side.home)
    receiving = company("receiving", "host", side.host.country, side.host)
    mission = Mission(
        side=side, event=event, delegation=delegation, travelling=travelling, receiving=receiving,
        visitor=None, host=None, other_visitor=None, other_host=None, slots=[], tables=[],
    )  # fmt: skip
    mission.visitor = mission.of_person(side.fellow.person, company=travelling, languages="ja|en")
    mission.host = mission.of_person(side.host_researcher.person, company=receiving, role="host", languages="en")
    mission.other_visitor = mission.delegate("Linked", company=travelling, languages="ja")
    mission.other_host = mission.delegate("Welcome", company=receiving, role="host", languages="en")
    for number in range(slots):
        at = begin + dt.timedelta(minutes=30 * number)
        mission.slots.append(
            MeetingSlot.objects.create(
                code=f"{name}-slot-{number}",
                delegation=delegation,
                starts_at=at,
                ends_at=at + dt.timedelta(minutes=30),
                timezone=zone,
            )  # fmt: skip
        )
    for number in range(tables):
        mission.tables.append(
            MeetingTable.objects.create(
                code=f"{name}-table-{number}",
                delegation=delegation,
                name_en=f"Table {number + 1}",
                name_ja=f"テーブル{number + 1}",
                sort_order=number,
            )  # fmt: skip
        )
    return mission
