"""The public pages of events: in both clocks and languages, marked when off, the same cost however many."""

import datetime as dt
import json
import re

import pytest
import vobject
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.core.calendars import uid_of
from portal.core.dates import plain_date
from portal.core.links import token_of
from tests.desk import prove_second_factor
from tests.factories import user_with_seat
from tests.factories.events import a_series, a_speaker, an_event
from tests.factories.programme import at, session_in, speaker_of
from tests.factories.registrations import RegistrationFactory
from workshops import feeds
from workshops.models import CalendarFeed, Event, Registration, Session, StillComing
from workshops.services import event_changes as changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(world):
    return an_event(world.north, "registration_open", title_en="Quantum day", title_ja="量子の日")


def page(client, event, **headers):
    return client.get(reverse("workshops:event", args=[event.code]), **headers)


def text(response) -> str:
    return response.content.decode()


# -- the list ----------------------------------------------------------------------------------------------------------
def test_events_to_come_stand_apart_from_those_that_are_over(client, world):
    an_event(world.north, title_en="Soon"), an_event(world.north, "held", days=-20, title_en="Long ago")
    coming, past = text(client.get(reverse("workshops:index"))), text(client.get("/events/?when=past"))
    assert "Soon" in coming and "Long ago" not in coming
    assert "Long ago" in past and "Soon" not in past


def test_drafts_stand_in_no_list_and_have_no_page_not_even_for_their_organisers_list(client, world):
    draft = an_event(world.north, "planned", title_en="Secret plan")
    assert "Secret plan" not in text(client.get("/events/"))
    assert page(client, draft).status_code == 404
    client.force_login(world.north.manager)
    prove_second_factor(client, world.north.manager)
    assert "Secret plan" not in text(client.get("/events/"))


def test_the_list_is_narrowed_by_kind_and_by_series(client, world):
    a_series(world.north)
    an_event(world.north, title_en="One", kind="lecture", series_code="north-colloquium")
    an_event(world.north, title_en="Two", kind="workshop")
    assert "Two" not in text(client.get("/events/?kind=lecture"))
    code = world.north.alliance.code
    found = text(client.get(f"/events/?series={code}-colloquium"))
    assert "Two" not in found


def test_a_fuzzy_date_is_shown_no_finer_than_it_is_known(client, world):
    an_event(
        world.north, "held", title_en="Old", starts_on=dt.date(2022, 5, 17), starts_time=None, ends_time=None,
        date_precision="year", registration_opens_on=None,
    )  # fmt: skip
    shown = text(client.get("/events/?when=past"))
    assert ">2022<" in shown and "May" not in shown


def test_a_day_that_is_only_reported_is_marked_and_stands_in_no_calendar_as_a_fact(client, world):
    """The handbook, domain §1.2; a secondary source alone gave the day."""
    fellow = world.north.fellow
    event = an_event(world.north, "held", days=-20, date_precision="reported", registration_opens_on=None)
    RegistrationFactory(event=event, person=fellow.person, state="attended")
    for shown in (text(client.get("/events/?when=past")), text(page(client, event))):
        assert f"{plain_date(event.starts_on)} (as reported)" in shown
        assert reverse("workshops:calendar", args=[event.code]) not in shown
    assert not {"startDate", "endDate"} & linked(page(client, event)).keys()
    assert client.get(reverse("workshops:calendar", args=[event.code])).status_code == 404
    assert feeds.of_alliance(event.alliance, today=timezone.localdate()) == []
    assert feeds.of_user(fellow, now=timezone.now()) == []


@pytest.mark.parametrize("when", ["", "past"])
def test_a_long_list_costs_as_many_queries_as_a_short_one(client, world, django_assert_max_num_queries, when):
    for number in range(25):
        an_event(world.north, "held" if when else "announced", days=-30 - number if when else 30 + number)
    with django_assert_max_num_queries(6):
        client.get(f"/events/?when={when}&page=1")


def test_odd_addresses_are_answered_with_a_list(client, world):
    for query in ("page=zzz", "page=99999", "kind=nothing", "series=%00x"[:7], "when=never"):
        assert client.get(f"/events/?{query}").status_code == 200


# -- the page ----------------------------------------------------------------------------------------------------------
def test_the_time_is_given_by_both_clocks_with_names_and_offsets(client, event):
    shown = text(page(client, event))
    assert re.search(r"10:00.{0,3}–12:00</time> Tokyo time \(UTC\+09:00\)", shown)
    assert "Chicago time" in shown


@pytest.mark.parametrize("speakers", [1, 6])
def test_the_page_costs_the_same_however_many_come_and_speak(client, event, speakers, django_assert_max_num_queries):
    for number in range(speakers):
        a_speaker(event, state="accepted", family_name=f"Speaker {number}", affiliation=event.host_organisation)
        RegistrationFactory(event=event, state="confirmed")
    with django_assert_max_num_queries(4):
        assert f"Speaker {speakers - 1}" in text(page(client, event))


@pytest.mark.parametrize(("state", "asked"), [("registration_open", 1), ("registration_closed", 0), ("held", 0)])
def test_places_are_counted_only_where_the_page_tells_them(client, world, state, asked):
    event = an_event(world.north, state)
    with CaptureQueriesContext(connection) as queries:
        assert page(client, event).status_code == 200
    assert sum('FROM "workshops_registration"' in query["sql"] for query in queries.captured_queries) == asked


def test_the_page_speaks_both_languages(client, event):
    assert "Quantum day" in text(page(client, event, HTTP_ACCEPT_LANGUAGE="en"))
    japanese = text(page(client, event, HTTP_ACCEPT_LANGUAGE="ja"))
    assert "量子の日" in japanese and "講演の一日です。" in japanese


def test_the_way_into_the_online_room_is_on_no_public_page_nor_in_its_calendar(client, event):
    addresses = [
        reverse("workshops:event", args=[event.code]),
        reverse("workshops:calendar", args=[event.code]),
        reverse("workshops:alliance_feed", args=[event.alliance.code]),
        reverse("workshops:index"),
    ]
    for address in addresses:
        assert "secret-room" not in text(client.get(address)), address


def test_a_cancelled_event_does_not_say_that_people_were_told_before_the_mails_have_gone_out(client, world, event):
    """The sweep of registrations writes to them a moment later."""
    RegistrationFactory(event=event)
    changes.cancel_event(event=event, actor=world.north.manager, reason="No speakers.")
    shown = text(page(client, event))
    assert "Everybody who had registered is told." in shown and "has been told" not in shown


def test_register_is_offered_at_the_top_only_while_one_can(client, world):
    today = timezone.localdate()
    open_now = an_event(world.north, "registration_open")
    closed = an_event(
        world.north, "registration_open", code="closed-already",
        registration_opens_on=today - dt.timedelta(days=9), registration_closes_on=today - dt.timedelta(days=2),
    )  # fmt: skip
    assert 'href="#register"' in text(page(client, open_now))
    assert 'href="#register"' not in text(page(client, closed))


def linked(response) -> dict:
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text(response), re.S)
    return json.loads(block[1])


def test_search_engines_read_the_event_as_data(client, event):
    response = page(client, event)
    data = linked(response)
    assert data["@type"] == "Event" and data["startDate"] == event.starts_at.isoformat()
    assert data["eventStatus"].endswith("EventScheduled") and data["eventAttendanceMode"].endswith(
        "MixedEventAttendanceMode"
    )
    assert {place["@type"] for place in data["location"]} == {"Place", "VirtualLocation"}
    assert "unsafe-inline" not in response["Content-Security-Policy"].split("style-src")[0]


def test_a_title_cannot_leave_the_data_block(client, world):
    event = an_event(world.north, title_en="</script><script>alert(1)</script>")
    assert "<script>alert(1)" not in text(page(client, event))


@pytest.mark.parametrize(
    ("state", "words", "status"),
    [
        ("postponed", "This event is postponed.", "EventPostponed"),
        ("cancelled", "This event is cancelled.", "EventCancelled"),
    ],
)
def test_what_is_off_stays_and_says_so(client, event, state, words, status):
    Event.objects.filter(pk=event.pk).update(state=state)
    response = page(client, event)
    assert words in text(response) and linked(response)["eventStatus"].endswith(status)
    assert event.title_en in text(client.get("/events/"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("postponed", "These are the former times. New ones follow with the new date."),
        ("cancelled", "These are the times as they were planned. The event does not take place."),
    ],
)
def test_the_programme_of_what_is_off_says_that_its_times_do_not_hold(client, event, world, state, words):
    session_in(world.north, event, at(event, "10:00", "11:00"), "Cold atoms", confirmed=True)
    addresses = [reverse(f"workshops:{name}", args=[event.code]) for name in ("event", "programme")]
    assert not any(words in text(client.get(address)) for address in addresses)
    Event.objects.filter(pk=event.pk).update(state=state)
    for address in addresses:
        shown = text(client.get(address))
        assert shown.index(words) < shown.index("Cold atoms"), address
    assert f"<s>{event.days()}</s>" in shown and state in shown


def test_a_date_that_moved_says_what_it_was(client, event, world):
    before = event.starts_on
    changes.postpone_event(event=event, actor=world.north.manager, reason="Ill.")
    new = timezone.localdate() + dt.timedelta(days=90)
    changes.set_new_date(event=event, starts_on=new, actor=world.north.manager, now=timezone.now())
    data = linked(page(client, event))
    assert data["previousStartDate"] == before.isoformat() and data["eventStatus"].endswith("EventRescheduled")


def test_foreign_and_missing_drafts_look_the_same(client, world):
    draft = an_event(world.north, "idea")
    client.force_login(world.south.manager)
    prove_second_factor(client, world.south.manager)
    assert page(client, draft).status_code == client.get("/events/no-such-event/").status_code == 404


def test_the_second_clock_of_the_programme_tells_its_offset(client, event, world):
    session_in(world.north, event, at(event, "10:00", "11:00"), "Cold atoms", confirmed=True)
    shown = text(client.get(reverse("workshops:programme", args=[event.code]) + "?zone=Asia/Kolkata"))
    assert "below them in India time (UTC+05:30)" in shown


def test_zones_and_offsets_stand_in_brackets_of_the_language(client, event, world):
    session_in(world.north, event, at(event, "10:00", "11:00"), "Cold atoms", confirmed=True)
    RegistrationFactory(event=event)
    whole_days = an_event(world.north, starts_time=None, ends_time=None)
    pages = [page(client, each, HTTP_ACCEPT_LANGUAGE="ja") for each in (event, whole_days)]
    shown = "".join(map(text, pages))
    assert "シカゴ時間（UTC-" in shown and "（東京時間）" in shown
    assert not re.search(r"\((UTC|東京|シカゴ)", shown)


# -- calendars ---------------------------------------------------------------------------------------------------------
def feed(client, world, **headers):
    return client.get(reverse("workshops:alliance_feed", args=[world.north.alliance.code]), **headers)


def test_the_feed_and_the_file_know_the_event_by_one_name(client, event, world):
    file = vobject.readOne(text(client.get(reverse("workshops:calendar", args=[event.code])))).vevent
    (entry,) = vobject.readOne(text(feed(client, world))).vevent_list
    assert file.uid.value == entry.uid.value == f"{event.public_id}@alliance-portal"
    assert entry.dtstart.value.astimezone(dt.UTC) == event.starts_at
    assert entry.summary.value == "Quantum day"


def test_created_changed_and_cancelled_in_one_feed(client, event, world):
    def seen():
        (entry,) = vobject.readOne(text(feed(client, world))).vevent_list
        return entry.uid.value, int(entry.sequence.value), entry.status.value, entry.dtstart.value

    created = seen()
    names = ("starts_on", "starts_time", "ends_on", "ends_time", "format", "venue_en", "venue_ja", "city", "online_url")
    values = {name: getattr(event, name) for name in names} | {"starts_time": dt.time(11), "ends_time": dt.time(13)}
    changes.move_event(event=event, actor=world.north.manager, now=timezone.now(), **values)
    moved = seen()
    changes.cancel_event(event=event, actor=world.north.manager, reason="Ill.")
    cancelled = seen()
    assert created[0] == moved[0] == cancelled[0]
    assert created[1] < moved[1] < cancelled[1]
    assert moved[3] - created[3] == dt.timedelta(hours=1)
    assert (moved[2], cancelled[2]) == ("CONFIRMED", "CANCELLED")


def test_whole_days_stand_in_calendars_as_days(client, world):
    event = an_event(world.north, starts_time=None, ends_time=None)
    (entry,) = vobject.readOne(text(feed(client, world))).vevent_list
    assert (entry.dtstart.value, entry.dtend.value) == (event.starts_on, event.starts_on + dt.timedelta(days=1))


def test_events_of_another_alliance_and_fuzzy_ones_are_not_in_the_feed(client, world):
    an_event(world.south), an_event(world.north, date_precision="month")
    assert "BEGIN:VEVENT" not in text(feed(client, world))


def test_who_has_this_version_is_told_so(client, event, world):
    first = feed(client, world)
    again = feed(client, world, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    event.title_en = "Another title"
    event.save()
    assert feed(client, world, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_a_long_feed_costs_as_many_queries_as_a_short_one(client, world, django_assert_max_num_queries):
    for number in range(20):
        an_event(world.north, days=number + 1)
    with django_assert_max_num_queries(4):
        feed(client, world)


def test_a_personal_calendar_holds_what_its_person_takes_part_in(client, event, world):
    fellow = world.north.fellow
    RegistrationFactory(event=event, person=fellow.person, calendar_sequence=1)
    RegistrationFactory(event=event, calendar_sequence=1)
    client.force_login(fellow)
    assert client.get(reverse("workshops:feed_renew")).status_code == 405
    client.post(reverse("workshops:feed_renew"))
    shown = text(client.get(reverse("workshops:my_calendar")))
    address = re.search(r"/events/feeds/personal/[^\"]+\.ics", shown)[0]
    client.logout()
    (entry,) = vobject.readOne(text(client.get(address))).vevent_list
    assert entry.summary.value == "量子の日"  # the fellow of the north reads Japanese
    client.force_login(fellow)
    client.post(reverse("workshops:feed_renew"))
    client.logout()
    assert client.get(address).status_code == 404


def test_a_personal_calendar_holds_what_came_by_a_file_and_of_one_event_one_entry(event, world):
    """Nothing of it was ever mailed: the numbers of the calendar stand at nought."""
    fellow, now = world.north.fellow, timezone.now()
    RegistrationFactory(event=event, person=fellow.person, state="cancelled", calendar_sequence=2)
    RegistrationFactory(event=event, person=fellow.person)
    RegistrationFactory(event=an_event(world.north), person=fellow.person, state="waitlisted")
    speaker = speaker_of(event, person=fellow.person, state="accepted")
    on, draft, off = (
        session_in(world.north, event, at(event, f"{hour}:00", f"{hour}:30"), people=[(speaker, "panellist")])
        for hour in (10, 11, 12)
    )
    Session.objects.filter(pk=on.pk).update(state="confirmed")
    Session.objects.filter(pk=off.pk).update(sequence=2)  # in the programme once, and taken out again
    entries = feeds.of_user(fellow, now=now)
    assert {entry.uid: entry.is_cancelled for entry in entries} == {
        uid_of(event): False, uid_of(on): False, uid_of(off): True,
    }  # fmt: skip
    assert len(entries) == 3


def test_an_address_that_was_ended_answers_nothing(client, world):
    client.force_login(world.north.fellow)
    client.post(reverse("workshops:feed_renew"))
    address = re.search(r"/events/feeds/personal/[^\"]+\.ics", text(client.get(reverse("workshops:my_calendar"))))[0]
    client.post(reverse("workshops:feed_revoke"))
    assert client.get(address).status_code == 404
    assert CalendarFeed.objects.get().token_hash == ""


# -- still coming? -----------------------------------------------------------------------------------------------------
@pytest.fixture
def asked(event, world):
    registration = RegistrationFactory(event=event)
    changes.postpone_event(event=event, actor=world.north.manager, reason="Ill.")
    new = timezone.localdate() + dt.timedelta(days=90)
    changes.set_new_date(event=event, starts_on=new, actor=world.north.manager, now=timezone.now())
    return registration


def door_of(registration) -> str:
    return reverse("workshops:still_coming_link", args=[token_of(registration)])


def test_the_question_is_asked_without_the_secret_in_the_address_and_looking_answers_nothing(client, asked):
    response = client.get(door_of(asked), follow=True)
    assert response.redirect_chain == [(reverse("workshops:still_coming"), 302)]
    assert "Are you still coming?" in text(response)
    assert StillComing.objects.get().answer == ""


@pytest.mark.parametrize(("answer", "state"), [("yes", "confirmed"), ("no", "cancelled")])
def test_a_button_answers(client, asked, answer, state):
    client.get(door_of(asked))
    client.post(reverse("workshops:still_coming"), {"answer": answer})
    assert StillComing.objects.get().answer == answer
    assert Registration.objects.get().state == state
    assert "There is nothing to answer" in text(client.get(reverse("workshops:still_coming"))) or state == "cancelled"


def test_without_a_link_there_is_no_question(client, asked):
    assert client.get(reverse("workshops:still_coming")).status_code == 404
    assert client.get(reverse("workshops:still_coming_link", args=["guess"])).status_code == 404
    assert client.post(reverse("workshops:still_coming"), {"answer": "no"}).status_code == 404


# -- the report --------------------------------------------------------------------------------------------------------
@pytest.fixture
def held(world):
    return an_event(world.north, "held", days=-3)


def test_the_organiser_finds_the_numbers_filled_in_and_files_the_report(client, held, world, signed_in):
    RegistrationFactory(event=held, state="attended", affiliation_country="US")
    a_speaker(held, affiliation_country="US")
    address = reverse("workshops:report", args=[held.code])
    shown = text(signed_in.get(address))
    assert 'name="attended_count" value="1"' in shown and "Counted from the rows of the portal: 1." in shown
    sent = {
        "registered_count": "1",
        "attended_count": "1",
        "overseas_count": "0",
        "report_en": "Good talks.",
        "file": "1",
    }
    refused = signed_in.post(address, {**sent, "report_en": ""})
    assert "few sentences" in text(refused)
    assert signed_in.post(address, sent).status_code == 302
    held.refresh_from_db()
    assert (held.state, held.overseas_count, held.countries_count) == ("reported", 0, None)
    assert "EVENT-" in text(signed_in.get(address))


@pytest.fixture
def signed_in(client, world):
    organiser = user_with_seat("event_organiser", world.north.host)
    client.force_login(organiser)
    return prove_second_factor(client, organiser)


def test_strangers_and_other_organisers_find_no_report(client, held, world):
    address = reverse("workshops:report", args=[held.code])
    assert client.get(address).status_code == 302  # to the sign-in
    for user in (world.north.fellow, world.south.manager):
        client.force_login(user)
        prove_second_factor(client, user)
        assert client.get(address).status_code == 404
        assert client.post(address, {"report_en": "x", "file": "1"}).status_code == 404
