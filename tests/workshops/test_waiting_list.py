"""As many places as there are; the free ones go to those who wait, in their order, within their time."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from portal.core import audit
from portal.core.workflow import StepError
from portal.outbox.models import OutboxMessage
from portal.reminders.models import ReminderRule
from portal.reminders.planning import plan_rule
from tests.factories.registrations import RegistrationFactory, open_event, sign_up
from workshops.models import Registration, RegistrationRules, SeatOffer
from workshops.services.registration import changes, decisions, ending, seats, signup, waiting
from workshops.services.registration.deadlines import answer_deadline

NAMES = ("Ada One", "Bea Two", "Cy Three", "Dan Four", "Eve Five")


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run what happens after the commit as well."""

    def act(function, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return function(**kwargs)

    return act


def register(world, event, name, **fields):
    return signup.register(
        event=event, answers=sign_up(name, **fields), language="en", zone="Asia/Tokyo", now=world.now
    )


def states(event):
    return dict(Registration.objects.filter(event=event).values_list("person_name", "state"))


def mails(kind):
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk").values_list("recipient_email", flat=True))


def offers(event):
    rows = SeatOffer.objects.filter(registration__event=event).order_by("pk")
    return list(rows.values_list("registration__person_name", "answer"))


def test_places_are_given_until_the_last_one_and_then_the_queue_begins(world):
    event = open_event(world.north, seats=2)
    for name in NAMES[:4]:
        register(world, event, name)
    assert states(event) == {
        "Ada One": "confirmed", "Bea Two": "confirmed", "Cy Three": "waitlisted", "Dan Four": "waitlisted",
    }  # fmt: skip
    last = Registration.objects.get(person_name="Dan Four")
    assert signup.position_of(last) == 2
    assert mails("registration_confirmed") == ["ada.one@example.org", "bea.two@example.org"]
    assert mails("registration_waitlisted") == ["cy.three@example.org", "dan.four@example.org"]


def test_a_cancelled_place_is_kept_for_the_first_of_the_queue_and_nobody_overtakes(world, committed):
    event = open_event(world.north, seats=1)
    first, second, third = (register(world, event, name) for name in NAMES[:3])
    committed(ending.cancel, registration=first, now=world.now)
    assert offers(event) == [("Bea Two", "")]
    assert states(event)["Bea Two"] == "waitlisted"
    register(world, event, "Dan Four")
    assert states(event)["Dan Four"] == "waitlisted", "the kept place is not free"
    waiting.take_place(offer=second.offers.get(), now=world.now)
    assert states(event) == {
        "Ada One": "cancelled", "Bea Two": "confirmed", "Cy Three": "waitlisted", "Dan Four": "waitlisted",
    }  # fmt: skip
    assert third.offers.count() == 0


def test_a_newcomer_finds_a_freed_place_taken_by_who_waits_even_before_anybody_looked_at_the_queue(world):
    event = open_event(world.north, seats=1)
    first = register(world, event, "Ada One")
    register(world, event, "Bea Two")
    ending.cancel(registration=first, now=world.now)  # nothing runs after this commit
    register(world, event, "Cy Three")
    assert offers(event) == [("Bea Two", "")]
    assert states(event)["Cy Three"] == "waitlisted"


def test_who_declines_is_out_and_the_next_is_asked(world, committed):
    event = open_event(world.north, seats=1)
    first, second, _third = (register(world, event, name) for name in NAMES[:3])
    committed(ending.cancel, registration=first, now=world.now)
    committed(waiting.decline_place, offer=second.offers.get(), now=world.now)
    assert states(event)["Bea Two"] == "cancelled"
    assert offers(event) == [("Bea Two", "declined"), ("Cy Three", "")]


def test_an_offer_lapses_at_its_hour_and_the_sweep_run_twice_asks_the_next_once(world, committed):
    event = open_event(world.north, seats=1)
    first, second, _third = (register(world, event, name) for name in NAMES[:3])
    committed(ending.cancel, registration=first, now=world.now)
    offer = second.offers.get()
    late = offer.answer_by + dt.timedelta(minutes=1)
    with pytest.raises(StepError):
        waiting.take_place(offer=offer, now=late)
    assert committed(waiting.lapse_overdue, now=offer.answer_by - dt.timedelta(minutes=1)) == 0
    assert committed(waiting.lapse_overdue, now=late) == 1
    assert committed(waiting.lapse_overdue, now=late) == 0
    assert [committed(waiting.offer_everywhere, now=late) for _again in range(2)] == [0, 0]
    assert offers(event) == [("Bea Two", "lapsed"), ("Cy Three", "")]
    assert mails("seat_lapsed") == ["bea.two@example.org"]
    assert mails("seat_offered") == ["bea.two@example.org", "cy.three@example.org"]


def test_a_taken_place_cannot_be_taken_twice_and_a_cancelled_one_does_not_come_back(world, committed):
    event = open_event(world.north, seats=1)
    first, second, _third = (register(world, event, name) for name in NAMES[:3])
    committed(ending.cancel, registration=first, now=world.now)
    offer = second.offers.get()
    waiting.take_place(offer=offer, now=world.now)
    with pytest.raises(StepError, match="already"):
        waiting.take_place(offer=offer, now=world.now)
    second.refresh_from_db()
    committed(ending.cancel, registration=second, now=world.now)
    with pytest.raises(StepError):
        waiting.take_place(offer=offer, now=world.now)
    assert offers(event)[-1] == ("Cy Three", "")


def test_raising_the_capacity_by_three_asks_three_in_order(world):
    event = open_event(world.north, seats=1)
    for name in NAMES:
        register(world, event, name)
    RegistrationRules.objects.filter(event=event).update(seats_on_site=4)
    waiting.offer_everywhere(now=world.now)
    assert [name for name, _answer in offers(event)] == ["Bea Two", "Cy Three", "Dan Four"]


def test_lowering_the_capacity_throws_nobody_out_and_says_by_how_many_too_many_come(world):
    event = open_event(world.north, seats=3)
    for name in NAMES[:4]:
        register(world, event, name)
    RegistrationRules.objects.filter(event=event).update(seats_on_site=1)
    event.refresh_from_db()
    assert list(states(event).values()).count("confirmed") == 3
    assert seats.seats_of(event).over_by("on_site") == 2
    assert seats.why_nobody_moves_up(event, world.now) == ["on site: over by 2; nobody loses a place."]


def test_priority_comes_before_time_needs_a_reason_and_is_logged(world):
    event = open_event(world.north, seats=0)
    rows = [register(world, event, name) for name in NAMES[:3]]
    waiting.set_priority(registration=rows[2], priority=5, reason="Speaker of the panel", actor=world.north.manager)
    assert [row.person_name for row in Registration.objects.filter(event=event).queue()] == [
        "Cy Three", "Ada One", "Bea Two",
    ]  # fmt: skip
    entry = audit.timeline(rows[2]).filter(verb="registration.set_priority").get()
    assert (entry.reason, entry.before, entry.after) == ("Speaker of the panel", 0, 5)
    with pytest.raises(PermissionDenied):
        waiting.set_priority(registration=rows[1], priority=9, reason="x", actor=world.south.manager)


def test_on_site_full_does_not_close_online_and_a_shared_total_counts_both(world):
    event = open_event(world.north, seats=1, capacity=2)
    register(world, event, "Ada One")
    register(world, event, "Bea Two")
    register(world, event, "Cy Three", attendance_mode="online")
    register(world, event, "Dan Four", attendance_mode="online")
    assert states(event) == {
        "Ada One": "confirmed", "Bea Two": "waitlisted", "Cy Three": "confirmed", "Dan Four": "waitlisted",
    }  # fmt: skip


def test_changing_to_online_frees_the_chair_and_back_needs_a_free_one(world, committed):
    event = open_event(world.north, seats=1)
    first, second = register(world, event, "Ada One"), register(world, event, "Bea Two")
    same = {"names": {}, "needs": {"diet": "", "diet_note": "", "access": ""}, "listing": "",
            "consent_photo": False, "consent_contact_sharing": False, "now": world.now}  # fmt: skip
    committed(changes.change, registration=first, attendance_mode="online", **same)
    assert offers(event) == [("Bea Two", "")]
    with pytest.raises(StepError, match="No place is free"):
        changes.change(registration=first, attendance_mode="on_site", **same)
    first.refresh_from_db()
    assert (first.attendance_mode, first.state) == ("online", "confirmed")
    assert mails("registration_changed") == ["ada.one@example.org"]
    assert second.state == "waitlisted"


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("cancelled", {"state": "cancelled"}),
        ("postponed", {"state": "postponed"}),
        ("over", {"starts_on": dt.date(2020, 1, 1)}),
    ],
)
def test_events_that_are_off_or_over_ask_nobody(world, why, change):
    event = open_event(world.north, seats=1)
    RegistrationFactory(event=event, state="waitlisted")
    for field, value in change.items():
        setattr(event, field, value)
    event.save()
    waiting.offer_everywhere(now=world.now)
    assert offers(event) == []
    assert seats.why_nobody_moves_up(event, world.now)


def test_after_the_stop_date_nobody_moves_up_and_the_desk_reads_why(world):
    event = open_event(world.north, seats=1, rules={"promote_until": world.now - dt.timedelta(hours=1)})
    RegistrationFactory(event=event, state="waitlisted")
    waiting.offer_everywhere(now=world.now)
    assert offers(event) == []
    reasons = seats.why_nobody_moves_up(event, world.now)
    assert reasons == ["The last day on which places go to the waiting list has passed."]


def test_the_desk_reads_what_is_offered_and_what_is_held(world):
    event = open_event(world.north, seats=2)
    RegistrationFactory(event=event)
    for _n in range(2):
        RegistrationFactory(event=event, state="waitlisted")
    waiting.offer_everywhere(now=world.now)
    assert seats.why_nobody_moves_up(event, world.now) == [
        "Places offered and not answered yet: 1.",
        "on site: all 2 places are held.",
    ]


def test_who_cancels_and_registers_again_stands_at_the_end(world):
    event = open_event(world.north, seats=0)
    first = register(world, event, "Ada One")
    register(world, event, "Bea Two")
    ending.cancel(registration=first, now=world.now)
    again = signup.register(
        event=event, answers=sign_up("Ada One"), language="en", zone="UTC", now=world.now + dt.timedelta(minutes=5)
    )
    assert again.pk != first.pk
    assert signup.position_of(again) == 2


def test_approval_beyond_the_capacity_asks_about_the_waiting_list(world):
    event = open_event(world.north, seats=1, rules={"needs_approval": True})
    first, second = register(world, event, "Ada One"), register(world, event, "Bea Two")
    assert states(event) == {"Ada One": "submitted", "Bea Two": "submitted"}
    assert first.state_words == "waiting for approval"
    decisions.approve(registration=first, actor=world.north.manager, now=world.now)
    with pytest.raises(StepError, match="waiting list instead"):
        decisions.approve(registration=second, actor=world.north.manager, now=world.now)
    decisions.approve(registration=second, actor=world.north.manager, now=world.now, waitlist=True)
    assert states(event) == {"Ada One": "confirmed", "Bea Two": "waitlisted"}


def test_who_waits_for_approval_holds_a_place_only_where_the_organiser_says_so(world):
    free = open_event(world.north, seats=1, rules={"needs_approval": True})
    held = open_event(world.north, seats=1, rules={"needs_approval": True, "pending_holds_seat": True})
    for event in (free, held):
        register(world, event, "Ada One")
    assert [seats.seats_of(event).free("on_site") for event in (free, held)] == [1, 0]


def test_not_being_accepted_is_told_with_the_reason_and_frees_the_place(world, committed):
    event = open_event(world.north, seats=1)
    first, _second = register(world, event, "Ada One"), register(world, event, "Bea Two")
    with pytest.raises(PermissionDenied):
        decisions.dismiss(registration=first, reason="x", actor=world.south.manager, now=world.now)
    committed(
        decisions.dismiss, registration=first, reason="Twice on the list", actor=world.north.manager, now=world.now
    )
    assert first.state_words == "not accepted by the organiser"
    mail = OutboxMessage.objects.get(kind="registration_dismissed")
    assert "Twice on the list" in mail.body_text
    assert (mail.calendar_method, "STATUS:CANCELLED" in mail.calendar) == ("CANCEL", True)
    assert offers(event) == [("Bea Two", "")]


def test_the_reminder_speaks_a_day_after_the_offer_and_stops_with_the_answer(world):
    event = open_event(world.north, seats=1)
    waits = RegistrationFactory(event=event, state="waitlisted", timezone="Asia/Tokyo")
    waiting.offer_everywhere(now=world.now)
    rule = ReminderRule.objects.get(code="N33")
    later = world.now + dt.timedelta(hours=1)
    plan_rule(rule, now=later)
    [mail] = OutboxMessage.objects.filter(kind="reminder")
    assert mail.not_before == world.now + dt.timedelta(hours=24)
    assert mail.recipient_email == waits.email
    waiting.take_place(offer=waits.offers.get(), now=later)
    plan_rule(rule, now=later)
    mail.refresh_from_db()
    assert mail.state == "cancelled"


@given(
    hour=st.integers(0, 24 * 60 * 14),
    zone=st.sampled_from(["Asia/Tokyo", "America/Chicago", "Europe/Paris", "UTC"]),
    left=st.one_of(st.none(), st.integers(3, 400)),
)
def test_an_offer_never_ends_at_night_never_before_it_began_and_never_in_the_event(hour, zone, left):
    now = dt.datetime(2027, 3, 7, tzinfo=dt.UTC) + dt.timedelta(minutes=hour)
    until = now + dt.timedelta(hours=left) if left else None
    end = answer_deadline(now, zone=zone, until=until)
    assert now < end and (until is None or end <= until)
    local = end.astimezone(ZoneInfo(zone)).time()
    if until is None:
        assert dt.time(9) <= local <= dt.time(21)
        assert end - now >= dt.timedelta(hours=48)
    elif left > 30:
        assert dt.time(9) <= local <= dt.time(21)


def test_an_open_offer_holds_one_place_and_a_lapsed_one_none(world):
    event = open_event(world.north, seats=2)
    first, _second, third, fourth = (register(world, event, name) for name in NAMES[:4])
    times = {"offered_at": world.now, "answer_by": world.now + dt.timedelta(days=2)}
    for number, (registration, answer) in enumerate([(third, "lapsed"), (third, ""), (fourth, "declined")], start=1):
        SeatOffer.objects.create(registration=registration, round=number, answer=answer, **times)
    ending.cancel(registration=first, now=world.now)
    standing = seats.seats_of(event)
    assert standing.held() == standing.held("on_site") == 2, "one is confirmed, and one place is kept"
    assert standing.waiting == {"on_site": 1}


@pytest.mark.parametrize(("holds", "held"), [(True, 1), (False, 0)])
def test_who_waits_for_approval_holds_a_place_where_the_organiser_wants_it_so(world, holds, held):
    event = open_event(world.north, seats=2, rules={"pending_holds_seat": holds})
    RegistrationFactory(event=event, state="submitted")
    assert seats.seats_of(event).held() == held


def test_how_many_places_are_left_is_one_question_however_many_have_registered(world, django_assert_num_queries):
    event = open_event(world.north, seats=2)
    rules = RegistrationRules.objects.get(event=event)
    for name in NAMES:
        register(world, event, name)
        with django_assert_num_queries(1):
            seats.seats_of(event, rules)
