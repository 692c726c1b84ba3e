"""The pages of a participant: the form, the personal link, what it shows and does; GET never changes anything."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from portal.accounts.services import set_language
from portal.core.links import give_token, token_of
from portal.core.workflow import StepError
from portal.documents.models import Letter
from portal.outbox.models import OutboxMessage
from tests.factories.registrations import RegistrationFactory, open_event
from workshops.emails.readers import order_of
from workshops.models import (
    Event,
    Registration,
    RegistrationConsent,
    RegistrationNeeds,
    SeatOffer,
    TourCheck,
    VisaLetter,
)
from workshops.rules.registration import may_get_a_link
from workshops.services import visa
from workshops.services.registration import decisions, forgetting, links

ANSWERS = {
    "person_name": "Hanako Mihon",
    "name_native": "見本 花子",
    "name_kana": "ミホン ハナコ",
    "email": "hanako@example.org",
    "affiliation": "Somewhere Institute",
    "affiliation_country": "JP",
    "career_stage": "postdoc",
    "timezone": "Asia/Tokyo",
    "attendance_mode": "on_site",
    "diet": "vegan",
    "access": "A seat near the door",
    "listing": "",
    "consent_photo": "on",
}


def url(name, *args):
    return reverse(f"workshops:{name}", args=args)


def send(client, event, **fields):
    return client.post(url("register", event.code), {**ANSWERS, **fields}, follow=True)


def enter(client, registration):
    """Come by the link of the mail."""
    response = client.get(url("registration_link", token_of(registration)))
    assert response.status_code == 302 and token_of(registration) not in response.url
    return client.get(response.url)


@pytest.fixture
def event(world):
    return open_event(world.north, seats=5)


def test_the_form_makes_a_registration_and_the_answer_is_in_the_mail(client, event):
    response = send(client, event)
    assert "hanako@example.org" in response.content.decode()
    row = Registration.objects.get()
    assert (row.state, row.person, row.affiliation_other, row.name_native) == (
        "confirmed", None, "Somewhere Institute", "見本 花子",
    )  # fmt: skip
    mail = OutboxMessage.objects.get(kind="registration_confirmed")
    assert token_of(row) in mail.body_text
    assert "METHOD:REQUEST" in mail.calendar and f"{event.public_id}@" in mail.calendar


def test_a_form_with_a_mistake_keeps_what_was_typed_and_says_where(client, event):
    page = client.post(url("register", event.code), {**ANSWERS, "email": "hanako"}).content.decode()
    assert "A seat near the door" in page and "見本 花子" in page
    assert "E-mail address" in page and 'aria-invalid="true"' in page
    assert not Registration.objects.exists()


@pytest.mark.parametrize("name", ["見本 花子", "Hanako 見本", "ミホン"])
def test_a_name_for_badge_and_certificate_is_taken_in_latin_letters_only(client, event, name):
    page = client.post(url("register", event.code), {**ANSWERS, "person_name": name}).content.decode()
    assert "Please use Latin letters" in page and not Registration.objects.exists()
    send(client, event, person_name="Ｈａｎａｋｏ Ångström-O’Neill")
    assert Registration.objects.get().person_name == "Hanako Ångström-O’Neill"


def test_a_letter_for_a_visa_takes_the_name_of_the_passport_in_latin_letters(client, world):
    row = RegistrationFactory(event=open_event(world.north, rules={"gives_visa_letters": True}))
    enter(client, row)
    days = {"arrives_on": row.event.starts_on, "leaves_on": row.event.starts_on, "payer": "self"}
    page = client.post(url("registration_visa"), {**days, "passport_name": "見本 花子"}).content.decode()
    assert "Please use Latin letters" in page and not VisaLetter.objects.exists()
    client.post(url("registration_visa"), {**days, "passport_name": "MIHON HANAKO"})
    assert VisaLetter.objects.get().passport_name == "MIHON HANAKO"


def test_while_the_event_is_postponed_its_old_day_is_no_appointment(client, world):
    row = RegistrationFactory(event=open_event(world.north, state="postponed"))
    page = enter(client, row).content.decode()
    assert "Was planned for" in page and "The new date is not fixed yet" in page
    assert "We look forward to seeing you" not in page and "Badge with code" not in page


@pytest.mark.parametrize(
    ("ended_by", "sentence"),
    [
        ("participant", "You have cancelled this registration."),
        ("organiser", "The organisers have ended this registration."),
        ("declined", "The place has gone to somebody else."),
        ("lapsed", "The place has gone to somebody else."),
        ("", "This registration has ended."),
    ],
)
def test_the_page_of_an_ended_registration_says_who_ended_it(client, event, ended_by, sentence):
    page = enter(client, RegistrationFactory(event=event, state="cancelled", ended_by=ended_by)).content.decode()
    assert sentence in page
    assert ("The place has gone to somebody else." in page) == (ended_by in ("declined", "lapsed"))


def test_the_waiting_list_promises_no_more_hours_than_it_keeps_shortly_before_the_event(client, world):
    full = open_event(world.north, seats=0, format="on_site")
    assert "shortly before the event for less" in client.get(url("register", full.code)).content.decode()
    send(client, full)
    mail = OutboxMessage.objects.get(kind="registration_waitlisted")
    assert "48 hours, shortly before the event for less" in " ".join(mail.body_text.split())


def without_secrets(response) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())


@pytest.mark.parametrize("address", ["hanako@example.org", " HANAKO@Example.org", "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ.org"])
def test_an_address_twice_is_answered_by_mail_and_the_screen_tells_nothing(client, event, address):
    first, again = send(client, event), send(client, event, email=address)
    assert Registration.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="registered_already").count() == 1
    assert first.redirect_chain == again.redirect_chain
    assert without_secrets(first) == without_secrets(again)


def test_the_form_is_filled_in_for_who_is_signed_in_and_belongs_to_her(client, world, event):
    fellow = set_language(user=world.north.fellow, language="en")
    client.force_login(fellow)
    page = client.get(url("register", event.code)).content.decode()
    assert "Is it still right?" in page and fellow.email in page
    send(client, event, email=fellow.email.upper())
    assert Registration.objects.get().person == fellow.person
    assert client.get(url("registration_own", Registration.objects.get().public_id), follow=True).status_code == 200


def test_who_registers_a_colleague_does_not_own_the_registration(client, world, event):
    client.force_login(world.north.fellow)
    send(client, event, email="colleague@example.org")
    assert Registration.objects.get().person is None


def test_a_closed_event_takes_nobody_and_a_foreign_draft_does_not_exist(client, world, event):
    event.state = "registration_closed"
    event.save()
    assert "closed" in send(client, event).content.decode()
    assert not Registration.objects.exists()
    draft = open_event(world.south, state="planned")
    assert client.get(url("register", draft.code)).status_code == 404


def test_consents_are_kept_one_by_one_with_wording_version_and_time(client, world):
    event = open_event(world.north, rules={"listing": "public"})
    send(client, event, listing="public")
    row = Registration.objects.get()
    given = RegistrationConsent.objects.filter(registration=row)
    assert {(c.purpose.code, c.version, c.language) for c in given} == {
        ("photo", 1, "en"), ("participant_list_public", 1, "en"),
    }  # fmt: skip
    assert all(c.text and c.given_at for c in given)
    enter(client, row)
    data = {"person_name": "Hanako Mihon", "attendance_mode": "on_site", "listing": ""}
    client.post(url("registration_change"), data)
    assert not RegistrationConsent.objects.filter(registration=row, withdrawn_at=None).exists()
    assert given.count() == 2, "the record of having agreed stays"


def test_the_public_list_shows_who_agreed_and_has_a_place_and_nobody_else(client, world):
    event = open_event(world.north, rules={"listing": "public"})
    shown = RegistrationFactory(event=event, listing="public")
    waits = RegistrationFactory(event=event, listing="public", state="waitlisted")
    inside = RegistrationFactory(event=event, listing="participants")
    silent = RegistrationFactory(event=event)
    page = client.get(url("event", event.code)).content.decode()
    assert shown.person_name in page
    assert not any(row.person_name in page for row in (waits, inside, silent))
    assert client.get(url("participants", event.code)).status_code == 404
    enter(client, shown)
    listed = client.get(url("participants", event.code)).content.decode()
    assert shown.person_name in listed and inside.person_name in listed
    assert waits.person_name not in listed and silent.person_name not in listed
    other = open_event(world.north, rules={"listing": "public"})
    assert client.get(url("participants", other.code)).status_code == 404


@pytest.mark.parametrize("state", ["attended", "no_show"])
def test_what_was_allowed_is_taken_back_after_the_event_too_and_nothing_else_changes(client, world, state):
    event = open_event(world.north, days=-3, state="held", rules={"listing": "public"})
    row = RegistrationFactory(event=event, state=state, listing="public", consent_photo=True, person_name="Anna Alpha")
    assert "Change" in enter(client, row).content.decode()
    page = client.get(url("registration_change")).content.decode()
    assert "I agree" in page
    assert 'name="person_name"' not in page and 'name="attendance_mode"' not in page
    client.post(
        url("registration_change"), {"listing": "", "person_name": "Somebody Else", "attendance_mode": "online"}
    )
    row.refresh_from_db()
    assert (row.listing, row.consent_photo, row.state) == ("", False, state)
    assert (row.person_name, row.attendance_mode) == ("Anna Alpha", "on_site")


def test_an_ended_registration_has_nothing_to_change(client, event):
    enter(client, RegistrationFactory(event=event, state="cancelled"))
    assert client.get(url("registration_change")).status_code == 404


def test_who_waits_does_not_read_the_list(client, world):
    event = open_event(world.north, rules={"listing": "participants"})
    RegistrationFactory(event=event, listing="participants")
    enter(client, RegistrationFactory(event=event, state="waitlisted"))
    assert client.get(url("participants", event.code)).status_code == 404


def test_opening_the_link_and_every_page_behind_it_changes_nothing(client, world, event):
    row = RegistrationFactory(event=event, state="waitlisted")
    offer = row.offers.create(offered_at=world.now, answer_by=world.now + dt.timedelta(hours=48))
    before = Registration.objects.values().get(pk=row.pk), offer.answer
    assert "A place is free for you" in enter(client, row).content.decode()
    for name in ("registration_change", "registration_cancel", "registration"):
        assert client.get(url(name)).status_code == 200
    for name in ("registration_take", "registration_decline", "registration_renew"):
        assert client.get(url(name)).status_code == 405
    offer.refresh_from_db()
    assert (Registration.objects.values().get(pk=row.pk), offer.answer) == before


def test_the_button_takes_the_place_and_the_link_goes_on_working(client, world, event):
    row = RegistrationFactory(event=event, state="waitlisted")
    row.offers.create(offered_at=world.now, answer_by=world.now + dt.timedelta(hours=48))
    enter(client, row)
    page = client.post(url("registration_take"), follow=True).content.decode()
    assert "The place is yours" in page
    client.post(url("registration_cancel"))
    again = enter(client, row).content.decode()
    assert "You have cancelled this registration." in again and "Register again" in again


def test_cancelling_asks_first_and_takes_the_entry_out_of_this_persons_calendar(client, event):
    row, other = RegistrationFactory(event=event), RegistrationFactory(event=event)
    RegistrationNeeds.objects.create(registration=row, diet="halal")
    enter(client, row)
    assert "Cancel your registration?" in client.get(url("registration_cancel")).content.decode()
    client.post(url("registration_cancel"))
    row.refresh_from_db()
    assert (row.state, row.ended_by) == ("cancelled", "participant")
    mail = OutboxMessage.objects.get(calendar_method="CANCEL")
    assert (mail.recipient_email, mail.order_key) == (row.email, order_of(event, row.email))
    assert f"UID:{row.event.public_id}@" in mail.calendar and other.email not in mail.calendar
    assert not RegistrationNeeds.objects.exists()


def test_the_number_in_calendars_rises_from_invitation_to_cancellation(client, event):
    send(client, event)
    row = Registration.objects.get()
    enter(client, row)
    client.post(url("registration_cancel"))
    first, last = OutboxMessage.objects.exclude(calendar="").order_by("pk").values_list("calendar", flat=True)
    assert "SEQUENCE:1" in first and "SEQUENCE:2" in last


def test_who_has_lost_the_mail_gets_the_link_again_after_the_event_and_the_screen_tells_nothing(client, world):
    held = open_event(world.north, days=-3, state="held", registration_opens_on=world.today - dt.timedelta(days=60))
    row = RegistrationFactory(event=held, state="attended")
    token, address = token_of(row), url("mail_link", held.code)
    assert address in client.get(url("event", held.code)).content.decode()
    assert "E-mail address" in client.get(address).content.decode()
    answers = [
        without_secrets(client.post(address, {"email": email}, follow=True)) for email in (row.email, "no@example.org")
    ]
    assert answers[0] == answers[1] and "is on its way" in answers[0]
    mail = OutboxMessage.objects.get()
    assert (mail.kind, mail.recipient_email) == ("registration_link", row.email)
    assert token in mail.body_text and "certificate" in mail.body_text
    Registration.objects.filter(pk=row.pk).update(token_expires_at=timezone.now())
    client.post(address, {"email": row.email.upper()})
    row.refresh_from_db()
    assert row.token_expires_at > timezone.now() and OutboxMessage.objects.count() == 2
    wrong = client.post(address, {"email": "hanako"})
    assert wrong.status_code == 200 and 'value="hanako"' in wrong.content.decode()


def test_the_desk_sends_a_new_link_to_a_participant_of_its_own_event(world):
    row = RegistrationFactory(event=open_event(world.north, days=-3, state="held"), state="attended")
    old, now = token_of(row), timezone.now()
    with pytest.raises(PermissionDenied):
        links.renew_link(registration=row, actor=world.south.manager, now=now)
    links.renew_link(registration=row, actor=world.north.manager, now=now)
    assert token_of(row) != old and token_of(row) in OutboxMessage.objects.get(kind="registration_link").body_text
    for gone in (
        RegistrationFactory(event=row.event, state="cancelled"),
        RegistrationFactory(event=row.event, email=""),
    ):
        assert not may_get_a_link(world.north.manager, gone)


def test_a_strange_link_opens_nothing_and_an_old_one_offers_a_fresh_one(client, event):
    assert client.get(url("registration_link", "x" * 43)).status_code == 404
    assert client.get(url("registration")).status_code == 404
    row = RegistrationFactory(event=event)
    give_token(row, expires_at=timezone.now() - dt.timedelta(days=1))
    row.save()
    old = token_of(row)
    response = client.get(url("registration_link", old), follow=True)
    assert response.status_code == 410 and "Mail me a fresh link" in response.content.decode()
    client.post(url("registration_renew"))
    row.refresh_from_db()
    assert token_of(row) != old
    assert token_of(row) in OutboxMessage.objects.get(kind="registration_link").body_text


# -- the laboratory tour -----------------------------------------------------------------------------------------------
def test_the_tour_is_held_for_the_export_office_and_the_talks_stay_open(client, world):
    event = open_event(world.north, seats=1, rules={"tour": "wish"})
    send(client, event, joins_tour="on", citizenships=["JP", "US"], listing="")
    row, check = Registration.objects.get(), TourCheck.objects.get()
    assert (row.state, check.citizenships) == ("pending_screening", "JP US")
    decisions.refuse_tour(check=check, actor=world.north.export_officer, now=world.now, note="secret")
    row.refresh_from_db()
    talks = Registration.objects.exclude(pk=row.pk).get()
    assert (row.state, talks.state, talks.joins_tour) == ("refused", "confirmed", False)
    assert talks.needs.diet == "vegan" and talks.consent_photo
    assert not OutboxMessage.objects.filter(body_text__contains="secret").exists()


def test_a_cleared_tour_confirms_the_place_and_giving_it_up_needs_nobody(client, world):
    event = open_event(world.north, seats=5, rules={"tour": "wish"})
    send(client, event, joins_tour="on", citizenships=["JP"])
    decisions.clear_tour(check=TourCheck.objects.get(), actor=world.north.export_officer, now=world.now)
    assert Registration.objects.get().state == "confirmed"
    send(client, event, joins_tour="on", citizenships=["JP"], email="two@example.org")
    second = Registration.objects.get(email_key="two@example.org")
    enter(client, second)
    client.post(url("registration_cancel"))
    second.refresh_from_db()
    assert second.state == "cancelled"


def test_citizenship_is_asked_only_with_the_tour(client, world, event):
    assert "citizenship" not in client.get(url("register", event.code)).content.decode().lower()
    tour = open_event(world.north, rules={"tour": "wish"})
    page = send(client, tour, joins_tour="on").content.decode()
    assert "needs your citizenship" in page


def test_the_personal_page_says_when_it_begins_and_ends_by_both_clocks(client, world):
    event = open_event(
        world.north, timezone="Asia/Tokyo", starts_on=dt.date(2027, 2, 8), starts_time=dt.time(9), ends_time=dt.time(17)
    )
    row = RegistrationFactory(event=event, timezone="America/Chicago")
    client.get(url("registration_link", token_of(row)))
    page = client.get(url("registration")).content.decode()
    assert "8 February 2027 (Mon) 09:00–17:00" in page and "(UTC+09:00)" in page
    assert "7 February 2027 (Sun) 18:00–8 February 2027 (Mon) 02:00" in page and "(UTC-06:00)" in page


def test_an_offer_that_nobody_has_ended_yet_says_that_its_time_has_passed(client, event):
    row = RegistrationFactory(event=event, state="waitlisted")
    ago = timezone.now() - dt.timedelta(seconds=30)
    SeatOffer.objects.create(registration=row, offered_at=ago - dt.timedelta(days=2), answer_by=ago)
    page = enter(client, row).content.decode()
    assert "The time to answer this offer has passed." in page and "Take the place" not in page


# -- the letter for the visa -------------------------------------------------------------------------------------------
WISH = {"passport_name": "MIHON HANAKO", "payer": "self", "embassy": "Chicago"}


def test_a_visa_letter_is_asked_for_approved_numbered_and_fetched(client, world):
    event = open_event(world.north, rules={"gives_visa_letters": True})
    row = RegistrationFactory(event=event)
    enter(client, row)
    days = {"arrives_on": event.starts_on, "leaves_on": event.starts_on}
    client.post(url("registration_visa"), {**WISH, **days})
    wish = VisaLetter.objects.get()
    assert client.get(url("registration_visa_letter")).status_code == 404
    visa.issue(visaletter=wish, actor=world.north.manager, now=world.now)
    wish.refresh_from_db()
    assert wish.letter.number.startswith("VISA-")
    response = client.get(url("registration_visa_letter"))
    assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF")
    checked = client.get(reverse("documents:verify", args=[wish.letter.verification_code])).content.decode()
    assert "genuine and current" in checked


@pytest.mark.parametrize("hosted_by", ["host", "home"])
def test_a_visa_letter_is_signed_for_the_host_by_somebody_who_is_not_said_to_be_of_it(world, hosted_by):
    host, manager = getattr(world.north, hosted_by), world.north.manager
    event = open_event(world.north, host_organisation=host, rules={"gives_visa_letters": True})
    days = {"arrives_on": event.starts_on, "leaves_on": event.starts_on}
    asked = visa.ask(registration=RegistrationFactory(event=event), now=world.now, **WISH, **days)
    letter = visa.issue(visaletter=asked, actor=manager, now=world.now).letter
    own = manager.person.organisation.name_en
    title = f"Organiser, {host.name_en}" if hosted_by == "host" else f"Organiser, {own}, for {host.name_en}"
    assert letter.context["signatory"]["title"] == title


def test_no_letter_names_the_days_of_an_event_that_has_none(client, world):
    event = open_event(world.north, state="postponed", rules={"gives_visa_letters": True})
    assert "Ask for a letter of invitation" not in enter(client, RegistrationFactory(event=event)).content.decode()
    assert client.get(url("registration_visa")).status_code == 404


def test_no_letter_names_the_days_of_an_event_that_is_put_off(world):
    event = open_event(world.north, rules={"gives_visa_letters": True})
    days = {"arrives_on": world.today, "leaves_on": world.today, "payer": "self", "embassy": ""}
    asked = visa.ask(registration=RegistrationFactory(event=event), passport_name="VISITOR ANY", now=world.now, **days)
    Event.objects.filter(pk=event.pk).update(state="postponed")
    with pytest.raises(StepError, match="days that are no more"):
        visa.issue(visaletter=asked, actor=world.north.manager, now=world.now)


def test_who_waits_gets_no_visa_letter(client, world):
    event = open_event(world.north, rules={"gives_visa_letters": True})
    enter(client, RegistrationFactory(event=event, state="waitlisted"))
    assert client.get(url("registration_visa")).status_code == 404


def test_a_withdrawn_visa_letter_says_so_on_the_page_that_checks_it(client, world):
    event = open_event(world.north, rules={"gives_visa_letters": True})
    wish = VisaLetter.objects.create(
        registration=RegistrationFactory(event=event),
        passport_name="MIHON HANAKO",
        arrives_on=event.starts_on,
        leaves_on=event.starts_on,
        payer="self",
        requested_at=world.now,
    )
    visa.issue(visaletter=wish, actor=world.north.manager, now=world.now)
    code = Letter.objects.get().verification_code
    enter(client, wish.registration)
    client.post(url("registration_cancel"))
    wish.refresh_from_db()
    assert (wish.state, Letter.objects.count()) == ("revoked", 2)
    page = client.get(reverse("documents:verify", args=[code])).content.decode()
    assert "withdrawn" in page and "not valid" in page
    assert client.get(url("registration_visa_letter")).status_code == 404


# -- forgetting --------------------------------------------------------------------------------------------------------
def test_food_and_access_are_deleted_thirty_days_after_the_event_and_move_with_it(client, event):
    send(client, event)
    needs = RegistrationNeeds.objects.get()
    assert needs.purge_on == event.starts_on + dt.timedelta(days=30)
    assert forgetting.purge_needs(today=needs.purge_on - dt.timedelta(days=1)) == 0
    type(event).objects.filter(pk=event.pk).update(last_on=event.starts_on + dt.timedelta(days=9))
    assert forgetting.purge_needs(today=needs.purge_on) == 0
    needs.refresh_from_db()
    assert forgetting.purge_needs(today=needs.purge_on) == 1


def test_the_person_is_forgotten_after_a_year_and_the_figures_stay(client, event):
    send(client, event)
    days = {"arrives_on": event.starts_on, "leaves_on": event.starts_on}
    VisaLetter.objects.create(registration=Registration.objects.get(), requested_at=timezone.now(), **WISH, **days)
    year = event.last_on + dt.timedelta(days=366)
    assert forgetting.forget_people(today=event.last_on + dt.timedelta(days=365)) == 0
    assert forgetting.forget_people(today=year) == 1
    assert forgetting.forget_people(today=year) == 0
    row = Registration.objects.get()
    assert (row.email, row.person, row.token_hash, row.name_native) == ("", None, "", "")
    assert (row.affiliation_country, row.career_stage, row.state) == ("JP", "postdoc", "confirmed")
    wish = row.visa_letters.get()
    assert (wish.passport_name, wish.embassy) == (forgetting.NOBODY, "")


def test_the_pages_ask_the_database_the_same_however_many_come(client, event, django_assert_max_num_queries):
    for _n in range(30):
        RegistrationFactory(event=event, listing="public", state="waitlisted")
    with django_assert_max_num_queries(25):
        client.get(url("event", event.code))
    row = RegistrationFactory(event=event)
    enter(client, row)
    with django_assert_max_num_queries(20):
        client.get(url("registration"))


# -- the reader's own zone ---------------------------------------------------------------------------------------------
def chosen_zone(page) -> str:
    return page.context["form"]["timezone"].value()


def test_who_is_signed_in_is_offered_her_own_zone(client, world):
    event, fellow = open_event(world.north), world.south.fellow
    fellow.timezone = "America/Chicago"
    fellow.save()
    client.force_login(fellow)
    page = client.get(reverse("workshops:register", args=[event.code]))
    assert chosen_zone(page) == fellow.timezone and "data-own-zone" not in page.content.decode()


def test_who_is_not_is_offered_that_of_the_event_for_the_browser_to_correct_once(client, world):
    event = open_event(world.north)
    address = reverse("workshops:register", args=[event.code])
    page = client.get(address)
    assert chosen_zone(page) == event.timezone and "data-own-zone" in page.content.decode()
    sent = client.post(address, {"timezone": "Europe/Rome"})
    assert chosen_zone(sent) == "Europe/Rome" and "data-own-zone" not in sent.content.decode()
