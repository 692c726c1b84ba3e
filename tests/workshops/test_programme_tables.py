"""Timetables that come by a file: calendars are told what the desk would tell them, once, and nothing in vain."""

import csv
import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.utils import timezone
from icalendar import Calendar

from portal.outbox.models import OutboxMessage
from portal.transfers import exporting, registry
from portal.transfers.services import (
    NotConfirmable,
    check_upload,
    confirm_import,
    export_queryset,
    import_files,
)
from tests.factories.missions import build_mission
from tests.factories.programme import accepted, at, event_of, mails, organiser_of, room_in, session_in, speaker_of
from tests.factories.registrations import RegistrationFactory
from workshops.models import EventPerson, ItineraryLeg, Meeting, Session, SessionPerson
from workshops.schedules import feed_of
from workshops.services import event_changes, programme, speakers

pytestmark = pytest.mark.django_db


@pytest.fixture
def speaker(side, event):
    return accepted(side, event)


@pytest.fixture
def session(side, event, speaker):
    """Confirmed, in the calendar of its one speaker."""
    times = at(event, "10:00", "11:00")
    return session_in(side, event, times, "Cold atoms", people=[(speaker, "speaker")], confirmed=True)


def rows_of(table: str) -> list[dict[str, str]]:
    resource = registry.find(table)
    rows = exporting.rows_of(resource, export_queryset(resource=resource, actor=None), complete=True)
    text = b"".join(exporting.csv_pieces(resource.header(complete=True), rows, "csv-plain")).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def text_of(rows: list[dict[str, str]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


@pytest.fixture
def bring_in(tmp_path):
    """Import tables, each as rows, in one go; answers the problems of all of them."""

    def run(tables: dict[str, list[dict[str, str]]], **options) -> list[str]:
        paths = []
        for table, rows in tables.items():
            paths.append(tmp_path / f"{table}.csv")
            paths[-1].write_text(text_of(rows), encoding="utf-8")
        results = import_files(paths, **options)
        return [problem.message for result in results for problem in result.problems]

    return run


def moved(rows: list[dict[str, str]], *, by: dt.timedelta = dt.timedelta(hours=2)) -> list[dict[str, str]]:
    def later(cell: str) -> str:
        return (dt.datetime.fromisoformat(cell) + by).isoformat()

    return [row | {"starts_at": later(row["starts_at"]), "ends_at": later(row["ends_at"])} for row in rows]


def entries(kind: str = "") -> list:
    """(method, uid, sequence) of the calendar mails, in their order."""
    found = []
    for mail in mails(kind):
        if mail.calendar:
            calendar = Calendar.from_ical(mail.calendar)
            (entry,) = calendar.walk("VEVENT")
            found.append((str(calendar["METHOD"]), str(entry["UID"]), int(entry["SEQUENCE"])))
    return found


# -- what calendars are told -------------------------------------------------------------------------------------------
def test_a_session_moved_by_a_file_is_moved_in_the_calendars_of_its_people(session, speaker, bring_in):
    before = entries()[-1]
    assert bring_in({"demo_sessions": moved(rows_of("demo_sessions"))}) == []
    (mail,) = mails("session_moved", to=speaker.email)
    ((method, uid, sequence),) = entries("session_moved")
    session.refresh_from_db()
    assert (method, uid, sequence) == ("REQUEST", before[1], session.sequence)
    assert sequence == before[2] + 1
    assert "12:00" in mail.body_text


def test_one_person_hears_once_of_a_session_however_many_rows_speak_of_it(side, event, session, speaker, bring_in):
    SessionPerson.objects.create(session=session, event_person=speaker, role="chair")
    people = [row | {"position": "3"} for row in rows_of("demo_session_people")]
    tables = {"demo_sessions": moved(rows_of("demo_sessions")), "demo_session_people": people}
    assert len(people) == 2 and bring_in(tables) == []
    assert len(mails("session_moved")) == 1 and mails("session_dropped") == []


def test_the_same_table_again_tells_nobody(session, bring_in):
    count, sequence = OutboxMessage.objects.count(), session.sequence
    tables = {name: rows_of(name) for name in ("event_people", "demo_sessions", "demo_session_people")}
    assert bring_in(tables) == []
    session.refresh_from_db()
    assert (OutboxMessage.objects.count(), session.sequence) == (count, sequence)


def test_a_trial_and_a_refused_file_tell_nobody(session, bring_in):
    count = OutboxMessage.objects.count()
    rows = moved(rows_of("demo_sessions"))
    assert bring_in({"demo_sessions": rows}, dry_run=True) == []
    assert len(bring_in({"demo_sessions": [*rows, rows[0] | {"code": "other", "kind": "party"}]})) == 1
    session.refresh_from_db()
    assert (OutboxMessage.objects.count(), session.sequence) == (count, 1)


def test_a_title_mended_by_a_file_mails_nothing_as_at_the_desk(session, bring_in):
    count = OutboxMessage.objects.count()
    assert bring_in({"demo_sessions": [row | {"title_en": "Mended"} for row in rows_of("demo_sessions")]}) == []
    session.refresh_from_db()
    assert (session.title_en, OutboxMessage.objects.count()) == ("Mended", count)


def test_a_session_that_comes_with_its_people_is_put_into_their_calendars(session, speaker, bring_in):
    new = [row | {"code": "new", "title_en": "Warm atoms"} for row in moved(rows_of("demo_sessions"))]
    people = [row | {"session_code": "new"} for row in rows_of("demo_session_people")]
    assert bring_in({"demo_sessions": new, "demo_session_people": people}) == []
    (mail,) = [mail for mail in mails("session_scheduled") if "Warm atoms" in mail.body_text]
    assert mail.recipient_email == speaker.email
    assert Session.objects.get(code="new").sequence == 1


def test_records_of_an_office_that_moves_in_write_to_nobody(session, bring_in):
    count = OutboxMessage.objects.count()
    assert bring_in({"demo_sessions": moved(rows_of("demo_sessions"))}, tells=False) == []
    assert OutboxMessage.objects.count() == count


def test_a_session_without_a_time_leaves_the_calendar_or_stays_public(session, bring_in):
    rows = [row | {"starts_at": "", "ends_at": ""} for row in rows_of("demo_sessions")]
    (problem,) = bring_in({"demo_sessions": rows})
    assert "keeps a time" in problem


def test_somebody_put_into_a_session_by_a_file_finds_it_in_the_calendar_and_nobody_else_hears(
    side, event, session, speaker, bring_in
):
    other = accepted(side, event, "Placeholder")
    rows = [row | {"event_person_code": other.code} for row in rows_of("demo_session_people")]
    before = len(mails())
    assert bring_in({"demo_session_people": rows}) == []
    assert [mail.recipient_email for mail in mails()[before:]] == [other.email]


def test_nobody_who_has_not_agreed_is_written_to(side, event, session, bring_in):
    asked = speaker_of(event, "Placeholder", state="invited")
    rows = [row | {"event_person_code": asked.code} for row in rows_of("demo_session_people")]
    before = len(mails())
    assert bring_in({"demo_session_people": rows}) == []
    assert len(mails()) == before


def test_what_is_over_is_corrected_without_a_mail(session, bring_in):
    past = timezone.now() - dt.timedelta(days=30)
    Session.objects.update(starts_at=past, ends_at=past + dt.timedelta(hours=1))
    before = len(mails())
    assert bring_in({"demo_sessions": moved(rows_of("demo_sessions"))}) == []
    assert len(mails()) == before


@pytest.mark.parametrize("way", ["file", "desk"])
def test_whoever_has_a_new_address_finds_the_entry_there_and_loses_it_at_the_old_one(
    side, session, speaker, bring_in, way
):
    rows = [row | {"email": "new@example.org"} for row in rows_of("event_people")]
    if way == "file":
        assert bring_in({"event_people": rows}) == []
    else:
        speaker.refresh_from_db()
        speaker.email = "new@example.org"
        speakers.save_record(event_person=speaker, actor=organiser_of(side), now=timezone.now())
    (dropped,) = mails("session_dropped")
    assert (dropped.recipient_email, dropped.calendar_method) == ("mihon@example.org", "CANCEL")
    assert "new@example.org" in dropped.body_text and "Cancelled" not in dropped.subject
    assert [mail.recipient_email for mail in mails("session_scheduled")] == ["mihon@example.org", "new@example.org"]
    session.refresh_from_db()
    assert {sequence for _method, _uid, sequence in entries()[-2:]} == {session.sequence}


# -- what the desk would refuse ----------------------------------------------------------------------------------------
def test_two_sessions_in_one_room_are_refused_with_their_row_and_may_change_places(side, event, bring_in):
    room = room_in(event)
    session_in(side, event, at(event, "10:00", "11:00"), "First", room=room)
    session_in(side, event, at(event, "11:00", "12:00"), "Second", room=room)
    first, second = rows_of("demo_sessions")
    times = ("starts_at", "ends_at")
    both_late = [first | {name: second[name] for name in times}]
    (problem,) = bring_in({"demo_sessions": both_late})
    assert "do not both fit into Hall" in problem
    assert not event.clashes.standing().exists()
    swapped = [*both_late, second | {name: first[name] for name in times}]
    assert bring_in({"demo_sessions": swapped}) == []


def test_a_cancelled_session_is_restored_before_a_file_changes_it(side, session, speaker, bring_in):
    programme.cancel_session(session=session, reason="Ill.", actor=organiser_of(side), now=timezone.now())
    problems = bring_in({"demo_sessions": moved(rows_of("demo_sessions"))})
    assert problems and all("Restore it" in problem for problem in problems)
    people = [row | {"role": "chair"} for row in rows_of("demo_session_people")]
    (problem,) = bring_in({"demo_session_people": people})
    assert "Restore it" in problem


def test_people_and_rooms_of_other_events_are_refused(side, event, session, world, bring_in):
    elsewhere = event_of(world.south)
    stranger = speaker_of(elsewhere, "Muster", state="accepted")
    rows = [row | {"event_person_code": stranger.code} for row in rows_of("demo_session_people")]
    assert "not among the people" in bring_in({"demo_session_people": rows})[0]
    room = room_in(elsewhere)
    rows = [row | {"room_code": room.code} for row in rows_of("demo_sessions")]
    assert bring_in({"demo_sessions": rows}) == ["This room belongs to another event."]


@pytest.mark.parametrize("cell", [{"starts_on": "2027-05-01"}, {"venue_en": "Elsewhere"}, {"timezone": "Asia/Seoul"}])
def test_an_announced_event_is_moved_by_its_step_alone(event, bring_in, cell):
    rows = [row | cell for row in rows_of("events") if row["code"] == event.code]
    problems = bring_in({"events": rows})
    assert problems and all("Change time or place" in problem for problem in problems)


def test_a_postponed_event_gets_its_new_date_by_its_step(side, event, bring_in):
    event_changes.postpone_event(event=event, actor=organiser_of(side), reason="Storm.")
    (problem,) = bring_in({"events": [row | {"starts_on": "2027-05-01"} for row in rows_of("events")]})
    assert "Set the new date" in problem


def test_the_days_of_a_plan_with_a_timetable_change_by_the_step_that_takes_it_along(side, bring_in):
    event = event_of(side, state="planned", was_announced=False)
    later = [row | {"starts_on": "2027-11-05", "ends_on": "2027-11-06"} for row in rows_of("events")]
    assert bring_in({"events": later}) == []
    event.refresh_from_db()
    session_in(side, event, at(event, "10:00", "11:00"))
    problems = bring_in({"events": [row | {"starts_on": "2027-11-04"} for row in rows_of("events")]})
    assert len(problems) == 1 and "takes them along" in problems[0]


@pytest.mark.parametrize("state", ["planned", "held", "reported"])
def test_plans_and_what_is_over_may_be_mended_by_a_file(side, bring_in, state):
    event = event_of(side, state=state, starts_on=dt.date(2026, 4, 1))
    assert bring_in({"events": [row | {"city": "Kyoto"} for row in rows_of("events")]}) == []
    event.refresh_from_db()
    assert event.city == "Kyoto"


def test_slots_and_meetings_of_a_mission_keep_their_time_and_people(world, bring_in):
    mission = build_mission(world.north)
    meeting = mission.meeting("scheduled")
    (problem, _second) = bring_in({"demo_meeting_slots": moved(rows_of("demo_meeting_slots")[:1])})
    assert "never moved" in problem
    problems = bring_in({"demo_meetings": moved(rows_of("demo_meetings"))})
    assert len(problems) == 2 and all("by a step" in problem for problem in problems)
    other = [row | {"invitee_code": mission.other_host.person.code} for row in rows_of("demo_meetings")]
    assert len(bring_in({"demo_meetings": other})) == 1
    assert bring_in({"demo_meetings": [row | {"topic_en": "Warm"} for row in rows_of("demo_meetings")]}) == []
    meeting.refresh_from_db()
    assert (meeting.topic_en, meeting.starts_at) == ("Warm", mission.slots[0].starts_at)


def test_a_meeting_that_a_file_brings_with_its_time_is_put_into_the_calendars_of_its_people(world, bring_in):
    mission = build_mission(world.north)
    mission.meeting("scheduled")
    (row,) = rows_of("demo_meetings")
    Meeting.objects.all().delete()
    count = OutboxMessage.objects.count()
    assert bring_in({"demo_meetings": [row]}, dry_run=True) == []
    assert OutboxMessage.objects.count() == count
    assert bring_in({"demo_meetings": [row]}) == []
    meeting = Meeting.objects.get()
    told = entries("meeting_scheduled")
    assert len(told) == 2 and {sequence for _method, _uid, sequence in told} == {meeting.calendar_sequence} == {1}
    assert len(feed_of(mission.visitor, now=timezone.now())) == 1
    assert bring_in({"demo_meetings": [row]}) == []
    assert len(entries("meeting_scheduled")) == 2


def test_a_part_of_the_itinerary_moves_in_the_feed_as_it_does_at_the_desk(world, bring_in):
    mission = build_mission(world.north)
    start = mission.slots[0].starts_at
    leg = ItineraryLeg.objects.create(
        delegation=mission.delegation, kind="talk", title_en="Opening", starts_at=start,
        ends_at=start + dt.timedelta(hours=1), timezone=mission.event.timezone,
    )  # fmt: skip
    assert bring_in({"demo_itinerary_legs": moved(rows_of("demo_itinerary_legs"))}) == []
    (entry,) = feed_of(mission.visitor, now=timezone.now())
    assert entry.starts_at == start + dt.timedelta(hours=2)
    assert entry.last_modified > leg.updated_at


def test_a_place_is_not_moved_to_another_way_of_attending_by_a_file(event, bring_in):
    RegistrationFactory(event=event)
    rows = [row | {"attendance_mode": "online"} for row in rows_of("demo_registrations")]
    (problem,) = bring_in({"demo_registrations": rows})
    assert "Places are given and taken" in problem


def test_the_command_writes_to_nobody_where_it_is_told_so(session, tmp_path):
    path = tmp_path / "demo_sessions.csv"
    path.write_text(text_of(moved(rows_of("demo_sessions"))), encoding="utf-8")
    before, out = len(mails()), io.StringIO()
    call_command("import_csv", str(path), "--tell-nobody", stdout=out)
    assert len(mails()) == before and "1 changed" in out.getvalue()


# -- at the desk -------------------------------------------------------------------------------------------------------
def test_the_page_of_an_import_says_how_many_mails_it_writes_before_it_does(side, session, speaker):
    resource, actor = registry.find("demo_sessions"), organiser_of(side)
    content = text_of(moved(rows_of("demo_sessions"))).encode()
    before = len(mails())
    job = check_upload(content=content, file_name="demo_sessions.csv", resource=resource, actor=actor)
    assert (job.mails, len(mails())) == (1, before)
    job = confirm_import(job=job, actor=actor, resource=resource)
    assert (job.mails, len(mails("session_moved"))) == (1, 1)
    with pytest.raises(NotConfirmable):
        confirm_import(job=job, actor=actor, resource=resource)
    assert len(mails("session_moved")) == 1


def test_the_number_of_queries_of_calendars_grows_with_mails_and_not_with_people(
    side, event, session, bring_in, django_assert_max_num_queries
):
    EventPerson.objects.bulk_create(
        EventPerson(event=event, family_name=f"Quiet {number}", role="speaker", state="planned", code=f"q{number}")
        for number in range(50)
    )
    rows = [row | {"note_en": "seen"} for row in rows_of("event_people")]
    with django_assert_max_num_queries(120):
        assert bring_in({"event_people": rows}) == []
