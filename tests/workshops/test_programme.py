"""Rooms and sessions: half-open times by the clock of the event, who may plan, what calendars are told."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from icalendar import Calendar

from portal.core import audit
from portal.core.workflow import IllegalTransition, ReasonMissing, StepError
from portal.outbox.models import OutboxMessage
from tests.factories.programme import (
    accepted,
    at,
    event_of,
    local,
    mails,
    organiser_of,
    room_in,
    session_in,
    speaker_of,
)
from workshops.models import Session
from workshops.services import event_changes, programme, speakers
from workshops.services.programme import ClashesWith, Times

pytestmark = pytest.mark.django_db


def save(side, session, times, **values):
    return programme.save_session(
        event=session.event,
        session=session,
        values=values,
        times=times,
        actor=organiser_of(side),
        now=timezone.now(),
    )


def the_entry(mail):
    calendar = Calendar.from_ical(mail.calendar)
    (entry,) = calendar.walk("VEVENT")
    assert entry["ORGANIZER"].startswith("mailto:") and entry["ATTENDEE"] == f"mailto:{mail.recipient_email}"
    return str(calendar["METHOD"]), str(entry["UID"]), int(entry["SEQUENCE"]), str(entry["STATUS"]), entry


# -- times -------------------------------------------------------------------------------------------------------------
def test_times_are_those_of_the_event_and_kept_as_instants(side, event):
    session = session_in(side, event, at(event, "10:00", "10:30"))
    assert session.timezone == event.timezone == "Asia/Tokyo"
    assert session.starts_at.astimezone(dt.UTC).hour == 1
    assert local(session.ends_at, event.timezone).endswith("10:30")


def test_what_crosses_midnight_stays_one_item(side, event):
    session = session_in(side, event, at(event, "22:00", "00:30", ends_day=1), "Reception")
    assert session.ends_at - session.starts_at == dt.timedelta(hours=2, minutes=30)


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [("10:00", "10:00", "needs some time"), ("10:00", "09:00", "ends before it begins")],
)
def test_a_session_without_time_is_refused_with_a_sentence(side, event, starts, ends, sentence):
    with pytest.raises(ValidationError, match=sentence):
        session_in(side, event, at(event, starts, ends))


@pytest.mark.parametrize(("day", "sentence"), [("2027-03-14", "does not exist"), ("2027-11-07", "comes twice")])
def test_hours_that_the_clocks_skip_or_repeat_are_refused(world, day, sentence):
    event = event_of(world.south, starts_on=dt.date.fromisoformat(day))
    hour = {"2027-03-14": "02:30", "2027-11-07": "01:30"}[day]
    times = Times(event.starts_on, dt.time.fromisoformat(hour), dt.time(4))
    with pytest.raises(ValidationError, match=sentence):
        session_in(world.south, event, times)


def test_a_session_without_times_waits_and_cannot_be_published(side, event):
    session = session_in(side, event, None)
    assert session.starts_at is None
    with pytest.raises(StepError, match="Give the session a time"):
        programme.confirm_session(session=session, actor=organiser_of(side), now=timezone.now())


# -- who ---------------------------------------------------------------------------------------------------------------
def test_other_desks_plan_nothing(world, event):
    for user in (world.south.manager, world.north.home_office, world.north.stranger, world.north.fellow):
        with pytest.raises(PermissionDenied):
            programme.save_session(event=event, values={"title_en": "X"}, times=None, actor=user, now=timezone.now())
    session = session_in(world.north, event, at(event, "10:00", "11:00"))
    with pytest.raises(PermissionDenied):
        programme.confirm_session(session=session, actor=world.south.manager, now=timezone.now())


def test_people_of_other_events_are_not_taken_in(side, event, world):
    other = speaker_of(event_of(world.south), "Other")
    with pytest.raises(ValidationError, match="not among the people of this event"):
        session_in(side, event, at(event, "10:00", "11:00"), people=[(other, "speaker")])
    assert not Session.objects.exists()


def test_a_room_of_another_event_is_refused(side, event, world):
    room = room_in(event_of(world.south))
    with pytest.raises(ValidationError, match="belongs to another event"):
        session_in(side, event, at(event, "10:00", "11:00"), room=room)


def test_changes_are_in_the_history_with_before_and_after(side, event):
    session = session_in(side, event, at(event, "10:00", "11:00"))
    save(side, session, at(event, "11:00", "12:00"), title_en="Better")
    verbs = [entry.verb for entry in audit.timeline(session)]
    assert verbs == ["session.changed", "session.added"]
    entry = audit.timeline(session).first()
    assert (entry.before["title_en"], entry.after["title_en"]) == ("Talk", "Better")


# -- the life of a session ---------------------------------------------------------------------------------------------
def test_a_session_is_published_taken_back_cancelled_and_restored(side, event):
    actor, now = organiser_of(side), timezone.now()
    session = session_in(side, event, at(event, "10:00", "11:00"))
    assert not session.is_public
    assert programme.confirm_session(session=session, actor=actor, now=now).is_public
    assert programme.reopen_session(session=session, actor=actor, now=now).state == "draft"
    with pytest.raises(ReasonMissing):
        programme.cancel_session(session=session, reason=" ", actor=actor, now=now)
    programme.cancel_session(session=session, reason="Ill.", actor=actor, now=now)
    with pytest.raises(IllegalTransition):
        programme.confirm_session(session=session, actor=actor, now=now)
    with pytest.raises(StepError, match="Restore it"):
        save(side, session, at(event, "12:00", "13:00"))
    assert programme.restore_session(session=session, actor=actor, now=now).state == "confirmed"


def test_breaks_are_public_reservations_and_drafts_never(side, event):
    session_in(side, event, at(event, "09:00", "10:00"), "Setting up", kind="blocker", confirmed=True)
    session_in(side, event, at(event, "10:00", "10:30"), "Coffee", kind="break", confirmed=True)
    session_in(side, event, at(event, "10:30", "11:00"), "Secret draft")
    assert [row.title for row in event.sessions.shown()] == ["Coffee"]


def test_what_is_cancelled_stays_in_public_only_where_it_was_public_before(side, event):
    actor, now = organiser_of(side), timezone.now()
    draft = session_in(side, event, at(event, "10:00", "11:00"), "Never published")
    coffee = session_in(side, event, at(event, "11:00", "11:30"), "Coffee", kind="break", confirmed=True)
    withdrawn = session_in(side, event, at(event, "11:30", "12:00"), "Withdrawn first", confirmed=True)
    programme.reopen_session(session=withdrawn, actor=actor, now=now)
    for session in (draft, coffee, withdrawn):
        programme.cancel_session(session=session, reason="Ill.", actor=actor, now=now)
    assert [row.title for row in event.sessions.shown()] == ["Coffee", "Withdrawn first"]
    assert [row.is_public for row in (draft, coffee, withdrawn)] == [False, True, True]


def test_one_that_came_as_confirmed_by_a_file_was_public_too(side, event):
    session = session_in(side, event, at(event, "10:00", "11:00"), "From a list")
    Session.objects.filter(pk=session.pk).update(state="confirmed")
    session.refresh_from_db()
    programme.cancel_session(session=session, reason="Ill.", actor=organiser_of(side), now=timezone.now())
    assert [row.title for row in event.sessions.shown()] == ["From a list"]


def test_only_drafts_that_were_never_mailed_are_deleted(side, event):
    actor, now = organiser_of(side), timezone.now()
    speaker = accepted(side, event)
    session = session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")], confirmed=True)
    programme.reopen_session(session=session, actor=actor, now=now)
    with pytest.raises(StepError, match="Cancel this session"):
        programme.delete_session(session=session, actor=actor, now=now)
    draft = session_in(side, event, at(event, "12:00", "13:00"))
    programme.delete_session(session=draft, actor=actor, now=now)
    assert not Session.objects.filter(pk=draft.pk).exists()


# -- calendars ---------------------------------------------------------------------------------------------------------
def test_a_session_reaches_calendars_when_published_moved_and_cancelled(side, event):
    speaker = accepted(side, event, "Mihon", language="ja", timezone="America/Chicago")
    session = session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")])
    assert mails("session_scheduled") == []
    actor, now = organiser_of(side), timezone.now()
    programme.confirm_session(session=session, actor=actor, now=now)
    (first,) = mails("session_scheduled", to=speaker.email)
    save(side, session, at(event, "14:00", "15:00"))
    (moved,) = mails("session_moved", to=speaker.email)
    programme.cancel_session(session=session, reason="病気のため", actor=actor, now=now)
    (dropped,) = mails("session_dropped", to=speaker.email)
    told = [the_entry(mail) for mail in (first, moved, dropped)]
    assert [entry[0] for entry in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({entry[1] for entry in told}) == 1
    assert [entry[2] for entry in told] == sorted({entry[2] for entry in told})
    assert told[-1][3] == "CANCELLED" and "病気のため" in dropped.body_text
    assert len({mail.order_key for mail in (first, moved, dropped)}) == 1
    assert {mail.language for mail in (first, moved, dropped)} == {"ja"}
    assert "シカゴ" in moved.body_text and "UTC+09:00" in moved.body_text


def test_a_title_mended_mails_nothing_a_new_room_does(side, event):
    speaker = accepted(side, event)
    session = session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")], confirmed=True)
    before = session.sequence
    save(side, session, at(event, "10:00", "11:00"), title_en="Talk, mended")
    assert mails("session_moved") == [] and Session.objects.get(pk=session.pk).sequence == before
    save(side, session, at(event, "10:00", "11:00"), room=room_in(event))
    assert len(mails("session_moved")) == 1


def test_who_is_taken_out_of_a_session_is_told_alone(side, event):
    one, two = accepted(side, event, "Mihon"), accepted(side, event, "Placeholder")
    times = at(event, "10:00", "11:00")
    session = session_in(side, event, times, people=[(one, "speaker"), (two, "chair")], confirmed=True)
    programme.save_session(
        event=event, session=session, values={}, times=times, people=[(one, "speaker")],
        actor=organiser_of(side), now=timezone.now(),
    )  # fmt: skip
    assert [mail.recipient_email for mail in mails("session_dropped")] == [two.email]
    assert mails("session_moved") == []


def test_nobody_who_has_not_agreed_gets_an_entry(side, event):
    speaker = speaker_of(event)
    session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")], confirmed=True)
    assert mails() == []


def test_a_cancelled_event_takes_its_sessions_out_of_all_calendars(side, event):
    speaker = accepted(side, event)
    session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")], confirmed=True)
    event_changes.cancel_event(event=event, actor=organiser_of(side), reason="Storm.")
    (mail,) = OutboxMessage.objects.filter(kind="event_cancelled", recipient_email=speaker.email)
    method, _uid, _sequence, status, _entry = the_entry(mail)
    assert (method, status) == ("CANCEL", "CANCELLED")


# -- rooms -------------------------------------------------------------------------------------------------------------
def test_a_room_taken_twice_is_not_saved_without_a_reason(side, event):
    room = room_in(event)
    session_in(side, event, at(event, "10:00", "11:00"), "First", room=room)
    with pytest.raises(ClashesWith) as refused:
        session_in(side, event, at(event, "10:30", "11:30"), "Second", room=room)
    assert [clash.rule for clash in refused.value.clashes] == ["room_overlap"]
    assert not Session.objects.filter(title_en="Second").exists()
    second = session_in(side, event, at(event, "10:30", "11:30"), "Second", room=room, why="The hall is divided.")
    clash = event.clashes.get()
    assert (clash.override_reason, clash.overridden_by) == ("The hall is divided.", organiser_of(side))
    # Moved, but still clashing: the reason was given for another time.
    with pytest.raises(ClashesWith):
        save(side, second, at(event, "10:15", "11:15"), room=room)


def test_rooms_follow_each_other_without_a_gap_unless_they_need_one(side, event):
    room = room_in(event)
    session_in(side, event, at(event, "10:00", "10:30"), room=room)
    session_in(side, event, at(event, "10:30", "11:00"), room=room)
    assert not event.clashes.exists()
    buffered = room_in(event, "Lab", buffer_minutes=15)
    session_in(side, event, at(event, "10:00", "10:30"), room=buffered)
    with pytest.raises(ClashesWith):
        session_in(side, event, at(event, "10:30", "11:00"), room=buffered)


def test_a_hidden_room_is_offered_no_more_and_its_sessions_show_as_clashing(side, event):
    room = room_in(event)
    session_in(side, event, at(event, "10:00", "11:00"), room=room)
    programme.hide_room(room=room, actor=organiser_of(side), now=timezone.now())
    assert [clash.rule for clash in event.clashes.standing()] == ["room_hidden"]
    programme.show_room(room=room, actor=organiser_of(side), now=timezone.now())
    assert not event.clashes.standing().exists()


# -- whoever agreed before there was a session -------------------------------------------------------------------------
def plan(side, session, people, times=None):
    return programme.save_session(
        event=session.event, session=session, values={}, times=times or at(session.event, "10:00", "11:00"),
        people=people, actor=organiser_of(side), now=timezone.now(),
    )  # fmt: skip


def test_who_agreed_early_follows_the_programme_through_one_entry(side, event):
    """Accepted without a session; then given one, moved, taken out, put in again, the session withdrawn, restored."""
    speaker, actor = accepted(side, event), organiser_of(side)
    assert not OutboxMessage.objects.exclude(calendar="").exists()
    session = session_in(side, event, at(event, "10:00", "11:00"), confirmed=True)
    plan(side, session, [(speaker, "speaker")])
    plan(side, session, [(speaker, "speaker")], at(event, "13:00", "14:00"))
    plan(side, session, [], at(event, "13:00", "14:00"))
    plan(side, session, [(speaker, "chair")], at(event, "13:00", "14:00"))
    programme.reopen_session(session=session, actor=actor, now=timezone.now())
    programme.confirm_session(session=session, actor=actor, now=timezone.now())
    programme.cancel_session(session=session, reason="Ill.", actor=actor, now=timezone.now())
    programme.restore_session(session=session, actor=actor, now=timezone.now())
    sent = list(OutboxMessage.objects.exclude(calendar="").order_by("pk"))
    assert {mail.recipient_email for mail in sent} == {speaker.email}
    told = [the_entry(mail) for mail in sent]
    methods = [method for method, *_rest in told]
    assert methods == ["REQUEST", "REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST"]
    assert len({uid for _method, uid, *_rest in told}) == len({mail.order_key for mail in sent}) == 1
    numbers = [sequence for _method, _uid, sequence, *_rest in told]
    assert numbers == sorted(set(numbers)) and numbers[-1] == Session.objects.get(pk=session.pk).sequence
    assert all("UTC+09:00" in mail.body_text for mail in sent if mail.calendar_method == "REQUEST")


def test_a_change_of_role_in_a_session_is_no_news_for_the_calendar(side, event):
    speaker = accepted(side, event)
    times = at(event, "10:00", "11:00")
    session = session_in(side, event, times, people=[(speaker, "speaker")], confirmed=True)
    before = len(mails())
    plan(side, session, [(speaker, "chair")], times)
    assert len(mails()) == before


@pytest.mark.parametrize("way_out", ["withdraw", "take_off"])
def test_who_leaves_the_programme_loses_the_entry_and_who_agrees_again_finds_it(side, event, way_out):
    speaker, now = accepted(side, event), timezone.now()
    session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")], confirmed=True)
    if way_out == "withdraw":
        speakers.withdraw(event_person=speaker, now=now)
    else:
        speakers.take_off(event_person=speaker, reason="Too many.", actor=organiser_of(side), now=now)
    speaker.refresh_from_db()
    day = now.date() + dt.timedelta(days=7)
    speakers.invite(event_person=speaker, answer_by=day, actor=organiser_of(side), now=now)
    speaker.refresh_from_db()
    speakers.accept(event_person=speaker, now=now)
    sent = OutboxMessage.objects.exclude(calendar="").order_by("pk")
    told = [the_entry(mail) for mail in sent]
    assert [method for method, *_rest in told] == ["REQUEST", "CANCEL", "REQUEST"]
    numbers = [sequence for _method, _uid, sequence, *_rest in told]
    assert numbers == sorted(set(numbers))
