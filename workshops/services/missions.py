"""Missions: who is in them, their slots and tables, and the freeze before printing."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Person
from portal.core import audit
from portal.core.dates import validate_zone, wall_clock
from portal.core.workflow import StepError, lock
from workshops.models import Delegate, Delegation, MeetingSlot, MeetingTable, MissionCompany
from workshops.rules import meetings as rules
from workshops.services import meetings, scheduling

MAX_SLOTS = 200


# -- slots and tables --------------------------------------------------------------------------------------------------
@transaction.atomic
def generate_slots(
    *,
    delegation: Delegation,
    day: dt.date,
    first: dt.time,
    last: dt.time,
    minutes: int,
    pause: int = 0,
    tables: int = 0,
    actor,
) -> list[MeetingSlot]:
    """Cut a block of time (in the zone of the event) into slots, and see to it that there are so many tables.

    Raises StepError where the block is empty, too long, or overlaps slots that exist.
    """
    _require(rules.runs_mission(actor, delegation))
    scheduling.hold_mission(delegation.event)
    zone = delegation.timezone
    begin, end = wall_clock(day, first, zone), wall_clock(day, last, zone)
    if minutes < 5 or begin + dt.timedelta(minutes=minutes) > end:
        raise StepError(_("Between these times there is no room for a slot of this length."))
    if delegation.slots.filter(starts_at__lt=end, ends_at__gt=begin).exists():
        raise StepError(_("There are slots in this block already. Choose another time, or delete those first."))
    made, at = [], begin
    while at + dt.timedelta(minutes=minutes) <= end:
        made.append(
            MeetingSlot(
                delegation=delegation,
                starts_at=at,
                ends_at=at + dt.timedelta(minutes=minutes),
                timezone=zone,
                source=_source(delegation),
            )
        )
        at += dt.timedelta(minutes=minutes + pause)
        if len(made) > MAX_SLOTS:
            raise StepError(_("These are more than %(number)s slots. Make them longer.") % {"number": MAX_SLOTS})
    for slot in made:
        slot.save()
    _provide_tables(delegation, tables)
    audit.record("mission.slots", delegation, actor=actor, after=[slot.code for slot in made], tables=tables)
    return made


def _provide_tables(delegation: Delegation, number: int) -> None:
    standing = delegation.tables.count()
    for position in range(standing + 1, number + 1):
        MeetingTable.objects.create(
            delegation=delegation,
            name_en=f"Table {position}",
            name_ja=f"テーブル{position}",
            sort_order=position,
            source=_source(delegation),
        )


# -- people ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_delegate(
    *,
    delegation: Delegation,
    company: MissionCompany | None,
    family_name: str,
    given_name: str,
    email: str,
    role: str,
    languages: str = "",
    needs_interpreter: bool = False,
    ui_language: str = "en",
    timezone: str = "",
    actor,
) -> Delegate:
    """Put somebody into the mission; whoever is known by this address is the same person."""
    _require(rules.runs_mission(actor, delegation))
    if company is not None and company.delegation_id != delegation.pk:
        raise StepError(_("This company belongs to another mission."))
    if company is None and role != Delegate.Role.INTERPRETER:
        raise StepError(_("Please name the company; only interpreters come without one."))
    address = email.strip().lower()
    validate_email(address)
    zone = timezone or delegation.timezone
    validate_zone(zone)
    person = Person.objects.filter(email=address).order_by("pk").first() or Person.objects.create(
        family_name=family_name,
        given_name=given_name,
        email=address,
        organisation=company.organisation if company else None,
        career_stage=Person.CareerStage.INDUSTRY,
        ui_language=ui_language,
        timezone=zone,
        source=_source(delegation),
    )
    if delegation.delegates.filter(person=person).exists():
        raise StepError(_("%(name)s is in the mission already.") % {"name": person})
    delegate = Delegate.objects.create(
        delegation=delegation,
        company=company,
        person=person,
        role=role,
        languages=languages,
        needs_interpreter=needs_interpreter,
        source=_source(delegation),
    )
    audit.record("mission.add_delegate", delegate, actor=actor, after=str(person))
    return delegate


@transaction.atomic
def cancel_delegate(*, delegate: Delegate, reason: str, actor, now: dt.datetime) -> Delegate:
    """Somebody does not come: her meetings are off, those she was to meet hear it at once, their time is free."""
    _require(rules.looks_after(actor, delegate))
    scheduling.hold_mission(delegate.delegation.event)
    row = lock(delegate)
    if not row.is_coming:
        raise StepError(_("%(name)s has been cancelled already.") % {"name": row})
    row.cancelled_at = delegate.cancelled_at = now
    row.save(update_fields=["cancelled_at", "updated_at"])
    cancelled = meetings.call_off_person(delegate=row, reason=reason, actor=actor, now=now)
    audit.record("mission.cancel_delegate", row, actor=actor, reason=reason, meetings=len(cancelled))
    return row


@transaction.atomic
def welcome_delegate(*, delegate: Delegate, actor) -> Delegate:
    """She comes after all. Meetings that were cancelled have to be arranged again."""
    _require(rules.looks_after(actor, delegate))
    row = lock(delegate)
    row.cancelled_at = delegate.cancelled_at = None
    row.save(update_fields=["cancelled_at", "updated_at"])
    audit.record("mission.welcome_delegate", row, actor=actor)
    return row


# -- the freeze --------------------------------------------------------------------------------------------------------
def freeze(*, delegation: Delegation, actor, now: dt.datetime) -> Delegation:
    """From now on only the organiser gives or changes times; what is moved later shows on the sheet of changes."""
    return _set_frozen(delegation, now, actor, "mission.freeze")


def thaw(*, delegation: Delegation, reason: str, actor) -> Delegation:
    """Let the people of the mission arrange meetings again."""
    return _set_frozen(delegation, None, actor, "mission.thaw", reason)


@transaction.atomic
def _set_frozen(delegation, frozen_at, actor, verb, reason="") -> Delegation:
    _require(rules.runs_mission(actor, delegation))
    scheduling.hold_mission(delegation.event)
    row = lock(delegation)
    row.frozen_at = delegation.frozen_at = frozen_at
    row.save(update_fields=["frozen_at", "updated_at"])
    audit.record(verb, row, actor=actor, reason=reason)
    return row


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied("mission")


def _source(delegation: Delegation) -> str:
    """Rows of an invented mission are invented."""
    return delegation.source if delegation.is_demo else ""
