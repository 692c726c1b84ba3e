"""The pages of a mission: signed in or by a personal link, on one's own meetings only, and GET changes nothing."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from portal.core.links import token_of
from portal.outbox.models import OutboxMessage
from tests.factories.missions import build_mission
from workshops.forms.meetings import SlotField, slot_value
from workshops.models import Delegate, Meeting, MissionCompany
from workshops.services import mission_links, missions

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission(world):
    return build_mission(world.south)


def text(response) -> str:
    return response.content.decode()


def page(name, delegate, *more) -> str:
    return reverse(f"workshops:{name}", args=[delegate.public_id, *(row.public_id for row in more)])


def by_link(client, delegate, now=None):
    """Open the personal link of somebody without sign-in."""
    mission_links.ensure_link(delegate, now=now or timezone.now())
    return client.get(reverse("workshops:mission_link", args=[token_of(delegate)]))


# -- the doors ---------------------------------------------------------------------------------------------------------
def test_the_link_leaves_the_address_and_opens_the_day(client, mission):
    response = by_link(client, mission.other_visitor)
    assert response.url == page("mission", mission.other_visitor)
    opened = client.get(response.url)
    assert opened.status_code == 200
    assert "no-store" in opened["Cache-Control"]


def test_a_link_opens_the_pages_of_its_person_alone(client, mission):
    by_link(client, mission.other_visitor)
    other = client.get(page("mission", mission.other_host))
    assert other.status_code == 302 and reverse("account_login") in other.url


def test_a_guessed_link_opens_nothing(client, mission):
    assert client.get(reverse("workshops:mission_link", args=["x" * 43])).status_code == 404
    assert not client.session.keys()


def test_an_old_link_offers_a_fresh_one_to_the_same_address(client, mission):
    long_ago = timezone.now() - dt.timedelta(days=400)
    mission.event.ends_on = long_ago.date()
    mission.event.starts_on = long_ago.date()
    mission.event.save()
    mission.other_visitor.refresh_from_db()
    response = by_link(client, mission.other_visitor, long_ago)
    assert response.url == reverse("workshops:mission_expired")
    assert client.get(response.url).status_code == 410
    assert client.get(page("mission", mission.other_visitor)).status_code == 302
    renewed = client.post(reverse("workshops:mission_renew"))
    assert renewed.status_code == 200
    mail = OutboxMessage.objects.get(kind="mission_link")
    assert mail.recipient_email == mission.other_visitor.person.email
    assert "/events/missions/link/" in mail.body_text


def test_a_signed_in_person_needs_no_link_and_finds_her_mission(client, mission):
    client.force_login(mission.side.fellow)
    assert client.get(reverse("workshops:missions")).url == page("mission", mission.visitor)
    assert client.get(page("mission", mission.visitor)).status_code == 200


def test_the_pages_of_others_are_missing_for_desk_and_strangers(client, mission):
    for user in (mission.side.manager, mission.side.stranger, mission.side.host_researcher):
        client.force_login(user)
        assert client.get(page("mission", mission.visitor)).status_code in (302, 404)


# -- my day ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_day_shows_both_zones_with_name_and_offset(client, mission, language):
    """The visitor lives by Tokyo time, the mission by Chicago time."""
    mission.side.fellow.language = language
    mission.side.fellow.save()
    mission.meeting("scheduled")
    client.force_login(mission.side.fellow)
    shown = text(client.get(page("mission", mission.visitor)))
    assert "UTC+09:00" in shown and ("UTC-06:00" in shown or "UTC-05:00" in shown)
    assert ("Chicago time" if language == "en" else "シカゴ時間") in shown
    assert "Cold electronics" in shown


def test_somebody_at_home_sees_one_clock(client, mission):
    mission.meeting("scheduled")
    client.force_login(mission.side.host_researcher)
    assert "Your time:" not in text(client.get(page("mission", mission.host)))


@pytest.mark.parametrize("name", ["mission", "mission_people", "mission_meetings", "mission_calendar"])
def test_pages_ask_the_database_as_often_for_many_rows_as_for_few(client, mission, name):
    client.force_login(mission.side.fellow)

    def count():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page(name, mission.visitor)).status_code == 200
        return len(asked)

    mission.meeting("scheduled")
    count()  # warms what is kept between requests
    before = count()
    for number in range(5):
        extra = mission.delegate(f"Extra{number}", company=mission.receiving)
        mission.meeting("requested", requester=extra, invitee=mission.visitor)
        extra = mission.delegate(f"More{number}", company=mission.receiving)
        mission.meeting("accepted", invitee=extra)
    assert count() == before


# -- whom to meet, and asking ------------------------------------------------------------------------------------------
def test_the_other_side_stands_first_with_profile_and_wishes(client, mission):
    client.force_login(mission.side.fellow)
    shown = text(client.get(page("mission_people", mission.visitor)))
    assert mission.receiving.name_en in shown and "Somebody who heats them." in shown
    assert f"<h2>{mission.travelling.name_en}" not in shown
    shown = text(client.get(page("mission_people", mission.visitor), {"side": "visiting"}))
    assert mission.travelling.name_en in shown


def test_a_word_finds_companies_and_people(client, mission):
    client.force_login(mission.side.fellow)
    url = page("mission_people", mission.visitor)
    assert mission.receiving.name_en in text(client.get(url, {"q": "cryogenics"}))
    assert mission.receiving.name_en in text(client.get(url, {"q": "welcome"}))
    assert mission.receiving.name_en not in text(client.get(url, {"q": "bakery"}))


def test_asking_by_link_sends_the_request(client, mission):
    by_link(client, mission.other_visitor)
    url = page("meeting_ask", mission.other_visitor, mission.host)
    assert "UTC-0" in text(client.get(url))
    assert "You have 0 requests without an answer; 8 at a time are possible." in text(client.get(url))
    assert not Meeting.objects.exists()
    response = client.post(url, {"topic": "Films", "slot": slot_value(mission.slots[0])})
    assert response.url == page("mission_meetings", mission.other_visitor)
    meeting = Meeting.objects.get()
    assert (meeting.topic_en, meeting.wished_slot) == ("Films", mission.slots[0])


def test_an_empty_topic_comes_back_with_what_was_typed(client, mission):
    client.force_login(mission.side.fellow)
    url = page("meeting_ask", mission.visitor, mission.host)
    response = client.post(url, {"topic": "", "message": "Long story"})
    assert response.status_code == 200 and "Long story" in text(response)
    assert not Meeting.objects.exists()


def test_people_of_another_mission_do_not_exist_here(client, mission, world):
    north = build_mission(world.north)
    client.force_login(mission.side.fellow)
    assert client.get(page("meeting_ask", mission.visitor, north.host)).status_code == 404
    foreign = north.meeting("requested")
    assert client.get(page("meeting", mission.visitor, foreign)).status_code == 404
    assert client.post(page("meeting_accept", mission.visitor, foreign), {"slot": ""}).status_code == 404


# -- answering ---------------------------------------------------------------------------------------------------------
def test_the_invited_one_accepts_with_a_time(client, mission):
    meeting = mission.meeting("requested", invitee=mission.other_host)
    by_link(client, mission.other_host)
    url = page("meeting", mission.other_host, meeting)
    assert 'name="slot"' in text(client.get(url))
    client.post(page("meeting_accept", mission.other_host, meeting), {"slot": slot_value(mission.slots[1])})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.slot) == ("scheduled", mission.slots[1])


def test_a_time_that_went_meanwhile_is_told_on_the_page(client, mission):
    meeting = mission.meeting("requested")
    mission.meeting("scheduled", requester=mission.other_visitor)
    client.force_login(mission.side.host_researcher)
    posted = client.post(
        page("meeting_accept", mission.host, meeting), {"slot": slot_value(mission.slots[0])}, follow=True
    )
    assert "has just been taken" in text(posted)
    meeting.refresh_from_db()
    assert meeting.state == "requested"


def test_who_asked_cannot_accept_for_the_other_one(client, mission):
    meeting = mission.meeting("requested")
    client.force_login(mission.side.fellow)
    assert client.post(page("meeting_accept", mission.visitor, meeting), {"slot": ""}).status_code == 404
    meeting.refresh_from_db()
    assert meeting.state == "requested"


def test_an_interpreter_reads_the_meeting_and_changes_nothing(client, mission):
    interpreter = mission.delegate("Words", role="interpreter")
    meeting = mission.meeting("scheduled", interpreter=interpreter)
    by_link(client, interpreter)
    assert client.get(page("meeting", interpreter, meeting)).status_code == 200
    for act in ("accept", "decline", "choose", "cancel", "mark", "minutes", "approve", "follow_up"):
        assert client.post(page(f"meeting_{act}", interpreter, meeting), {"held": "yes"}).status_code == 404


@pytest.mark.parametrize("act", ["accept", "decline", "choose", "cancel", "mark", "minutes", "approve", "follow_up"])
def test_acts_are_posts(client, mission, act):
    meeting = mission.meeting("requested")
    client.force_login(mission.side.host_researcher)
    assert client.get(page(f"meeting_{act}", mission.host, meeting)).status_code == 405


def test_reading_every_page_changes_nothing(client, mission):
    mission.meeting("requested")
    before = list(Meeting.objects.values())
    client.force_login(mission.side.host_researcher)
    for name in ("mission", "mission_people", "mission_meetings", "mission_calendar"):
        assert client.get(page(name, mission.host)).status_code == 200
    assert client.get(page("meeting", mission.host, Meeting.objects.get())).status_code == 200
    assert list(Meeting.objects.values()) == before
    assert not OutboxMessage.objects.exists()


# -- afterwards --------------------------------------------------------------------------------------------------------
def test_one_tap_each_side_then_minutes_and_follow_up(client, world):
    mission = build_mission(world.south, starts_in=dt.timedelta(hours=-5))
    meeting = mission.meeting("scheduled")
    client.force_login(mission.side.fellow)
    assert "Did it take place?" in text(client.get(page("mission", mission.visitor)))
    client.post(page("meeting_mark", mission.visitor, meeting), {"held": "yes"})
    client.post(
        page("meeting_follow_up", mission.visitor, meeting),
        {"next_step": "Send samples", "owner": str(mission.host.person.public_id), "outcome": ""},
    )
    refused = client.post(page("meeting_follow_up", mission.visitor, meeting), {"outcome": "nda", "next_step": "Sign"})
    assert "on which day" in text(refused) and 'value="Sign"' in text(refused)
    client.post(page("meeting_minutes", mission.visitor, meeting), {"text": "We met."})
    client.force_login(mission.side.host_researcher)
    client.post(page("meeting_mark", mission.host, meeting), {"held": "no"})
    assert "We met." in text(client.get(page("meeting", mission.host, meeting)))
    client.post(page("meeting_approve", mission.host, meeting))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.requester_mark, meeting.invitee_mark) == ("minutes_approved", "held", "not_held")
    assert meeting.followup.owner == mission.host.person


# -- the freeze and who does not come ----------------------------------------------------------------------------------
def test_after_the_freeze_the_pages_say_so(client, mission):
    meeting = mission.meeting("accepted")
    missions.freeze(delegation=mission.delegation, actor=mission.side.manager, now=timezone.now())
    client.force_login(mission.side.fellow)
    shown = text(client.get(page("meeting", mission.visitor, meeting)))
    assert 'name="slot"' not in shown
    assert "The schedule is fixed." in text(client.get(page("mission", mission.visitor)))


def test_who_does_not_come_is_not_offered_any_more(client, mission):
    missions.cancel_delegate(delegate=mission.other_host, reason="Ill", actor=mission.side.manager, now=timezone.now())
    client.force_login(mission.side.fellow)
    assert "Welcome" not in text(client.get(page("mission_people", mission.visitor)))


def test_colleagues_meetings_are_pointed_out(client, mission):
    """Rule 30: the same organisation already meets that host."""
    mission.meeting("scheduled", requester=mission.other_visitor, invitee=mission.other_host)
    client.force_login(mission.side.fellow)
    assert "A colleague of yours" in text(client.get(page("mission_people", mission.visitor)))


def test_declining_needs_no_reason_and_tells_who_asked(client, mission):
    meeting = mission.meeting("requested")
    client.force_login(mission.side.host_researcher)
    client.post(page("meeting_decline", mission.host, meeting), {"reason": ""})
    meeting.refresh_from_db()
    assert meeting.state == "declined"
    assert Meeting.objects.get().wished_slot is None
    assert OutboxMessage.objects.get(kind="meeting_declined").recipient_email == mission.side.fellow.email


def test_countries_and_languages_are_told_by_name():
    with translation.override("ja"):
        company = MissionCompany(country="JP")
        assert (company.country_label, Delegate(languages="ja|en|xx").spoken_names) == ("日本", "日本語、英語、xx")
    with translation.override("en"):
        assert Delegate(languages="ja|en").spoken_names == "Japanese, English"


def test_times_to_choose_from_stand_under_their_day_which_tells_both_clocks_once(client, mission):
    client.force_login(mission.side.fellow)
    shown = text(client.get(page("meeting_ask", mission.visitor, mission.host)))
    offered = SlotField(offered=mission.slots, every=mission.slots, zone="Asia/Tokyo").choices
    assert sum(len(hours) for _day, hours in offered) == len(mission.slots)
    for day, hours in offered:
        assert day.count("UTC") == 2 and day.count("Tokyo time") == 1
        assert not any("UTC" in words for _slot, words in hours)
    assert shown.count("Chicago time (UTC") <= len(offered) + 1


def test_a_time_of_a_page_that_is_older_than_the_move_is_not_taken(client, mission):
    """The page shows ten o'clock of one day; the event moves; what comes back still means that day."""
    meeting = mission.meeting("accepted")
    client.force_login(mission.side.fellow)
    shown = slot_value(mission.slots[0])
    assert shown in client.get(page("meeting", mission.visitor, meeting)).content.decode()
    mission.slots[0].starts_at += dt.timedelta(days=7)
    mission.slots[0].ends_at += dt.timedelta(days=7)
    mission.slots[0].save()
    response = client.post(page("meeting_choose", mission.visitor, meeting), {"slot": shown}, follow=True)
    assert "have just moved" in text(response)
    meeting.refresh_from_db()
    assert meeting.slot is None


def test_once_the_schedule_is_fixed_the_page_says_who_gives_the_time(client, mission):
    asked, agreed = mission.meeting("requested"), mission.meeting("accepted", invitee=mission.other_host)
    missions.freeze(delegation=mission.delegation, actor=mission.side.manager, now=timezone.now())
    client.force_login(mission.side.host_researcher)
    assert "If you accept, the organiser gives the meeting a time." in text(
        client.get(page("meeting", mission.host, asked))
    )
    client.force_login(mission.side.fellow)
    assert "The organiser gives this meeting a time" in text(client.get(page("meeting", mission.visitor, agreed)))
