"""An event that turns out otherwise, with all that follows; calendars read back by another library."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from portal.core.calendars import calendar_file, files_of, uid_of
from portal.core.links import give_token, token_of
from portal.core.workflow import ReasonMissing, StepError
from portal.outbox.models import OutboxMessage
from tests.factories.events import a_speaker, an_event
from tests.factories.missions import build_mission
from tests.factories.registrations import RegistrationFactory, sign_up
from workshops.calendars import event_entry, registration_entry
from workshops.models import Event, Registration, RegistrationRules, SeatOffer, Session, SessionPerson, StillComing
from workshops.reminders.event import participants_of_coming_events
from workshops.services import event as services
from workshops.services import event_changes as changes
from workshops.services.meetings import call_off_with_events
from workshops.services.registration.ending import cancel, end_with_events
from workshops.services.registration.seats import offer_free_places
from workshops.services.registration.signup import register
from workshops.services.registration.waiting import lapse_overdue

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(world):
    return an_event(world.north, "registration_open")


@pytest.fixture
def manager(world):
    return world.north.manager


def now():
    return timezone.now()


def soon(days=60):
    return timezone.localdate() + dt.timedelta(days=days)


def mails(kind):
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))


def entry(mail):
    return vobject.readOne(mail.calendar).vevent


def placed_session(event, speaker):
    session = Session.objects.create(
        event=event, title_en="Cold atoms", starts_at=event.starts_at, ends_at=event.ends_at, state="confirmed",
        timezone=event.timezone, sequence=1, code=f"session-{Session.objects.count()}",
    )  # fmt: skip
    SessionPerson.objects.create(session=session, event_person=speaker)
    return session


# -- announcing --------------------------------------------------------------------------------------------------------
def test_a_plan_says_when_how_and_in_which_language(world, manager):
    event = an_event(world.north, "idea", date_precision="month", format="", language="")
    with pytest.raises(services.NotReady, match="the day, whether it is on site, online or both and the language"):
        services.approve_event(event=event, actor=manager)


def test_the_page_needs_both_languages(world, manager):
    event = an_event(world.north, "planned", summary_ja="", description_en="More.")
    with pytest.raises(services.NotReady, match="“summary in Japanese” and “description in Japanese”"):
        services.announce_event(event=event, actor=manager)
    event.summary_ja, event.description_ja = "講演の一日です。", "詳細です。"
    event.save()
    assert services.announce_event(event=event, actor=manager).was_announced


def test_registration_opens_and_closes_by_the_clock(world):
    event = an_event(world.north, registration_closes_on=timezone.localdate() + dt.timedelta(days=5))
    assert services.open_due_registrations(now=event.registration_opens_at - dt.timedelta(seconds=1)) == 0
    assert services.open_due_registrations(now=event.registration_opens_at) == 1
    assert services.close_due_registrations(now=event.registration_closes_at - dt.timedelta(seconds=1)) == 0
    assert services.close_due_registrations(now=event.registration_closes_at) == 1
    event.refresh_from_db()
    assert event.state == "registration_closed"


def test_an_event_without_registration_is_closed_when_it_begins(world):
    event = an_event(world.north, registration_opens_on=None)
    assert services.open_due_registrations(now=event.starts_at) == 1
    assert services.close_due_registrations(now=event.starts_at) == 1


def test_nobody_registers_for_what_is_over_however_late_registration_closes(world):
    tonight = an_event(world.north, "registration_open", registration_closes_on=soon(30))  # of an event in thirty days
    assert tonight.registration_closes_at > tonight.ends_at
    assert services.close_due_registrations(now=tonight.ends_at - dt.timedelta(minutes=1)) == 0
    assert services.close_due_registrations(now=tonight.ends_at) == 1


def test_with_rules_and_no_opening_day_registration_opens_at_once_with_the_new_date(world, manager):
    """As the step says; and what was public once needs no more texts than it had."""
    event = an_event(world.north, "postponed", registration_opens_on=None, summary_ja="", was_announced=True)
    RegistrationRules.objects.create(event=event)
    changes.set_new_date(event=event, starts_on=soon(), starts_time=dt.time(9), actor=manager, now=now())
    assert services.open_due_registrations(now=now()) == 1


def test_registration_closes_with_the_last_place_where_nobody_is_to_wait(world):
    event = an_event(world.north, "registration_open", capacity=1, closes_when_full=True)
    assert services.close_due_registrations(now=now()) == 0
    RegistrationFactory(event=event)
    assert services.close_due_registrations(now=now()) == 1


# -- postponing --------------------------------------------------------------------------------------------------------
def test_postponing_keeps_registrations_tells_everybody_and_clears_calendars(event, manager):
    kept, waiting = RegistrationFactory(event=event), RegistrationFactory(event=event, state="waitlisted")
    speaker = a_speaker(event)
    placed_session(event, speaker)
    changes.postpone_event(event=event, actor=manager, reason="A typhoon is coming.")
    kept.refresh_from_db(), waiting.refresh_from_db()
    assert (event.state, kept.state, waiting.state) == ("postponed", "confirmed", "waitlisted")
    told = mails("event_postponed")
    assert {mail.recipient_email for mail in told} == {kept.email, waiting.email, speaker.email}
    assert all("A typhoon is coming." in mail.body_text for mail in told)
    with_entry = {mail.recipient_email: mail for mail in told if mail.calendar}
    assert set(with_entry) == {kept.email, speaker.email}
    cancelled = entry(with_entry[kept.email])
    assert (cancelled.status.value, int(cancelled.sequence.value)) == ("CANCELLED", kept.calendar_sequence)
    assert with_entry[kept.email].calendar_method == "CANCEL"
    dropped = with_entry[speaker.email]
    assert dropped.calendar_method == "CANCEL" and "Cold atoms" in dropped.body_text
    assert entry(dropped).summary.value == "Cold atoms"


def waits_with_an_offer(event):
    row = RegistrationFactory(event=event, state="waitlisted")
    SeatOffer.objects.create(registration=row, offered_at=now(), answer_by=now() + dt.timedelta(days=1))
    return row


def test_postponing_takes_offered_places_back_and_says_so_to_whom_it_concerns(event, manager):
    """Nobody loses her place in the queue by not answering for a day that is gone."""
    asked, waiting = waits_with_an_offer(event), RegistrationFactory(event=event, state="waitlisted")
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    assert asked.offers.get().answer == "withdrawn"
    assert lapse_overdue(now=now() + dt.timedelta(days=3)) == 0
    told = {mail.recipient_email: mail.body_text for mail in mails("event_postponed")}
    assert "you need not answer any more" in told[asked.email] and "stay on the waiting list" in told[asked.email]
    assert "stay on the waiting list" in told[waiting.email] and "need not answer" not in told[waiting.email]
    assert not any("Your registration stays as it is" in body for body in told.values())
    changes.set_new_date(event=event, starts_on=soon(), starts_time=dt.time(14), actor=manager, now=now())
    again = mails("event_new_date")
    assert all("Without an answer you stay on the waiting list" in mail.body_text for mail in again)
    assert [offer.registration for offer in offer_free_places(event=event, now=now())][0] == asked


def test_who_waits_is_asked_about_the_waiting_list_and_not_about_a_place(client, event, manager):
    waiting = RegistrationFactory(event=event, state="waitlisted")
    asked = waits_with_an_offer(event)
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, venue_en="Hall B"))
    told = {mail.recipient_email: mail.body_text for mail in mails("event_moved")}
    assert "keep for you" in told[asked.email] and "keep for you" not in told[waiting.email]
    page = client.get(reverse("workshops:still_coming_link", args=[token_of(waiting)]), follow=True).content.decode()
    assert "No, take me off the waiting list" in page and "you stay on the waiting list" in page
    assert "give my place" not in page
    done = client.post(reverse("workshops:still_coming"), {"answer": "yes"}, follow=True).content.decode()
    assert "You stay on the waiting list" in done and "Your place stays yours" not in done
    page = client.get(reverse("workshops:still_coming_link", args=[token_of(asked)]), follow=True).content.decode()
    assert "A place is kept for you" in page and "you stay on the waiting list" not in page


@pytest.mark.parametrize("state", ["pending_screening", "submitted"])
@pytest.mark.parametrize(("answer", "thanks"), [("yes", "stays as it is"), ("no", "is cancelled")])
def test_who_waits_for_a_decision_is_asked_about_the_registration_and_not_about_a_place(
    client, event, manager, state, answer, thanks
):
    row = RegistrationFactory(event=event, state=state)
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, venue_en="Hall B"))
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    changes.set_new_date(event=event, starts_on=soon(), actor=manager, now=now())
    for mail in (*mails("event_moved"), *mails("event_new_date")):
        assert "Without an answer your registration stays as it is" in mail.body_text
        assert "still coming" not in mail.body_text
    page = client.get(reverse("workshops:still_coming_link", args=[token_of(row)]), follow=True).content.decode()
    assert "No, cancel my registration" in page and "your registration stays as it is" in page
    assert "my place" not in page and "you keep your registration" not in page
    done = client.post(reverse("workshops:still_coming"), {"answer": answer}, follow=True).content.decode()
    assert f"registration {thanks}" in done
    assert "our place" not in done and "You are registered" not in done


def test_a_person_with_a_japanese_name_reads_it_on_the_japanese_page(client, event, manager):
    row = RegistrationFactory(event=event, person_name="Nao Shimemoto", name_native="標本 直")
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, venue_en="Hall B"))
    client.get(reverse("workshops:still_coming_link", args=[token_of(row)]))
    shown = {
        code: client.get(reverse("workshops:still_coming"), headers={"accept-language": code}).content.decode()
        for code in ("ja", "en")
    }
    assert "標本 直" in shown["ja"] and "Nao Shimemoto" not in shown["ja"]
    assert "Nao Shimemoto" in shown["en"]


def test_a_postponed_event_reminds_nobody(event, manager, world):
    RegistrationFactory(event=event)
    event.starts_on = timezone.localdate() + dt.timedelta(days=5)
    event.save()
    assert len(list(participants_of_coming_events(now=now()))) == 1
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    assert list(participants_of_coming_events(now=now())) == []


def test_a_plan_is_put_off_without_a_mail(world, manager):
    event = an_event(world.north, "planned")
    a_speaker(event, state="invited")
    changes.postpone_event(event=event, actor=manager, reason="Later.")
    assert not OutboxMessage.objects.exists()


def test_a_speaker_is_led_to_her_own_pages_where_she_can_answer(event, manager):
    invited, unasked = a_speaker(event), a_speaker(event, "Curie")
    give_token(invited, expires_at=now() + dt.timedelta(days=90))
    invited.save()
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    links = {mail.recipient_email: mail.body_text for mail in mails("event_postponed")}
    assert reverse("workshops:speaker_link", args=[token_of(invited)]) in links[invited.email]
    assert reverse("workshops:event", args=[event.code]) in links[unasked.email]


def test_no_page_is_called_a_speakers_own_that_is_not(event, manager):
    """Who was entered without a link has none; one link among several entries is hers."""
    at_both = RegistrationFactory(event=event)
    entered = a_speaker(event, email=at_both.email)
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    (mail,) = mails("event_postponed")
    assert "Your pages as a speaker" not in mail.body_text
    assert reverse("workshops:event", args=[event.code]) in mail.body_text
    again = a_speaker(event, "Curie", email=entered.email, state="invited", role="organiser")
    give_token(again, expires_at=now() + dt.timedelta(days=90))
    again.save()
    changes.set_new_date(event=event, starts_on=soon(), actor=manager, now=now())
    (mail,) = mails("event_new_date")
    link = reverse("workshops:speaker_link", args=[token_of(again)])
    assert "Your pages as a speaker: http://" in mail.body_text and link in mail.body_text


def test_the_new_date_asks_everybody_again_and_fills_calendars(event, manager):
    registration, speaker = RegistrationFactory(event=event), a_speaker(event)
    before = event.starts_on
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    changes.set_new_date(
        event=event, starts_on=soon(), starts_time=dt.time(14), ends_time=dt.time(16), actor=manager, now=now()
    )
    assert (event.state, event.previous_starts_on, event.starts_on) == ("announced", before, soon())
    told = {mail.recipient_email: mail for mail in mails("event_new_date")}
    assert set(told) == {registration.email, speaker.email}
    cancel, request = mails("event_postponed")[0], told[registration.email]
    first, second = entry(cancel), entry(request)
    assert first.uid.value == second.uid.value
    assert int(second.sequence.value) > int(first.sequence.value) and second.status.value == "CONFIRMED"
    assert second.dtstart.value.astimezone(dt.UTC) == event.starts_at
    assert cancel.order_key == request.order_key != ""
    assert StillComing.objects.get().registration == registration
    assert "/events/still-coming/" in request.body_text


def test_a_new_date_in_the_past_or_at_an_hour_that_does_not_exist_is_refused(event, manager):
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    with pytest.raises(StepError, match="passed already"):
        changes.set_new_date(event=event, starts_on=soon(-3), actor=manager, now=now())
    event.timezone = "America/Chicago"
    event.save()
    with pytest.raises(ValidationError, match="does not exist"):
        changes.set_new_date(
            event=event, starts_on=dt.date(2027, 3, 14), starts_time=dt.time(2, 30), actor=manager, now=now()
        )
    event.refresh_from_db()
    assert event.state == "postponed"


# -- moving ------------------------------------------------------------------------------------------------------------
def values_of(event, **other):
    names = ("starts_on", "starts_time", "ends_on", "ends_time", "format", "venue_en", "venue_ja", "city", "online_url")
    return {name: getattr(event, name) for name in names} | other


def test_another_hour_raises_the_number_tells_and_asks(event, manager):
    registration = RegistrationFactory(event=event, calendar_sequence=1)
    changes.move_event(
        event=event, actor=manager, now=now(), **values_of(event, starts_time=dt.time(11), ends_time=dt.time(13))
    )
    assert (event.ical_sequence, event.starts_time) == (1, dt.time(11))
    (mail,) = mails("event_moved")
    assert mail.calendar_method == "REQUEST" and int(entry(mail).sequence.value) == 2
    assert "11:00" in mail.body_text and "10:00" in mail.body_text
    assert StillComing.objects.get().registration == registration


def test_where_only_the_hour_changes_the_pages_tell_the_former_hour(client, event, manager):
    row = RegistrationFactory(event=event, timezone=event.timezone)
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, starts_time=dt.time(11)))
    client.get(reverse("workshops:registration_link", args=[token_of(row)]))
    asked = client.get(reverse("workshops:still_coming")).content.decode()
    former = asked.split("<s>")[1].split("</s>")[0]
    assert "10:00" in former and "Tokyo time" in former
    shown = client.get(reverse("workshops:event", args=[event.code])).content.decode()
    assert "New time" in shown and "10:00 Tokyo time (UTC+09:00) before." in shown


def test_a_correction_of_spelling_changes_the_page_and_writes_to_nobody(event, manager):
    RegistrationFactory(event=event)
    changes.move_event(
        event=event, actor=manager, now=now(), is_correction=True, **values_of(event, venue_en="Hall A, first floor")
    )
    assert (event.venue_en, event.ical_sequence) == ("Hall A, first floor", 0)
    assert not OutboxMessage.objects.exists() and not StillComing.objects.exists()


def test_another_day_is_no_correction(event, manager):
    with pytest.raises(StepError, match="more than a correction"):
        changes.move_event(
            event=event, actor=manager, now=now(), is_correction=True, **values_of(event, starts_on=soon(40))
        )


def test_whoever_comes_online_finds_the_way_in_and_nobody_else_does(event, manager):
    online = RegistrationFactory(event=event, attendance_mode="online")
    on_site = RegistrationFactory(event=event)
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, venue_en="Hall B"))
    told = {mail.recipient_email: mail for mail in mails("event_moved")}
    assert "secret-room" in entry(told[online.email]).description.value
    assert "secret-room" not in told[on_site.email].calendar


def test_who_does_not_organise_moves_nothing(event, world):
    with pytest.raises(PermissionDenied):
        changes.move_event(event=event, actor=world.south.manager, now=now(), **values_of(event, venue_en="B"))


# -- still coming? -----------------------------------------------------------------------------------------------------
@pytest.fixture
def question(event, manager):
    RegistrationFactory(event=event)
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, venue_en="Hall B"))
    return StillComing.objects.get()


def test_yes_keeps_the_place(question):
    changes.answer_still_coming(question=question, comes=True, now=now())
    assert (question.answer, question.registration.state) == ("yes", "confirmed")
    with pytest.raises(StepError, match="answered already"):
        changes.answer_still_coming(question=question, comes=False, now=now())


def test_no_frees_the_place(question):
    changes.answer_still_coming(question=question, comes=False, now=now())
    assert Registration.objects.get().state == "cancelled"
    assert mails("registration_cancelled")


def test_a_second_change_asks_one_question_and_not_two(event, manager, question):
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, venue_en="Hall C"))
    assert [each.version for each in StillComing.objects.all()] == [2]


# -- cancelling --------------------------------------------------------------------------------------------------------
def test_cancelling_ends_every_registration_and_takes_the_entry_out_of_every_calendar(event, manager):
    confirmed = RegistrationFactory(event=event, calendar_sequence=1)
    waiting = RegistrationFactory(event=event, state="waitlisted")
    speaker = a_speaker(event)
    placed_session(event, speaker)
    changes.cancel_event(event=event, actor=manager, reason="No speakers.")
    assert end_with_events(now=now()) == 2
    assert set(Registration.objects.values_list("state", flat=True)) == {"cancelled"}
    (to_speaker,) = mails("event_cancelled")
    assert (to_speaker.recipient_email, to_speaker.calendar_method) == (speaker.email, "CANCEL")
    told = {mail.recipient_email: mail for mail in mails("registration_event_cancelled")}
    assert set(told) == {confirmed.email, waiting.email}
    withdrawn = entry(told[confirmed.email])
    assert (told[confirmed.email].calendar_method, withdrawn.status.value) == ("CANCEL", "CANCELLED")
    assert int(withdrawn.sequence.value) == 2 and not told[waiting.email].calendar
    assert end_with_events(now=now()) == 0


def test_one_entry_through_its_whole_life_in_the_calendar_of_a_participant(event, manager):
    register(event=event, answers=sign_up(), language="en", zone="America/Chicago", now=now())
    changes.move_event(
        event=event, actor=manager, now=now(), **values_of(event, starts_time=dt.time(11), ends_time=dt.time(13))
    )
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    changes.set_new_date(event=event, starts_on=soon(), starts_time=dt.time(9), actor=manager, now=now())
    changes.cancel_event(event=event, actor=manager, reason="No speakers.")
    end_with_events(now=now())
    sent = list(OutboxMessage.objects.exclude(calendar="").order_by("pk"))
    entries = [entry(mail) for mail in sent]
    assert [mail.calendar_method for mail in sent] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST", "CANCEL"]
    assert len({each.uid.value for each in entries}) == len({mail.order_key for mail in sent}) == 1
    numbers = [int(each.sequence.value) for each in entries]
    assert numbers == sorted(set(numbers))
    hours = [each.dtstart.value.astimezone(ZoneInfo("Asia/Tokyo")).hour for each in entries]
    assert hours == [10, 11, 11, 9, 9]
    assert all(each.attendee.value == "mailto:robin.example@example.org" for each in entries)


def test_a_participant_and_the_public_file_have_one_entry_and_hers_is_never_the_older(event, manager):
    """Who adds both sees the event once; the public file never overwrites what she was told."""

    def public():
        (shown,) = Calendar.from_ical(calendar_file([event_entry(Event.objects.get(pk=event.pk))])).walk("VEVENT")
        return shown

    for _time in range(2):  # changed twice before she registers
        hours = {"starts_time": dt.time(12 + _time), "ends_time": dt.time(14 + _time)}
        changes.move_event(event=event, actor=manager, now=now(), **values_of(event, **hours))
    register(event=event, answers=sign_up(), language="en", zone="America/Chicago", now=now())
    (invited,) = Calendar.from_ical(OutboxMessage.objects.exclude(calendar="").get().calendar).walk("VEVENT")
    assert invited["UID"] == public()["UID"] and invited["ORGANIZER"] == public()["ORGANIZER"]
    assert public()["SEQUENCE"] == 2 and invited["SEQUENCE"] == 3
    assert "ATTENDEE" not in public() and invited["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    entered = RegistrationFactory(event=event)  # from a list: nobody has mailed an entry yet
    assert registration_entry(entered).sequence == 2


def test_who_leaves_and_comes_again_counts_on_in_the_same_entry(event, manager):
    first = register(event=event, answers=sign_up(), language="en", zone="America/Chicago", now=now())
    other = register(event=event, answers=sign_up("Ada One"), language="en", zone="America/Chicago", now=now())
    cancel(registration=first, now=now())
    again = register(event=event, answers=sign_up(), language="en", zone="America/Chicago", now=now())
    assert again.pk != first.pk
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    sent = OutboxMessage.objects.exclude(calendar="").order_by("pk")
    hers = [entry(mail) for mail in sent.filter(recipient_email=first.email)]
    assert [each.status.value for each in hers] == ["CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED"]
    assert [int(each.sequence.value) for each in hers] == [1, 2, 3, 4]
    others = [entry(mail) for mail in sent.filter(recipient_email=other.email)]
    assert [int(each.sequence.value) for each in others] == [1, 2], "one person's leaving is nobody else's matter"
    assert {each.uid.value for each in (*hers, *others)} == {f"{event.public_id}@alliance-portal"}


def test_cancelling_needs_a_reason(event, manager):
    with pytest.raises(ReasonMissing):
        changes.cancel_event(event=event, actor=manager, reason=" ")


# -- the timetable goes along ------------------------------------------------------------------------------------------
def wall(instant):
    return instant.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%H:%M")


def test_a_session_moves_with_the_day_of_its_event_and_its_speaker_is_told(event, manager):
    speaker = a_speaker(event)
    session = placed_session(event, speaker)
    day = event.starts_on + dt.timedelta(days=7)
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, starts_on=day))
    session.refresh_from_db()
    assert session.starts_at == event.starts_at and wall(session.starts_at) == "10:00"
    (mail,) = OutboxMessage.objects.all()
    assert (mail.kind, mail.recipient_email, mail.calendar_method) == ("event_moved", speaker.email, "REQUEST")
    assert "“Cold atoms”: " in mail.body_text
    assert entry(mail).dtstart.value.astimezone(dt.UTC) == event.starts_at and int(entry(mail).sequence.value) == 2


@pytest.mark.parametrize(
    ("starts", "ends", "session_starts"),
    [("11:00", "13:00", "11:00"), ("09:00", "12:00", "10:00"), ("10:00", "15:00", "10:00")],
    ids=["moved by an hour", "begins earlier", "made longer"],
)
def test_hours_move_along_only_where_the_event_lasts_as_long_as_before(event, manager, starts, ends, session_starts):
    session = placed_session(event, a_speaker(event))
    hours = {"starts_time": dt.time.fromisoformat(starts), "ends_time": dt.time.fromisoformat(ends)}
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, **hours))
    session.refresh_from_db()
    assert wall(session.starts_at) == session_starts


def test_wall_clock_times_stay_over_a_change_of_clocks(world):
    event = an_event(
        world.south, starts_on=dt.date(2027, 3, 11), timezone="America/Chicago", registration_opens_on=None
    )
    session = placed_session(event, a_speaker(event))
    day = dt.date(2027, 3, 18)
    changes.move_event(event=event, actor=world.south.manager, now=now(), **values_of(event, starts_on=day))
    session.refresh_from_db()
    assert session.starts_at.astimezone(ZoneInfo("America/Chicago")).strftime("%d %H:%M") == "18 10:00"


def test_after_postponing_the_sessions_come_back_on_the_new_day_once(event, manager):
    speaker = a_speaker(event)
    session = placed_session(event, speaker)
    changes.postpone_event(event=event, actor=manager, reason="A typhoon.")
    changes.set_new_date(
        event=event, starts_on=soon(), starts_time=dt.time(14), ends_time=dt.time(16), actor=manager, now=now()
    )
    session.refresh_from_db()
    assert session.starts_at == event.starts_at and wall(session.starts_at) == "14:00"
    told = list(OutboxMessage.objects.order_by("pk"))
    assert [(mail.kind, mail.calendar_method) for mail in told] == [
        ("event_postponed", "CANCEL"),
        ("event_new_date", "REQUEST"),
    ]
    dropped, again = map(entry, told)
    assert dropped.uid.value == again.uid.value and int(again.sequence.value) > int(dropped.sequence.value)
    assert again.dtstart.value.astimezone(dt.UTC) == event.starts_at


# -- cancelled after it was postponed ----------------------------------------------------------------------------------
def test_what_was_postponed_is_cancelled_without_a_date_and_everybody_is_told(event, manager):
    confirmed = RegistrationFactory(event=event, calendar_sequence=1)
    waiting = RegistrationFactory(event=event, state="waitlisted")
    speaker = a_speaker(event)
    placed_session(event, speaker)
    changes.postpone_event(event=event, actor=manager, reason="A typhoon is coming.")
    changes.cancel_event(event=event, actor=manager, reason="No other day was found.")
    assert end_with_events(now=now()) == 2
    assert event.state == "cancelled"
    told = {mail.recipient_email: mail for mail in mails("registration_event_cancelled")}
    assert set(told) == {confirmed.email, waiting.email}
    assert all("No other day was found." in mail.body_text for mail in told.values())
    (to_speaker,) = mails("event_cancelled")
    assert to_speaker.recipient_email == speaker.email and "No other day was found." in to_speaker.body_text
    # The session left the calendars when the event was put off; it is not taken out twice.
    assert not to_speaker.calendar
    sent = OutboxMessage.objects.filter(order_key=told[confirmed.email].order_key).exclude(calendar="").order_by("pk")
    numbers = [int(entry(mail).sequence.value) for mail in sent]
    assert numbers == sorted(set(numbers))


# -- one mail to each person -------------------------------------------------------------------------------------------
@pytest.fixture
def everything(world):
    """Somebody who comes to a mission as its delegate, speaks there twice and has registered as well."""
    mission = build_mission(world.north)
    event = mission.event
    Event.objects.filter(pk=event.pk).update(starts_time=dt.time(10), ends_time=dt.time(18))
    event.refresh_from_db()
    event.save()
    person = mission.other_visitor.person
    speaker = a_speaker(event, email=person.email.upper(), person=person)
    for _number in range(2):
        placed_session(event, speaker)
    return RegistrationFactory(event=event, email=person.email, calendar_sequence=1)


STEPS = {
    "event_moved": lambda event, **by: changes.move_event(
        event=event, now=now(), **by, **values_of(event, starts_on=soon(), ends_on=soon())
    ),
    "event_postponed": lambda event, **by: changes.postpone_event(event=event, reason="Storm.", **by),
    "event_cancelled": lambda event, **by: changes.cancel_event(event=event, reason="Storm.", **by),
}


@pytest.mark.parametrize("kind", STEPS)
def test_who_is_participant_speaker_and_delegate_gets_one_mail_for_all_with_every_entry(everything, manager, kind):
    event = everything.event
    STEPS[kind](event, actor=manager)
    end_with_events(now=now())
    hers = OutboxMessage.objects.filter(recipient_email__iexact=everything.email)
    assert [mail.kind for mail in hers] == [kind]
    (mail,) = hers
    files = [vobject.readOne(file) for file in files_of(mail.calendar)]
    sessions = Session.objects.filter(event=event)
    assert [file.vevent.uid.value for file in files] == [uid_of(event), *map(uid_of, sessions)]
    assert {file.method.value for file in files} == {"REQUEST" if kind == "event_moved" else "CANCEL"}
    assert mail.body_text.count("“Cold atoms”: ") == 2
    if kind == "event_moved":
        for words in ("Are you still coming?", "the itinerary", "Your pages of the mission: http"):
            assert words in mail.body_text
    else:
        assert ("Your registration has ended" if kind == "event_cancelled" else "stays as it is") in mail.body_text


def test_a_new_date_after_postponing_is_one_mail_too(everything, manager):
    event = everything.event
    changes.postpone_event(event=event, reason="Storm.", actor=manager)
    changes.set_new_date(event=event, starts_on=soon(90), actor=manager, now=now())
    hers = OutboxMessage.objects.filter(recipient_email__iexact=everything.email).order_by("pk")
    assert [mail.kind for mail in hers] == ["event_postponed", "event_new_date"]
    assert len({mail.order_key for mail in hers}) == 1
    before, after = ([vobject.readOne(file).vevent for file in files_of(mail.calendar)] for mail in hers)
    assert [entry.uid.value for entry in before] == [entry.uid.value for entry in after]
    assert all(int(new.sequence.value) > int(old.sequence.value) for old, new in zip(before, after, strict=True))


def test_a_plan_that_moves_tells_only_who_has_it_in_the_calendar(world, manager):
    event = an_event(world.north, "planned")
    speaker = a_speaker(event)
    a_speaker(event, "Curie", state="invited")
    placed_session(event, speaker)
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, starts_on=soon()))
    assert [(mail.kind, mail.recipient_email) for mail in OutboxMessage.objects.all()] == [
        ("event_moved", speaker.email)
    ]


@pytest.mark.parametrize(("language", "reads"), [("en", "A typhoon."), ("ja", "台風のためです。")])
@pytest.mark.parametrize("step", [changes.postpone_event, changes.cancel_event])
def test_everybody_reads_the_reason_in_her_language(event, manager, step, language, reads):
    RegistrationFactory(event=event, language=language)
    a_speaker(event, language=language)
    step(event=event, actor=manager, reason="A typhoon.", reason_ja="台風のためです。")
    end_with_events(now=now())
    told = list(OutboxMessage.objects.all())
    assert len(told) == 2
    for mail in told:
        assert reads in mail.body_text and ("typhoon" in mail.body_text) == (language == "en"), mail.kind


def test_without_a_japanese_reason_the_english_one_is_read(event, manager):
    RegistrationFactory(event=event, language="ja")
    changes.postpone_event(event=event, actor=manager, reason="A typhoon.")
    assert "A typhoon." in mails("event_postponed")[0].body_text


def test_a_plan_put_off_and_called_off_writes_to_nobody(world, manager):
    event = an_event(world.north, "planned")
    a_speaker(event, state="invited")
    changes.postpone_event(event=event, actor=manager, reason="Later.")
    changes.cancel_event(event=event, actor=manager, reason="Never.")
    assert event.state == "cancelled" and not OutboxMessage.objects.exists()


# -- deleting and inviting ---------------------------------------------------------------------------------------------
def test_only_drafts_are_deleted(world, manager, event):
    draft = an_event(world.north, "idea")
    services.delete_draft(event=draft, actor=manager)
    with pytest.raises(PermissionDenied):
        services.delete_draft(event=event, actor=manager)


def test_people_are_invited_once(event, manager):
    lines = "Ada Lovelace <ada@example.org>\n\nbob@example.org"
    assert services.invite_people(event=event, addresses=lines, language="en", actor=manager, now=now()) == 2
    again = "ADA@example.org\ncleo@example.org"
    assert services.invite_people(event=event, addresses=again, language="ja", actor=manager, now=now()) == 1
    assert [mail.recipient_email for mail in mails("event_invitation")] == [
        "ada@example.org",
        "bob@example.org",
        "cleo@example.org",
    ]


def test_one_wrong_line_and_nobody_is_written_to(event, manager):
    with pytest.raises(StepError, match="line 2"):
        services.invite_people(
            event=event, addresses="ada@example.org\nnobody", language="en", actor=manager, now=now()
        )
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_mail_can_be_read_in_both_languages(event, manager, language):
    RegistrationFactory(event=event, language=language, email="reader@example.org")
    services.invite_people(event=event, addresses="x@example.org", language=language, actor=manager, now=now())
    changes.move_event(event=event, actor=manager, now=now(), **values_of(event, venue_en="Hall B"))
    changes.postpone_event(event=event, actor=manager, reason="Ill.")
    changes.set_new_date(event=event, starts_on=soon(), actor=manager, now=now())
    title = event.title_ja if language == "ja" else event.title_en
    for mail in OutboxMessage.objects.filter(language=language):
        assert title in mail.body_text, mail.kind


def test_a_mission_with_scheduled_meetings_keeps_its_days_until_it_is_postponed(world):
    mission = build_mission(world.south)
    Event.objects.filter(pk=mission.event.pk).update(summary_en="A day of meetings.", summary_ja="商談の一日です。")
    mission.event.refresh_from_db()
    mission.meeting("scheduled")
    later = mission.event.starts_on + dt.timedelta(days=7)
    days = {"starts_on": later, "ends_on": later}
    with pytest.raises(StepError, match="meetings are scheduled"):
        changes.move_event(event=mission.event, actor=world.south.manager, now=now(), **days)
    mission.event.refresh_from_db()
    assert mission.event.starts_on != later
    changes.move_event(event=mission.event, actor=world.south.manager, now=now(), venue_en="Another hall")
    changes.postpone_event(event=mission.event, actor=world.south.manager, reason="Storm")
    call_off_with_events(now=now())
    changes.set_new_date(event=mission.event, actor=world.south.manager, now=now(), **days)
    mission.event.refresh_from_db()
    assert mission.event.starts_on == later
