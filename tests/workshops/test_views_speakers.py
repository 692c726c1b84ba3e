"""A speaker's pages, opened by a link and changed by buttons; the public programme; the timetable at the desk."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from portal.core.links import token_of
from tests.desk import sign_in
from tests.factories.programme import (
    accepted,
    at,
    event_of,
    invited,
    mails,
    organiser_of,
    room_in,
    session_in,
    speaker_of,
    token_in,
)
from tests.workshops.test_speakers import picture
from workshops.forms.speakers import AboutForm, TalkForm
from workshops.models import EventPerson, Room, Session
from workshops.services import speakers

pytestmark = pytest.mark.django_db
PAGE = reverse("workshops:speaker")
SECTIONS = ("talk", "about", "consents", "needs")
FILLED = {
    "talk": {"talk_title_en": "Cold detectors", "talk_title_ja": "", "abstract_en": "", "abstract_ja": ""},
    "about": {
        "given_name": "Hanako", "family_name": "Mihon", "name_ja": "", "affiliation_other": "Institute",
        "language": "en", "affiliation_country": "FR", "biography_en": "She measures.", "biography_ja": "",
        "timezone": "Europe/Paris",
    },
    "consents": {"photo": "yes", "recording": "no", "publication": "yes"},
    "needs": {
        "needs_travel": "yes", "needs_accommodation": "", "needs_visa_letter": "no", "needs_technical": "",
        "message": "",
    },
}  # fmt: skip


def opened(token: str, **options) -> Client:
    client = Client(**options)
    answer = client.get(reverse("workshops:speaker_link", args=[token]))
    assert (answer.status_code, answer.url) == (302, PAGE)
    return client


def section(key: str) -> str:
    return reverse("workshops:speaker_section", args=[key])


def everything(speaker) -> dict:
    return EventPerson.objects.filter(pk=speaker.pk).values().get()


# -- the door ----------------------------------------------------------------------------------------------------------
def test_opening_links_and_pages_changes_nothing_however_often(side, event):
    speaker, token = invited(side, event)
    before, sent = everything(speaker), len(mails())
    client = opened(token)
    for _time in range(2):
        client.get(reverse("workshops:speaker_link", args=[token]))
        page = client.get(PAGE)
        assert page.status_code == 200 and token not in page.content.decode()
        assert "no-store" in page["Cache-Control"] and page["Referrer-Policy"] == "same-origin"
    for address in ("workshops:speaker_answer", "workshops:speaker_renew"):
        assert client.get(reverse(address)).status_code == 405
    assert everything(speaker) == before and len(mails()) == sent


def test_pages_without_a_link_open_nothing(side, event):
    invited(side, event)
    client = Client()
    assert client.get(reverse("workshops:speaker_link", args=["x" * 43])).status_code == 404
    assert not client.cookies.get("sessionid")
    for address in (
        PAGE,
        section("talk"),
        reverse("workshops:speaker_portrait"),
        reverse("workshops:speaker_calendar"),
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("workshops:speaker_answer"), {"answer": "accept"}).status_code == 404


def test_the_page_speaks_the_language_of_the_mail(side, event):
    _speaker, token = invited(side, event, language="ja")
    assert 'lang="ja"' in opened(token).get(PAGE).content.decode()


def test_a_link_of_one_opens_nothing_of_another(side, event):
    one, token = invited(side, event, "One")
    two, _other = invited(side, event, "Two")
    client = opened(token)
    client.post(reverse("workshops:speaker_answer"), {"answer": "decline", "message": ""})
    assert (everything(one)["state"], everything(two)["state"]) == ("declined", "invited")


def test_an_old_link_offers_a_fresh_one_to_the_address_on_record(side, event):
    speaker, token = invited(side, event)
    EventPerson.objects.filter(pk=speaker.pk).update(token_expires_at=timezone.now() - dt.timedelta(days=1))
    client = opened(token)
    page = client.get(PAGE)
    assert page.status_code == 410 and reverse("workshops:speaker_renew") in page.content.decode()
    assert client.post(reverse("workshops:speaker_answer"), {"answer": "accept"}).status_code == 410
    assert client.post(reverse("workshops:speaker_renew"), {"email": "thief@example.org"}).status_code == 200
    (mail,) = mails("speaker_link")
    assert mail.recipient_email == speaker.email
    assert opened(token_in(mail)).get(PAGE).status_code == 200
    assert Client().get(reverse("workshops:speaker_link", args=[token])).status_code == 404


# -- answering and telling ---------------------------------------------------------------------------------------------
def test_accepting_leads_to_the_pages_one_after_the_other(side, event):
    speaker, token = invited(side, event)
    client = opened(token)
    answer = client.post(reverse("workshops:speaker_answer"), {"answer": "accept", "message": "Gladly."}, follow=True)
    assert section("talk") in answer.content.decode()
    places = [client.post(section(key), FILLED[key]).url for key in SECTIONS]
    assert places == [section("about"), reverse("workshops:speaker_portrait"), section("needs"), PAGE]
    row = EventPerson.objects.get(pk=speaker.pk)
    assert (row.state, row.talk_title, row.affiliation_label, row.country) == (
        "accepted", "Cold detectors", "Institute", "FR",
    )  # fmt: skip
    assert (row.consent_recording, row.needs_travel, row.needs_accommodation) == (False, True, None)
    uploaded = client.post(reverse("workshops:speaker_portrait"), {"upload": picture()}, follow=True)
    assert reverse("workshops:speaker_own_portrait") in uploaded.content.decode()
    assert client.get(reverse("workshops:speaker_own_portrait"))["Content-Type"] == "image/jpeg"


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(side, event):
    speaker = accepted(side, event)
    client = opened(token_of(speaker))
    wrong = {**FILLED["about"], "given_name": "", "family_name": "", "biography_en": "Long text of mine"}
    page = client.post(section("about"), wrong)
    assert page.status_code == 200 and "Long text of mine" in page.content.decode()
    assert everything(speaker)["biography_en"] == ""
    unanswered = client.post(section("consents"), {"photo": "yes"})
    assert unanswered.status_code == 200 and everything(speaker)["consent_photo"] is None
    refused = client.post(
        reverse("workshops:speaker_portrait"), {"upload": picture().__class__("a.txt", b"text")}, follow=True
    )
    assert "JPEG, PNG" in refused.content.decode()


def test_before_the_answer_and_after_a_no_the_pages_are_closed(side, event):
    speaker, token = invited(side, event)
    client = opened(token)
    for _round in ("invited", "declined"):
        for key in SECTIONS:
            assert client.post(section(key), FILLED[key]).url == PAGE
        assert client.get(reverse("workshops:speaker_portrait")).url == PAGE
        client.post(reverse("workshops:speaker_answer"), {"answer": "decline", "message": ""})
    assert everything(speaker)["talk_title_en"] == ""


def test_taking_a_promise_back_is_asked_first(side, event):
    speaker = accepted(side, event)
    client = opened(token_of(speaker))
    address = reverse("workshops:speaker_withdraw")
    assert client.get(address).status_code == 200 and everything(speaker)["state"] == "accepted"
    client.post(address, {"message": "Ill."})
    assert everything(speaker)["state"] == "withdrawn"


def test_own_sessions_are_shown_in_both_clocks_and_go_into_a_calendar(side, event):
    speaker = accepted(side, event, timezone="America/Chicago")
    session_in(side, event, at(event, "10:00", "11:00"), "My talk", people=[(speaker, "speaker")], confirmed=True)
    client = opened(token_of(speaker))
    page = client.get(PAGE).content.decode()
    assert "My talk" in page and "Tokyo time" in page and "Chicago time" in page
    file = client.get(reverse("workshops:speaker_calendar"))
    assert file["Content-Type"].startswith("text/calendar") and b"My talk" in file.content


# -- the public page ---------------------------------------------------------------------------------------------------
def test_the_public_programme_shows_what_is_confirmed_and_who_has_agreed(client, side, event):
    yes, asked = accepted(side, event, "Agreed"), speaker_of(event, "Asked")
    room = room_in(event, "Hall")
    people = [(yes, "speaker"), (asked, "chair")]
    session_in(side, event, at(event, "10:00", "11:00"), "Shown", people=people, room=room, confirmed=True)
    session_in(side, event, at(event, "11:00", "12:00"), "Hidden draft")
    session_in(side, event, at(event, "12:00", "13:00"), "Hidden blocker", kind="blocker", confirmed=True)
    for address in (reverse("workshops:event", args=[event.code]), reverse("workshops:programme", args=[event.code])):
        page = client.get(address).content.decode()
        assert "Shown" in page and "Agreed" in page and "Hall" in page and "10:00–11:00" in page
        assert "Hidden" not in page and "Asked" not in page and yes.email not in page
        assert "Tokyo time" in page and "Chicago time" in page


def test_the_second_clock_can_be_chosen(client, side, event):
    session_in(side, event, at(event, "10:00", "11:00"), confirmed=True)
    page = client.get(reverse("workshops:programme", args=[event.code]), {"zone": "Europe/Paris"}).content.decode()
    assert "Paris time" in page
    assert client.get(reverse("workshops:programme", args=[event.code]), {"zone": "No/Where"}).status_code == 200


def test_an_event_without_a_programme_or_that_is_not_public_has_no_such_page(client, side, event):
    assert client.get(reverse("workshops:programme", args=[event.code])).status_code == 404
    hidden = event_of(side, state="planned")
    session_in(side, hidden, at(hidden, "10:00", "11:00"), confirmed=True)
    assert client.get(reverse("workshops:programme", args=[hidden.code])).status_code == 404


def test_portraits_and_biographies_are_shown_by_consent_alone(client, side, event):
    speaker = accepted(side, event, biography_en="Her life.")
    speakers.put_portrait(event_person=speaker, upload=picture())
    page, portrait = (
        reverse("workshops:event", args=[event.code]),
        reverse("workshops:portrait", args=[event.code, speaker.public_id]),
    )
    assert client.get(portrait).status_code == 404 and "Her life." not in client.get(page).content.decode()
    speakers.save_consents(event_person=speaker, answers={"photo": True, "publication": True}, now=timezone.now())
    assert client.get(portrait)["Content-Type"] == "image/jpeg"
    shown = client.get(page).content.decode()
    assert portrait in shown and "Her life." in shown
    speakers.save_consents(event_person=speaker, answers={"photo": False, "publication": False}, now=timezone.now())
    assert client.get(portrait).status_code == 404 and "Her life." not in client.get(page).content.decode()


def test_the_programme_costs_the_same_however_long_it_is(client, side, event, django_assert_max_num_queries):
    for number in range(10):
        speaker = accepted(side, event, f"Speaker-{number}")
        people = [(speaker, "speaker")]
        session_in(side, event, at(event, f"{8 + number:02}:00", f"{9 + number:02}:00"), people=people, confirmed=True)
    with django_assert_max_num_queries(8):
        client.get(reverse("workshops:programme", args=[event.code]))


# -- the desk ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def desk(client, side, settings):
    return sign_in(client, organiser_of(side), settings)


def test_the_timetable_is_for_the_desk_of_the_event(desk, world, side, event, settings):
    session_in(side, event, at(event, "10:00", "11:00"), "Talk", room=room_in(event))
    address = reverse("admin:workshops_session_timetable", args=[event.pk])
    assert "Talk" in desk.get(address).content.decode()
    stranger = sign_in(Client(), world.south.manager, settings)
    session = event.sessions.get()
    for url in (
        address,
        reverse("admin:workshops_session_plan", args=[event.pk]),
        reverse("admin:workshops_session_edit", args=[session.pk]),
        reverse("admin:workshops_eventperson_invite", args=[event.pk]),
    ):
        assert stranger.get(url).status_code == 404, url
    assert stranger.post(reverse("admin:workshops_session_delete_draft", args=[session.pk])).status_code == 404
    assert event.sessions.exists()


def test_the_timetable_costs_the_same_however_long_it_is(desk, side, event, django_assert_max_num_queries):
    room = room_in(event)
    for number in range(10):
        people = [(speaker_of(event, f"Speaker-{number}"), "speaker")]
        session_in(side, event, at(event, f"{8 + number:02}:00", f"{9 + number:02}:00"), people=people, room=room)
    with django_assert_max_num_queries(25):
        desk.get(reverse("admin:workshops_session_timetable", args=[event.pk]))


def form(event, **fields) -> dict:
    day = event.starts_on.isoformat()
    management = {
        "people-TOTAL_FORMS": "1",
        "people-INITIAL_FORMS": "0",
        "people-0-person": "",
        "people-0-role": "speaker",
    }
    return {"kind": "talk", "title_en": "Talk", "day": day, "starts": "10:00", "ends": "11:00", **management, **fields}


def test_a_session_is_planned_moved_and_its_clashes_are_asked_about(desk, side, event):
    room, speaker = room_in(event), speaker_of(event)
    add = reverse("admin:workshops_session_plan", args=[event.pk])
    desk.post(add, form(event, room=room.pk, **{"people-0-person": speaker.pk}))
    session = event.sessions.get()
    assert session.people.get().event_person == speaker
    page = desk.post(add, form(event, title_en="Second", room=room.pk))
    assert page.status_code == 200 and "why_clash" in page.content.decode() and "Talk" in page.content.decode()
    assert event.sessions.count() == 1
    desk.post(add, form(event, title_en="Second", room=room.pk, why_clash="Divided."))
    assert event.sessions.count() == 2
    edit = reverse("admin:workshops_session_edit", args=[session.pk])
    assert "10:00" in desk.get(edit).content.decode()
    moved = form(event, starts="14:00", ends="15:00", room=room.pk, **{"people-0-person": speaker.pk})
    desk.post(edit, moved)
    session.refresh_from_db()
    assert session.starts_at.astimezone(dt.UTC).hour == 5  # 14:00 in Tokyo


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ends": "10:00"}, "needs some time"),
        ({"starts": ""}, "Give the day and both times"),
        ({"title_en": ""}, "required"),
    ],
)
def test_a_wrong_session_is_refused_with_a_sentence_and_kept_on_the_page(desk, event, fields, sentence):
    page = desk.post(reverse("admin:workshops_session_plan", args=[event.pk]), form(event, title_ja="題名", **fields))
    assert sentence in page.content.decode() and "題名" in page.content.decode()
    assert not event.sessions.exists()


def test_many_are_invited_after_a_look_at_what_the_list_means(desk, event):
    address = reverse("admin:workshops_eventperson_invite", args=[event.pk])
    values = {
        "people": "Mihon, Hanako, hanako@example.org, keynote_speaker, ja\nBroken, Line, no-address\n"
        "Placeholder\tSam\tsam@example.org\nMihon, Again, HANAKO@example.org",
        "role": "speaker",
        "answer_by": (timezone.localdate() + dt.timedelta(days=10)).isoformat(),
        "words": "",
    }
    page = desk.post(address, values).content.decode()
    assert "no e-mail address" in page and "earlier line" in page and not event.people.exists()
    done = desk.post(address, {**values, "confirmed": "yes"}).content.decode()
    assert {row.email: (row.role, row.language, row.state) for row in event.people.all()} == {
        "hanako@example.org": ("keynote_speaker", "ja", "invited"),
        "sam@example.org": ("speaker", "en", "invited"),
    }
    assert "no e-mail address" in done and len(mails("speaker_invited")) == 2


def test_whoever_has_not_answered_is_reminded_from_the_list(desk, side, event):
    speaker, _token = invited(side, event)
    data = {"action": "step_remind", "_selected_action": [speaker.pk], "confirmed": "yes", "index": "0"}
    page = desk.post(reverse("admin:workshops_eventperson_changelist"), data)
    assert page.status_code == 200 and len(mails("speaker_reminded")) == 1
    EventPerson.objects.filter(pk=speaker.pk).update(state="accepted")
    desk.post(reverse("admin:workshops_eventperson_changelist"), data)
    assert len(mails("speaker_reminded")) == 1


def test_whom_the_desk_enters_by_hand_is_not_announced(desk, event):
    values = {"event": event.pk, "family_name": "Mihon", "role": "speaker", "language": "en"}
    desk.post(reverse("admin:workshops_eventperson_add"), values)
    assert event.people.get().state == "planned"


def test_a_room_is_added_from_the_timetable(desk, event):
    page = desk.get(reverse("admin:workshops_room_add"), {"event": event.pk}).content.decode()
    assert event.timezone in page
    values = {"event": event.pk, "name_en": "Hall", "timezone": event.timezone, "position": 0, "buffer_minutes": 0}
    desk.post(reverse("admin:workshops_room_add"), values)
    assert event.rooms.get().code.startswith(event.code)


def test_a_room_of_another_house_stays_when_the_session_is_changed(desk, world, side, event):
    theirs = Room.objects.create(
        organisation=world.south.host, code="theirs", name_en="Theirs", timezone=event.timezone
    )
    session = session_in(side, event, at(event, "10:00", "11:00"))
    Session.objects.filter(pk=session.pk).update(room=theirs)
    edit = reverse("admin:workshops_session_edit", args=[session.pk])
    assert 'name="room"' not in desk.get(edit).content.decode()
    desk.post(edit, form(event, title_en="Renamed"))
    session.refresh_from_db()
    assert (session.title_en, session.room) == ("Renamed", theirs)


@pytest.mark.parametrize("form", [TalkForm, AboutForm])
def test_every_label_of_a_speakers_pages_begins_with_a_capital(side, event, form):
    with translation.override("en"):
        labels = [str(field.label) for field in form(instance=speaker_of(event)).fields.values()]
    assert labels == [label[0].upper() + label[1:] for label in labels]


def test_a_speaker_without_sessions_finds_no_calendar_file(side, event):
    _speaker, token = invited(side, event)
    client = opened(token)
    assert client.get(reverse("workshops:speaker_calendar")).status_code == 404


def test_until_when_to_answer_names_the_zone_in_mail_and_page(side, event):
    speaker, token = invited(side, event, language="en")
    shown = opened(token).get(PAGE).content.decode()
    (mail,) = mails("speaker_invited")
    for text in (shown, mail.subject, mail.body_text):
        assert f"answer by {speaker.answer_until()}" in text or f"decline by {speaker.answer_until()}" in text
    assert speaker.answer_until().endswith("(Tokyo time)")


def test_a_session_names_the_room_of_somebody_elses_event_without_leading_there(client, side, event, world, settings):
    elsewhere = room_in(event_of(world.south), "Far")
    times = at(event, "10:00", "11:00")
    near, far = session_in(side, event, times, room=room_in(event, "Near")), session_in(side, event, times)
    Session.objects.filter(pk=far.pk).update(room=elsewhere)
    sign_in(client, organiser_of(side), settings)
    for session, room, leads in ((near, near.room, True), (far, elsewhere, False)):
        page = client.get(reverse("admin:workshops_session_change", args=[session.pk])).content.decode()
        assert room.name_en in page
        assert (reverse("admin:workshops_room_change", args=[room.pk]) in page) is leads
