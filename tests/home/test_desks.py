"""My desk: the one next thing, and nothing of anybody else."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from portal.core.links import give_token
from portal.home.desks import desk_of
from tests.factories import CallFactory
from tests.factories.events import a_speaker, an_event
from tests.factories.journeys import at_both_sides, in_precheck, stay_before_arrival
from tests.factories.missions import build_mission
from tests.factories.registrations import RegistrationFactory
from workshops.models import SeatOffer
from workshops.services.speakers import accept


def desk(user, today=None):
    user = type(user).objects.get(pk=user.pk)
    return desk_of(user, now=timezone.now(), today=today or timezone.localdate())


def titles(shown, name):
    return [entry.title for title, entries in shown.line if title == name for entry in entries]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_an_empty_desk_shows_the_way_to_the_calls(client, world):
    client.force_login(world.north.stranger)
    page = client.get(reverse("home:desk")).content.decode()
    assert reverse("home:calls") in page
    assert desk(world.north.stranger).next is None


def test_the_desk_is_for_those_who_are_signed_in(client, world):
    assert client.get(reverse("home:desk")).status_code == 302
    client.force_login(world.north.fellow)
    assert client.post(reverse("home:desk")).status_code == 405


@pytest.mark.parametrize("state", ["departed", "report_due"])
def test_the_final_report_stands_on_the_desk_once(world, state):
    side, day = world.north, dt.timedelta(days=1)
    stay = side.stay(state, start_on=world.today - 99 * day, end_on=world.today - 40 * day)
    stay.tasks.create(
        item_code="JI26", sort_order=1, text_en="Final report", owner_role="fellow", anchor="end", offset=30,
        offset_unit="days", due_on=world.today - 10 * day,
    )  # fmt: skip
    shown = desk(side.fellow)
    assert shown.next.title == "Write the final report"
    assert not any("Final report" in title for name in ("Next", "Later") for title in titles(shown, name))
    type(stay).objects.update(state="ending")
    assert "Final report" in desk(side.fellow).next.title  # announced by the checklist as long as nobody can write it


def test_a_draft_is_the_next_thing_until_its_call_closes(world):
    world.north.application("draft")
    shown = desk(world.north.fellow).next
    assert shown.title == "Finish your application: North call"
    assert (shown.instant, shown.zone) == (world.north.call.last_instant, "Asia/Tokyo")


def test_what_is_due_first_comes_first(world):
    north, today = world.north, timezone.localdate()
    north.application("draft")
    north.application(
        "returned",
        call=CallFactory(programme=north.programme),
        returned_items="Proof",
        returned_until=today + dt.timedelta(days=2),
    )
    north.offer(north.application("selected", call=CallFactory(programme=north.programme)), state="sent")
    shown = desk(north.fellow)
    assert shown.next.title == "Complete your application"
    assert titles(shown, "Next") == ["Answer the offer", "Finish your application: North call"]


def test_an_application_in_process_waits_for_others(world):
    world.north.application("under_review")
    shown = desk(world.north.fellow)
    assert shown.next is None
    assert titles(shown, "Waiting for others") == ["North call"]


def test_it_says_who_has_not_signed_yet(world):
    at_both_sides(world.north)
    (entries,) = [entries for title, entries in desk(world.north.fellow).line if title == "Waiting for others"]
    assert str(world.north.supervisor) in [entry.who for entry in entries]


def test_the_host_is_asked_for_her_word(world):
    at_both_sides(world.north)
    shown = desk(world.north.host_researcher)
    assert shown.next.title == f"Agree or not: {world.north.fellow.person}"
    assert shown.is_host


def test_the_questions_of_the_check_stand_on_the_fellows_desk(world):
    in_precheck(world.north)
    assert desk(world.north.fellow).next.label == "See the questions"


def test_tasks_of_a_stay_are_next_later_and_waiting(world):
    stay = stay_before_arrival(world.north)
    shown = desk(world.north.fellow)
    mine = list(stay.tasks.open().filter(owner_role="fellow").order_by("due_on"))
    assert shown.next.due == mine[0].due_on
    assert shown.stays == [stay]
    assert titles(shown, "Later") and titles(shown, "Waiting for others")


def test_what_is_late_is_marked(world):
    stay = stay_before_arrival(world.north)
    shown = desk(world.north.fellow, today=stay.end_on)
    assert shown.is_late


def test_the_host_is_asked_to_confirm_an_arrival_on_the_day(world):
    today = timezone.localdate()
    world.north.stay("pre_arrival", start_on=today)
    assert desk(world.north.host_researcher).next.label == "Confirm the arrival"
    assert desk(world.north.host_researcher, today=today - dt.timedelta(days=1)).next is None


def test_the_reviewer_has_her_reviews(world):
    world.north.review(world.north.application("under_review"))
    assert desk(world.north.reviewer).next.title == "Review an application"


def test_nothing_of_another_alliance_lies_on_anybodys_desk(world):
    at_both_sides(world.north)
    stay_before_arrival(world.south)
    for user in (world.south.fellow, world.south.host_researcher, world.south.reviewer):
        shown = desk(user)
        everything = [shown.next, *(entry for _title, entries in shown.line for entry in entries)]
        assert "north" not in repr(everything).lower()


@pytest.mark.parametrize("count", [1, 3, 8])
def test_the_desk_costs_the_same_however_much_lies_on_it(world, count, django_assert_max_num_queries):
    north = world.north
    for _number in range(count):
        call = CallFactory(programme=north.programme)
        north.application("under_review", call=call)
        north.offer(north.application("selected", call=CallFactory(programme=north.programme)), state="sent")
        north.stay("active")
    with django_assert_max_num_queries(10):
        desk(north.fellow)


def test_a_request_for_a_meeting_waits_on_the_desk_of_the_invited_one(world):
    mission = build_mission(world.south)
    meeting = mission.meeting("requested")
    shown = desk(world.south.host_researcher)
    assert shown.is_delegate
    assert shown.next.url.endswith(f"/meetings/{meeting.public_id}/")
    assert not desk(world.south.manager).is_delegate


def test_events_one_goes_to_stand_on_the_desk(world):
    north, event = world.north, an_event(world.north)
    RegistrationFactory(event=event, person=north.fellow.person)
    shown = desk(north.fellow)
    assert titles(shown, "My events") == [event.title_en]
    assert shown.next is None


def test_who_waits_for_a_place_sees_it_among_what_others_do(world):
    north, event = world.north, an_event(world.north)
    RegistrationFactory(event=event, person=north.fellow.person, state="waitlisted")
    assert titles(desk(north.fellow), "Waiting for others") == [event.title_en]


def test_a_place_that_became_free_is_to_be_answered_by_its_hour(world):
    north, event, now = world.north, an_event(world.north), timezone.now()
    row = RegistrationFactory(event=event, person=north.fellow.person, state="waitlisted")
    SeatOffer.objects.create(registration=row, offered_at=now, answer_by=now + dt.timedelta(days=2))
    shown = desk(north.fellow)
    assert shown.next.title == f"Take the place, or let it go: {event.title_en}"
    assert (shown.next.instant, shown.next.zone) == (now + dt.timedelta(days=2), event.timezone)
    assert titles(shown, "Waiting for others") == []


def test_an_invitation_to_speak_is_to_be_answered_and_then_an_event_of_mine(client, world):
    north, event = world.north, an_event(world.north)
    talk = a_speaker(event, state="invited", person=north.fellow.person)
    give_token(talk, expires_at=timezone.now() + dt.timedelta(days=30))
    talk.save()
    asked = desk(north.fellow).next
    assert asked.title == f"Answer the invitation: {event.title_en}"
    client.force_login(north.fellow)
    assert client.get(asked.url, follow=True).redirect_chain[-1][0] == reverse("workshops:speaker")
    translation.activate("en")  # the pages were in the fellow's own language
    accept(event_person=talk, now=timezone.now())
    assert titles(desk(north.fellow), "My events") == [event.title_en]


def test_what_is_over_or_cancelled_leaves_the_desk_and_a_postponed_day_is_not_shown(world):
    north = world.north
    for event in (an_event(north, days=-2, state="held"), an_event(north, state="cancelled")):
        RegistrationFactory(event=event, person=north.fellow.person)
    assert desk(north.fellow).line == []
    RegistrationFactory(event=an_event(north, state="postponed"), person=north.fellow.person)
    ((_title, (entry,)),) = desk(north.fellow).line
    assert (entry.when, entry.instant) == ("postponed", None)


def test_registrations_of_others_never_lie_on_a_coordinators_own_desk(world):
    north = world.north
    RegistrationFactory(event=an_event(north), person=north.fellow.person)
    assert titles(desk(north.manager), "My events") == []
