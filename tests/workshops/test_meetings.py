"""One-to-one meetings: asked, answered, placed, marked, written up and followed up, as their people expect."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import Person
from portal.core import audit
from portal.core.dates import both_zones_text
from portal.core.workflow import ReasonMissing, StepError
from portal.outbox.models import OutboxMessage
from tests.factories.missions import build_mission
from workshops.models import Meeting, MeetingSeat
from workshops.services import meetings, missions, scheduling
from workshops.services.scheduling import SlotTaken

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission(world):
    return build_mission(world.north)


def now():
    return timezone.now()


def ask(mission, by=None, of=None, *, slot=None, actor=None, topic="Cold electronics"):
    return meetings.request_meeting(
        delegate=by or mission.visitor,
        counterpart=of or mission.host,
        topic=topic,
        wished_slot=slot,
        actor=actor,
        now=now(),
    )


def mails(kind=""):
    rows = OutboxMessage.objects.order_by("pk")
    return list(rows.filter(kind=kind) if kind else rows)


# -- asking ------------------------------------------------------------------------------------------------------------
def test_a_request_reserves_nothing_and_says_until_when_to_answer(mission):
    meeting = ask(mission, slot=mission.slots[0])
    assert meeting.state == "requested"
    assert meeting.answer_by - meeting.created_at == pytest.approx(dt.timedelta(hours=48), abs=dt.timedelta(minutes=1))
    assert not MeetingSeat.objects.exists()
    (mail,) = mails()
    assert mail.recipient_email == mission.side.host_researcher.email
    assert mail.kind == "meeting_requested"


def test_who_has_no_sign_in_gets_the_personal_link_with_the_request(mission):
    ask(mission, of=mission.other_host)
    (mail,) = mails()
    assert "/events/missions/link/" in mail.body_text
    mission.other_host.refresh_from_db()
    assert mission.other_host.token_hash


def test_asking_back_is_saying_yes(mission):
    """A → B and B → A become one meeting."""
    first = ask(mission)
    second = ask(mission, by=mission.host, of=mission.visitor)
    assert second.pk == first.pk
    assert second.state == "accepted"
    assert Meeting.objects.get().is_mutual


def test_the_database_knows_one_open_meeting_for_two_people_whoever_asked(mission):
    mission.meeting("requested")
    with pytest.raises(IntegrityError), transaction.atomic():
        mission.meeting("accepted", requester=mission.host, invitee=mission.visitor)
    Meeting.objects.update(state="declined")
    mission.meeting("requested", requester=mission.host, invitee=mission.visitor)


def test_asking_twice_is_answered_with_a_sentence(mission):
    ask(mission)
    with pytest.raises(StepError, match="have a meeting already"):
        ask(mission)


def test_nobody_has_more_open_requests_than_the_mission_allows(mission):
    mission.delegation.request_limit = 1
    mission.delegation.save()
    ask(mission)
    with pytest.raises(StepError, match="1 requests without an answer"):
        ask(mission, of=mission.other_host)


def test_a_request_without_answer_lapses_and_the_asker_hears_it(mission):
    meeting = ask(mission)
    assert meetings.lapse_unanswered(now=now() + dt.timedelta(hours=47)) == 0
    assert meetings.lapse_unanswered(now=now() + dt.timedelta(hours=49)) == 1
    assert meetings.lapse_unanswered(now=now() + dt.timedelta(hours=49)) == 0
    meeting.refresh_from_db()
    assert meeting.state == "declined"
    assert mails("meeting_lapsed")[0].recipient_email == mission.side.fellow.email


def test_people_of_another_mission_cannot_be_asked(mission, world):
    south = build_mission(world.south)
    with pytest.raises(PermissionDenied):
        ask(mission, of=south.host)


def test_nobody_asks_in_the_name_of_somebody_else(mission):
    with pytest.raises(PermissionDenied):
        ask(mission, actor=mission.side.stranger)


# -- answering and times -----------------------------------------------------------------------------------------------
def test_accepting_gives_the_wished_time_at_once_with_a_table_and_calendar_entries(mission):
    meeting = ask(mission, slot=mission.slots[1])
    row = meetings.accept(meeting=meeting, person=mission.host.person, now=now())
    assert (row.state, row.slot, row.table) == ("scheduled", mission.slots[1], mission.tables[0])
    assert (row.starts_at, row.timezone) == (mission.slots[1].starts_at, "Asia/Tokyo")
    assert set(row.seats.values_list("person", flat=True)) == {mission.visitor.person_id, mission.host.person_id}
    sent = mails("meeting_scheduled")
    assert {mail.recipient_email for mail in sent} == {
        mission.side.fellow.email,
        mission.side.host_researcher.email,
    }
    assert all(mail.calendar_method == "REQUEST" for mail in sent)
    assert len({mail.order_key for mail in sent}) == 1


def test_accepting_without_a_time_leaves_it_to_later(mission):
    row = meetings.accept(meeting=ask(mission), person=mission.host.person, now=now())
    assert (row.state, row.slot) == ("accepted", None)
    assert mails("meeting_accepted")[0].recipient_email == mission.side.fellow.email
    chosen = meetings.choose_slot(meeting=row, slot=mission.slots[2], person=mission.visitor.person, now=now())
    assert chosen.state == "scheduled"


def test_only_the_invited_one_answers(mission):
    meeting = ask(mission)
    for person in (mission.visitor.person, mission.other_host.person):
        with pytest.raises(PermissionDenied):
            meetings.accept(meeting=meeting, person=person, now=now())
    with pytest.raises(PermissionDenied):
        meetings.accept(meeting=meeting, actor=mission.side.manager, now=now())
    with pytest.raises(PermissionDenied):
        meetings.decline(meeting=meeting, person=mission.visitor.person)


def test_a_time_that_is_taken_meanwhile_is_refused_kindly_with_the_next_free_one(mission):
    mission.meeting("scheduled", requester=mission.other_visitor)
    agreed = mission.meeting("accepted")
    with pytest.raises(SlotTaken, match="The next time free for both") as refusal:
        meetings.choose_slot(meeting=agreed, slot=mission.slots[0], person=mission.visitor.person, now=now())
    assert refusal.value.next_free == mission.slots[1]
    agreed.refresh_from_db()
    assert agreed.state == "accepted"


def test_a_full_room_sends_the_next_two_to_another_time(mission):
    mission.meeting("scheduled", table=mission.tables[0])
    extra = [mission.delegate(f"Extra{n}", company=mission.receiving) for n in range(2)]
    mission.meeting("scheduled", requester=mission.other_visitor, invitee=extra[0], table=mission.tables[1])
    agreed = mission.meeting("accepted", requester=extra[1], invitee=mission.other_host)
    with pytest.raises(SlotTaken) as refusal:
        meetings.choose_slot(meeting=agreed, slot=mission.slots[0], person=extra[1].person, now=now())
    assert refusal.value.next_free == mission.slots[1]


def test_two_meetings_share_a_slot_at_two_tables(mission):
    mission.meeting("scheduled")
    agreed = mission.meeting("accepted", requester=mission.other_visitor, invitee=mission.other_host)
    row = meetings.choose_slot(meeting=agreed, slot=mission.slots[0], person=mission.other_host.person, now=now())
    assert row.table == mission.tables[1]


def test_the_database_refuses_a_person_a_table_and_an_interpreter_twice(mission):
    interpreter = mission.delegate("Words", role="interpreter")
    first = mission.meeting("scheduled", interpreter=interpreter)
    for clash in (
        {"requester": mission.visitor, "invitee": mission.other_host, "table": mission.tables[1]},
        {"requester": mission.other_visitor, "invitee": mission.other_host, "table": mission.tables[0]},
        {
            "requester": mission.other_visitor, "invitee": mission.other_host, "table": mission.tables[1],
            "interpreter": interpreter,
        },
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            mission.meeting("scheduled", **clash)
    Meeting.objects.filter(pk=first.pk).update(state="cancelled")
    scheduling.release(first)
    mission.meeting("scheduled", requester=mission.visitor, invitee=mission.other_host, interpreter=interpreter)


def test_a_meeting_elsewhere_at_the_same_time_makes_a_slot_unavailable(mission, world):
    """Rule 25: people are looked at across events."""
    first = mission.slots[0]
    Meeting.objects.create(
        code="elsewhere", event=build_mission(world.south).event, requester=mission.visitor.person,
        invitee=world.south.fellow.person, topic_en="Elsewhere", timezone="Asia/Tokyo", state="scheduled",
        starts_at=first.starts_at + dt.timedelta(minutes=15), ends_at=first.ends_at + dt.timedelta(minutes=5),
    )  # fmt: skip
    agreed = mission.meeting("accepted")
    board = scheduling.Board(mission.delegation, now=now())
    assert board.possible_slots(agreed.requester_id, agreed.invitee_id) == [mission.slots[2]]


def test_others_who_hoped_for_the_time_hear_it_and_are_moved_to_the_next(mission):
    Person.objects.filter(pk=mission.other_visitor.person_id).update(timezone="Pacific/Auckland")
    waiting = ask(mission, by=mission.other_visitor, slot=mission.slots[0])
    taken = ask(mission, slot=mission.slots[0])
    meetings.accept(meeting=taken, person=mission.host.person, now=now())
    waiting.refresh_from_db()
    assert (waiting.state, waiting.wished_slot) == ("requested", mission.slots[1])
    told = mails("meeting_wish_taken")
    assert {mail.recipient_email for mail in told} == {
        mission.other_visitor.person.email,
        mission.side.host_researcher.email,
    }
    slot, reader = mission.slots[0], mission.other_visitor.person
    text = next(mail.body_text for mail in told if mail.recipient_email == reader.email)
    assert both_zones_text(slot.starts_at, slot.timezone, "Pacific/Auckland") in text, "what is gone, by both clocks"


def test_a_person_has_no_more_meetings_than_the_mission_allows(mission):
    mission.delegation.meeting_limit = 1
    mission.delegation.save()
    mission.meeting("scheduled", invitee=mission.other_host)
    agreed = mission.meeting("accepted")
    with pytest.raises(StepError, match="1 meetings already"):
        meetings.choose_slot(meeting=agreed, slot=mission.slots[1], person=mission.visitor.person, now=now())


def test_after_the_freeze_only_the_organiser_gives_times(mission):
    agreed = mission.meeting("accepted")
    missions.freeze(delegation=mission.delegation, actor=mission.side.manager, now=now())
    with pytest.raises(StepError, match="being printed"):
        meetings.choose_slot(meeting=agreed, slot=mission.slots[0], person=mission.visitor.person, now=now())
    with pytest.raises(StepError, match="being printed"):
        ask(mission, of=mission.other_host)
    row = scheduling.give_slot(meeting=agreed, slot=mission.slots[0], actor=mission.side.manager, now=now())
    assert row.moved_at > mission.delegation.frozen_at


def test_once_the_schedule_is_fixed_nobody_is_told_to_choose_a_time(mission):
    free, fixed = ask(mission), ask(mission, of=mission.other_host)
    mission.side.fellow.language = "en"
    mission.side.fellow.save()
    meetings.accept(meeting=free, person=mission.host.person, now=now())
    missions.freeze(delegation=mission.delegation, actor=mission.side.manager, now=now())
    meetings.accept(meeting=fixed, person=mission.other_host.person, now=now())
    first, second = mails("meeting_accepted")
    assert "choose one on your page" in first.body_text
    assert "choose" not in second.body_text and "the organiser gives the meeting a time" in second.body_text


def test_the_organiser_moves_a_meeting_and_its_calendar_entry_follows(mission):
    mission.side.fellow.language = mission.side.host_researcher.language = "en"
    mission.side.fellow.save(), mission.side.host_researcher.save()
    agreed = mission.meeting("accepted")
    first = scheduling.give_slot(meeting=agreed, slot=mission.slots[0], actor=mission.side.manager, now=now())
    moved = scheduling.give_slot(
        meeting=first, slot=mission.slots[0], table=mission.tables[1], actor=mission.side.manager, now=now()
    )
    assert (moved.state, moved.table, moved.calendar_sequence) == ("scheduled", mission.tables[1], 2)
    told = mails("meeting_moved")
    assert len(told) == 2
    for mail in told:
        assert mission.tables[0].name_en in mail.body_text.split("Before: ")[1]
    assert audit.timeline(moved).first().verb == "meeting.move"


def test_a_time_that_has_passed_is_not_given(world):
    mission = build_mission(world.north, starts_in=dt.timedelta(hours=-5))
    agreed = mission.meeting("accepted")
    with pytest.raises(StepError, match="has passed"):
        scheduling.give_slot(meeting=agreed, slot=mission.slots[0], actor=mission.side.manager, now=now())


def test_slots_of_another_mission_are_refused(mission, world):
    south = build_mission(world.south)
    agreed = mission.meeting("accepted")
    with pytest.raises(StepError, match="another mission"):
        scheduling.give_slot(meeting=agreed, slot=south.slots[0], actor=mission.side.manager, now=now())


# -- scheduling all ----------------------------------------------------------------------------------------------------
def test_the_accepted_ones_are_placed_in_a_fixed_order_and_the_rest_explained(world):
    mission = build_mission(world.north, slots=2, tables=1)
    mutual = mission.meeting("accepted", requester=mission.other_visitor, invitee=mission.other_host, is_mutual=True)
    first = mission.meeting("accepted")
    extra = mission.delegate("Extra", company=mission.receiving)
    third = mission.meeting("accepted", invitee=extra)
    outcome = scheduling.schedule_accepted(delegation=mission.delegation, actor=mission.side.manager, now=now())
    assert [(row.pk, row.slot) for row in outcome.placed] == [
        (mutual.pk, mission.slots[0]),
        (first.pk, mission.slots[1]),
    ]
    ((unplaced, reason),) = outcome.unplaced
    assert unplaced == third
    assert reason.startswith("No table")
    again = scheduling.schedule_accepted(delegation=mission.delegation, actor=mission.side.manager, now=now())
    assert again.placed == ()


def test_no_common_slot_and_the_limit_are_told_apart(world):
    mission = build_mission(world.north, slots=1, tables=5)
    mission.meeting("scheduled", invitee=mission.other_host)
    agreed = mission.meeting("accepted")
    board = scheduling.Board(mission.delegation, now=now())
    assert board.why_not(agreed).startswith("No common slot")
    mission.delegation.meeting_limit = 1
    assert scheduling.Board(mission.delegation, now=now()).why_not(agreed).startswith("Limit")


def test_a_stranger_schedules_nothing(mission):
    with pytest.raises(PermissionDenied):
        scheduling.schedule_accepted(delegation=mission.delegation, actor=mission.side.stranger, now=now())
    with pytest.raises(PermissionDenied):
        scheduling.give_slot(
            meeting=mission.meeting("accepted"), slot=mission.slots[0], actor=mission.side.stranger, now=now()
        )


def test_an_interpreter_is_found_where_two_have_no_language_in_common(mission):
    interpreter = mission.delegate("Words", role="interpreter", languages="ja|en")
    mission.other_visitor.needs_interpreter = True
    mission.other_visitor.save()
    agreed = mission.meeting("accepted", requester=mission.other_visitor)
    row = scheduling.give_slot(meeting=agreed, slot=mission.slots[0], actor=mission.side.manager, now=now())
    assert row.interpreter == interpreter
    second = mission.meeting("accepted", requester=mission.other_visitor, invitee=mission.other_host)
    board = scheduling.Board(mission.delegation, now=now())
    assert board.possible_slots(second.requester_id, second.invitee_id) == mission.slots[1:]


# -- cancelling --------------------------------------------------------------------------------------------------------
def test_cancelling_tells_the_other_one_and_frees_time_and_table(mission):
    meeting = mission.meeting("scheduled")
    with pytest.raises(ReasonMissing):
        meetings.cancel(meeting=meeting, reason=" ", person=mission.visitor.person, now=now())
    row = meetings.cancel(meeting=meeting, reason="Ill", person=mission.visitor.person, now=now())
    assert (row.state, row.calendar_sequence) == ("cancelled", 2)
    assert not row.seats.exists()
    sent = mails("meeting_cancelled")
    assert {mail.recipient_email for mail in sent} == {mission.side.fellow.email, mission.side.host_researcher.email}
    assert all(mail.calendar_method == "CANCEL" for mail in sent)
    mission.meeting("scheduled")


def test_whoever_did_not_come_cannot_cancel_afterwards(mission):
    meeting = mission.meeting("scheduled")
    for who in ({"person": mission.visitor.person}, {"actor": mission.side.manager}):
        with pytest.raises(StepError, match="say whether it took place"):
            meetings.cancel(meeting=meeting, reason="Ill", now=meeting.starts_at, **who)
    assert not mails("meeting_cancelled")
    row = meetings.mark_no_show(
        meeting=meeting, reason="Nobody there", actor=mission.side.manager, now=meeting.starts_at
    )
    assert row.state == "no_show"


def test_cancelling_a_person_cancels_her_meetings_and_frees_the_slots(mission):
    fixed, asked = mission.meeting("scheduled"), mission.meeting("requested", invitee=mission.other_host)
    other = mission.meeting("scheduled", requester=mission.other_visitor, invitee=mission.other_host,
                            table=mission.tables[1])  # fmt: skip
    missions.cancel_delegate(delegate=mission.visitor, reason="Ill", actor=mission.side.manager, now=now())
    states = {row.pk: row.state for row in Meeting.objects.all()}
    assert states == {fixed.pk: "cancelled", asked.pk: "cancelled", other.pk: "scheduled"}
    told = {mail.recipient_email for mail in mails("meeting_cancelled")}
    assert {mission.side.host_researcher.email, mission.other_host.person.email} <= told
    assert not MeetingSeat.objects.filter(person=mission.visitor.person).exists()
    with pytest.raises(StepError, match="cannot come"):
        ask(mission, by=mission.host, of=mission.visitor)


def test_an_interpreter_who_does_not_come_leaves_the_meeting_to_its_two(mission):
    interpreter = mission.delegate("Words", role="interpreter")
    meeting = mission.meeting("scheduled", interpreter=interpreter)
    missions.cancel_delegate(delegate=interpreter, reason="Ill", actor=mission.side.manager, now=now())
    meeting.refresh_from_db()
    assert (meeting.state, meeting.interpreter) == ("scheduled", None)
    (mail,) = mails("removed_from_meeting")
    assert (mail.recipient_email, mail.calendar_method) == (interpreter.person.email, "CANCEL")


def test_meetings_of_a_cancelled_event_are_called_off_once(mission):
    mission.meeting("scheduled")
    mission.meeting("requested", invitee=mission.other_host)
    type(mission.event).objects.update(state="cancelled")
    assert meetings.call_off_with_events(now=now()) == 2
    assert meetings.call_off_with_events(now=now()) == 0
    assert set(Meeting.objects.values_list("state", flat=True)) == {"cancelled"}


# -- a colleague goes instead ------------------------------------------------------------------------------------------
def test_a_colleague_takes_a_meeting_over_without_anybody_being_asked_again(mission):
    meeting = mission.meeting("scheduled")
    row = meetings.hand_over(meeting=meeting, to=mission.other_visitor, actor=mission.side.manager, now=now())
    assert (row.state, row.slot, row.requester) == ("scheduled", mission.slots[0], mission.other_visitor.person)
    assert set(row.seats.values_list("person", flat=True)) == {mission.other_visitor.person_id, mission.host.person_id}
    (left,) = mails("removed_from_meeting")
    assert (left.recipient_email, left.calendar_method) == (mission.side.fellow.email, "CANCEL")
    told = {mail.recipient_email: mail for mail in mails("meeting_handed_over")}
    assert set(told) == {mission.other_visitor.person.email, mission.side.host_researcher.email}
    for mail in told.values():
        assert mail.calendar_method == "REQUEST"
        stays = {"en": "Time and place stay", "ja": "日時と場所は変わりません"}[mail.language]
        assert all(
            words in mail.body_text for words in (stays, str(mission.other_visitor.person), str(mission.visitor.person))
        )
    assert not mails("meeting_moved")


def test_who_goes_instead_is_told_also_before_there_is_a_time(mission):
    meeting = mission.meeting("accepted")
    meetings.hand_over(meeting=meeting, to=mission.other_visitor, actor=mission.side.manager, now=now())
    (left,) = mails("removed_from_meeting")
    assert (left.recipient_email, left.calendar) == (mission.side.fellow.email, "")
    told = {mail.recipient_email: mail.calendar for mail in mails("meeting_handed_over")}
    assert told == {mission.other_visitor.person.email: "", mission.side.host_researcher.email: ""}


def test_nobody_takes_over_who_is_busy_or_from_elsewhere(mission):
    meeting = mission.meeting("scheduled")
    mission.meeting("scheduled", requester=mission.other_visitor, invitee=mission.other_host, table=mission.tables[1])
    with pytest.raises(StepError, match="another meeting at that time"):
        meetings.hand_over(meeting=meeting, to=mission.other_visitor, actor=mission.side.manager, now=now())
    meeting.refresh_from_db()
    assert meeting.requester == mission.visitor.person
    other = mission.delegate("Elsewhere", role="interpreter")
    with pytest.raises(StepError, match="cannot take"):
        meetings.hand_over(meeting=meeting, to=other, actor=mission.side.manager, now=now())
    with pytest.raises(PermissionDenied):
        meetings.hand_over(meeting=meeting, to=mission.other_visitor, actor=mission.side.stranger, now=now())


# -- afterwards --------------------------------------------------------------------------------------------------------
@pytest.fixture
def over(world):
    return build_mission(world.north, starts_in=dt.timedelta(hours=-30))


def test_one_yes_is_enough_and_disagreement_stays_disagreement(over):
    meeting = over.meeting("scheduled")
    row = meetings.mark(meeting=meeting, held=True, person=over.visitor.person, now=now())
    assert row.state == "held"
    row = meetings.mark(meeting=meeting, held=False, person=over.host.person, now=now())
    assert (row.state, row.requester_mark, row.invitee_mark) == ("held", "held", "not_held")
    assert row.has_disagreement
    assert list(Meeting.objects.one_sided()) == [row]


def test_a_single_no_waits_for_the_organiser(over):
    meeting = over.meeting("scheduled")
    row = meetings.mark(meeting=meeting, held=False, person=over.host.person, now=now())
    assert row.state == "scheduled"
    assert list(Meeting.objects.doubtful(now())) == [row]
    row = meetings.mark_no_show(meeting=row, reason="Train was late", actor=over.side.manager, now=now())
    assert row.state == "no_show"
    assert not row.seats.exists()


def test_what_the_organiser_has_settled_does_not_wait_for_her_any_more(over):
    meeting = over.meeting("scheduled")
    row = meetings.mark(meeting=meeting, held=False, person=over.host.person, now=now())
    row = meetings.confirm(meeting=row, actor=over.side.manager, now=now())
    assert (row.state, row.invitee_mark) == ("held", "not_held")
    assert not Meeting.objects.doubtful(now()).exists()


def test_nothing_is_marked_before_it_begins(mission):
    with pytest.raises(StepError, match="not begun"):
        meetings.mark(meeting=mission.meeting("scheduled"), held=True, person=mission.host.person, now=now())


def test_minutes_need_both_and_confidential_ones_an_agreement(over):
    meeting = over.meeting("held")
    with pytest.raises(StepError, match="non-disclosure"):
        meetings.draft_minutes(meeting=meeting, text="Secret", confidential=True, person=over.visitor.person)
    row = meetings.draft_minutes(meeting=meeting, text="We met.", person=over.visitor.person)
    assert row.state == "minutes_draft"
    assert mails("minutes_drafted")[0].recipient_email == over.side.host_researcher.email
    row = meetings.draft_minutes(meeting=row, text="We met at noon.", person=over.host.person)
    assert (row.requester_approved_at, bool(row.invitee_approved_at)) == (None, True)
    row = meetings.approve_minutes(meeting=row, person=over.visitor.person, now=now())
    assert row.state == "minutes_approved"
    with pytest.raises(StepError):
        meetings.draft_minutes(meeting=row, text="Again", person=over.visitor.person)


def test_a_follow_up_is_kept_with_owner_day_and_outcome(over):
    meeting = over.meeting("held")
    with pytest.raises(StepError, match="which day"):
        meetings.save_follow_up(meeting=meeting, outcome="nda", person=over.host.person)
    with pytest.raises(StepError, match="one of the two"):
        meetings.save_follow_up(meeting=meeting, owner=over.other_host.person, person=over.host.person)
    today = timezone.localdate()
    meetings.save_follow_up(
        meeting=meeting, next_step="Send samples", owner=over.host.person, due_on=today, person=over.visitor.person
    )
    row = meetings.save_follow_up(meeting=meeting, outcome="nda", outcome_on=today, person=over.host.person)
    assert (row.outcome, row.next_step) == ("nda", "")
    assert audit.timeline(meeting).first().verb == "meeting.follow_up"
    with pytest.raises(StepError, match="took place"):
        meetings.save_follow_up(
            meeting=over.meeting("scheduled", invitee=over.other_host, slot=over.slots[1]), person=over.visitor.person
        )


def test_follow_ups_are_asked_for_after_thirty_days_and_not_before(world):
    mission = build_mission(world.north, starts_in=dt.timedelta(days=-40))
    meeting = mission.meeting("held")
    today = timezone.localdate()
    assert list(Meeting.objects.to_follow_up(today=today, days=30)) == [meeting]
    assert not Meeting.objects.to_follow_up(today=today, days=90)
    mission.follow_up(meeting, outcome="none")
    assert not Meeting.objects.to_follow_up(today=today, days=30)
