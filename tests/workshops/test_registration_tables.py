"""Registrations that come by a file: no more of them than there are places, while the event is to come."""

import datetime as dt

import pytest

from portal.core.models import AuditEntry
from portal.transfers.registry import find
from portal.transfers.services import import_rows
from tests.factories.registrations import RegistrationFactory, open_event
from workshops.models import Registration, SeatOffer

pytestmark = pytest.mark.django_db


def row(event, number: int, **cells) -> dict[str, str]:
    return {
        "code": f"x{number}",
        "event_code": event.code,
        "person_name": f"Guest {number}",
        "email": f"guest-{number}@example.org",
        "affiliation_org_code": "",
        "affiliation_country": "JP",
        "career_stage": "",
        "registered_at": "2026-01-05T09:00:00+09:00",
        "status": "confirmed",
        "role": "participant",
        "attendance_mode": "on_site",
        "consent_photo": "no",
        "consent_contact_sharing": "no",
        "note_en": "",
        "source": "a list",
        **cells,
    }


def bring_in(rows) -> list[tuple[int, str]]:
    result = import_rows(find("demo_registrations"), rows)
    return [(problem.row, problem.message) for problem in result.problems]


def test_rows_beyond_the_free_places_are_refused_with_their_number_and_nothing_is_written(world):
    event = open_event(world.north, seats=3)
    RegistrationFactory(event=event)
    problems = bring_in([row(event, number) for number in range(5)])
    assert [number for number, _message in problems] == [4, 5, 6]
    assert all("on site): 2." in message for _number, message in problems)
    assert Registration.objects.count() == 1
    assert not AuditEntry.objects.filter(verb="transfers.row_created", target_id="x0").exists()


def test_as_many_rows_as_places_come_in_and_more_may_wait(world):
    event = open_event(world.north, seats=2)
    waiting = row(event, 3, status="waitlisted")
    assert bring_in([row(event, 1), waiting, row(event, 2), row(event, 4, attendance_mode="online")]) == []
    assert Registration.objects.count() == 4


def test_a_place_that_is_offered_and_one_that_somebody_waits_for_are_not_free(world):
    event = open_event(world.north, seats=2)
    first = RegistrationFactory(event=event, state="waitlisted")
    SeatOffer.objects.create(registration=first, offered_at=world.now, answer_by=world.now + dt.timedelta(days=1))
    assert len(bring_in([row(event, 1), row(event, 2)])) == 1
    RegistrationFactory(event=event, state="waitlisted")
    ((_number, message),) = bring_in([row(event, 1)])
    assert "on site): 0." in message


@pytest.mark.parametrize(("holds", "refused"), [(True, 1), (False, 0)])
def test_who_waits_for_the_approval_counts_where_that_holds_a_place(world, holds, refused):
    event = open_event(world.north, seats=1, rules={"needs_approval": True, "pending_holds_seat": holds})
    assert len(bring_in([row(event, number, status="submitted") for number in (1, 2)])) == refused


def test_the_places_of_the_whole_event_count_for_every_way_of_attending(world):
    event = open_event(world.north, capacity=2)
    problems = bring_in([row(event, 1), row(event, 2, attendance_mode="online"), row(event, 3)])
    assert [number for number, _message in problems] == [4]


@pytest.mark.parametrize("past", [{"state": "reported", "days": -9}, {"days": -9}])
def test_the_records_of_an_event_that_is_over_are_taken_as_they_are(world, past):
    event = open_event(world.north, seats=1, **past)
    assert bring_in([row(event, number, status="attended") for number in range(3)]) == []


def test_ended_registrations_take_no_place(world):
    event = open_event(world.north, seats=1)
    assert bring_in([row(event, 1, status="cancelled"), row(event, 2)]) == []
