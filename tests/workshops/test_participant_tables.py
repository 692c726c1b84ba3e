"""What follows from a registration as tables: needs, the door, letters for visas."""

import datetime as dt

import pytest

from portal.transfers import exporting, registry
from portal.transfers.rules import may_export, may_import
from portal.transfers.services import export_queryset, import_rows
from tests.factories.registrations import RegistrationFactory, open_event
from workshops.models import CheckIn, Registration, RegistrationNeeds, VisaLetter
from workshops.services import attendance, visa

pytestmark = pytest.mark.django_db
TABLES = ("registration_needs", "check_ins", "visa_letters")
DAY = dt.timedelta(days=1)


@pytest.fixture
def event(world):
    """An event of today, which gives letters for visas."""
    return open_event(world.north, days=0, rules={"gives_visa_letters": True})


@pytest.fixture
def guest(event) -> Registration:
    return RegistrationFactory(event=event)


def bring_in(table, *rows, user=None):
    """What came of it, and the sentences of what was refused."""
    result = import_rows(registry.find(table), [dict(row) for row in rows], user=user)
    return result, [problem.message for problem in result.problems]


def going_out(table, actor) -> list[dict[str, str]]:
    resource = registry.find(table)
    rows = exporting.rows_of(resource, export_queryset(resource=resource, actor=actor), reader=actor, complete=True)
    return [dict(zip(resource.header(complete=True), row, strict=True)) for row in rows]


def needs(registration, **cells):
    row = {"registration_code": registration.code, "diet": "halal", "diet_note": "", "access": ""}
    return {**row, **cells}


def entry(registration, at, **cells):
    return {"registration_code": registration.code, "at": at.isoformat(), "way": "list", "undone_at": "", **cells}


def wish(registration, now, **cells):
    row = {
        "registration_code": registration.code, "requested_at": now.isoformat(), "passport_name": "GUEST ANY",
        "arrives_on": "2027-03-01", "leaves_on": "2027-03-04", "payer": "self", "embassy": "", "status": "requested",
        "decided_at": "", "letter_number": "",
    }  # fmt: skip
    return {**row, **cells}


def filled(world, event, guest):
    """Something in each table: a slip at the door, an issued letter and a wish."""
    bring_in("registration_needs", needs(guest, diet_note="no nuts", access="a ramp"))
    for now in (world.now, world.now + dt.timedelta(minutes=1)):
        attendance.check_in(registration=guest, way="list", actor=world.north.manager, now=now)
        if now == world.now:
            attendance.undo(registration=guest, actor=world.north.manager, now=now)
    asked = visa.ask(
        registration=guest, passport_name="GUEST ANY", arrives_on=world.today, leaves_on=world.today + DAY,
        payer="self", embassy="Chicago", now=world.now,
    )  # fmt: skip
    visa.issue(visaletter=asked, actor=world.north.manager, now=world.now)
    other = RegistrationFactory(event=event)
    assert bring_in("visa_letters", wish(other, world.now))[1] == []


@pytest.mark.parametrize("table", TABLES)
def test_out_and_in_again_changes_nothing(world, event, guest, table):
    filled(world, event, guest)
    rows = going_out(table, world.north.manager)
    result, problems = bring_in(table, *rows, user=world.north.manager)
    assert problems == []
    assert (result.created, result.changed, result.unchanged) == (0, 0, len(rows))
    assert len(rows) == {"registration_needs": 1, "check_ins": 2, "visa_letters": 2}[table]


@pytest.mark.parametrize("table", TABLES)
def test_the_other_alliance_gets_an_empty_table_and_enters_nothing(world, event, guest, table):
    filled(world, event, guest)
    row = going_out(table, world.north.manager)[0]
    assert going_out(table, world.south.manager) == []
    _result, problems = bring_in(table, row, user=world.south.manager)
    assert problems[0] == f"Unknown registration “{guest.code}”."


@pytest.mark.parametrize("table", TABLES)
def test_who_does_not_work_for_events_neither_reads_nor_enters_them(world, table):
    resource = registry.find(table)
    for user in (world.north.export_officer, world.north.fellow, world.north.reviewer):
        assert not may_export(user, resource) and not may_import(user, resource)


def test_addresses_hashes_and_citizenships_stay_inside():
    for table in TABLES:
        columns = set(registry.find(table).header(complete=True))
        assert not columns & {"email", "token_hash", "public_id", "citizenships", "taken_by", "note"}


# -- needs -------------------------------------------------------------------------------------------------------------
def test_needs_from_a_file_are_deleted_thirty_days_after_the_event(event, guest):
    bring_in("registration_needs", needs(guest))
    assert RegistrationNeeds.objects.get().purge_on == event.last_on + dt.timedelta(days=30)


@pytest.mark.parametrize(
    ("state", "days", "cells", "sentence"),
    [
        ("cancelled", 0, {}, "This registration has ended"),
        ("confirmed", -40, {}, "The event has been over for thirty days"),
        ("confirmed", 0, {"diet": ""}, "This row says nothing"),
    ],
)
def test_needs_are_not_kept_without_end_or_without_sense(world, state, days, cells, sentence):
    row = RegistrationFactory(event=open_event(world.north, days=days, state="held"), state=state)
    ((problem,), written) = bring_in("registration_needs", needs(row, **cells))[1], RegistrationNeeds.objects.exists()
    assert problem.startswith(sentence) and not written


def test_needs_change_by_a_file(world, guest):
    bring_in("registration_needs", needs(guest))
    result, problems = bring_in("registration_needs", needs(guest, diet="vegan"), user=world.north.manager)
    assert (problems, result.changed, RegistrationNeeds.objects.get().diet) == ([], 1, "vegan")


# -- the door ----------------------------------------------------------------------------------------------------------
def test_a_list_on_paper_comes_in_with_who_brought_it(world, event, guest):
    _result, problems = bring_in("check_ins", entry(guest, world.now), user=world.north.manager)
    assert problems == []
    assert CheckIn.objects.get().taken_by == world.north.manager
    assert attendance.count_inside(event) == 1


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("submitted", "This registration was never approved."),
        ("waitlisted", "This person is on the waiting list."),
        ("cancelled", "This registration was cancelled."),
        ("refused", "This registration was refused."),
    ],
)
def test_a_list_lets_in_nobody_whom_the_door_would_not_have_let_in(world, event, state, sentence):
    row = RegistrationFactory(event=event, state=state)
    assert bring_in("check_ins", entry(row, world.now))[1] == [sentence]
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("moved", "sentence"),
    [
        (-3 * DAY, "The door of this event was not open at that moment."),
        (dt.timedelta(hours=1), "This moment is still to come."),
    ],
)
def test_a_moment_at_which_nobody_came_in_is_told(world, guest, moved, sentence):
    assert bring_in("check_ins", entry(guest, world.now + moved))[1] == [sentence]


def test_nobody_is_inside_twice_by_a_list(world, guest):
    attendance.check_in(registration=guest, way="list", actor=world.north.manager, now=world.now)
    _result, problems = bring_in("check_ins", entry(guest, world.now - dt.timedelta(minutes=3)))
    assert len(problems) == 1 and CheckIn.objects.count() == 1


def test_a_slip_is_taken_back_at_the_door_and_not_by_a_file(world, guest):
    bring_in("check_ins", entry(guest, world.now))
    (row,) = going_out("check_ins", world.north.manager)
    _result, (problem,) = bring_in("check_ins", {**row, "undone_at": world.now.isoformat()})
    assert "only by a step" in problem


# -- letters -----------------------------------------------------------------------------------------------------------
def test_a_wish_from_a_file_waits_for_the_office(world, guest):
    assert bring_in("visa_letters", wish(guest, world.now), user=world.north.manager)[1] == []
    letter = VisaLetter.objects.get()
    assert visa.issue(visaletter=letter, actor=world.north.manager, now=world.now).state == "issued"


def test_no_file_issues_a_letter_or_hangs_one_on_somebody(world, event, guest):
    filled(world, event, guest)
    number = VisaLetter.objects.get(state="issued").letter.number
    row = RegistrationFactory(event=event)
    for cells in ({"status": "issued", "letter_number": number}, {"letter_number": number}):
        _result, problems = bring_in("visa_letters", wish(row, world.now, **cells))
        assert problems == ["Letters are issued and withdrawn by steps in the portal."]
    (mine,) = (r for r in going_out("visa_letters", world.north.manager) if r["letter_number"] == number)
    _result, problems = bring_in("visa_letters", {**mine, "letter_number": ""})
    assert problems == ["Letters are issued and withdrawn by steps in the portal."]


@pytest.mark.parametrize(
    ("state", "mode", "cells", "sentence"),
    [
        ("waitlisted", "on_site", {}, "Letters are for confirmed participants"),
        ("confirmed", "online", {}, "Letters are for confirmed participants"),
        ("confirmed", "on_site", {"leaves_on": "2027-02-01"}, "The day of departure lies before the day of arrival."),
        ("confirmed", "on_site", {"status": "refused"}, "A wish that was refused has the moment of its refusal"),
    ],
)
def test_a_wish_that_the_form_would_not_take_is_refused(world, event, state, mode, cells, sentence):
    row = RegistrationFactory(event=event, state=state, attendance_mode=mode)
    (problem,) = bring_in("visa_letters", wish(row, world.now, **cells))[1]
    assert problem.startswith(sentence)


def test_who_has_a_letter_asks_for_no_second_one_by_a_file(world, event, guest):
    filled(world, event, guest)
    _result, problems = bring_in("visa_letters", wish(guest, world.now + dt.timedelta(hours=1)))
    assert problems == ["A letter has been asked for already."]
