"""Speakers: invited by a personal link, answering without an account, telling about themselves, counted as they are."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from icalendar import Calendar
from PIL import Image

from portal.core import audit
from portal.core.links import LinkExpired, token_of
from portal.core.workflow import IllegalTransition, ReasonMissing, StepError
from portal.documents.models import StoredFile
from tests.factories import OrganisationFactory, PersonFactory
from tests.factories.programme import (
    accepted,
    at,
    event_of,
    invited,
    mails,
    organiser_of,
    session_in,
    speaker_of,
    token_in,
)
from workshops.models import EventPerson
from workshops.querysets.speakers import overseas_speakers
from workshops.services import speakers
from workshops.workflows.programme import SESSION, SPEAKER

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def picture(**exif) -> SimpleUploadedFile:
    drawn, data = io.BytesIO(), Image.Exif()
    data[0x010F] = "Camera of Hanako"
    Image.new("RGB", (2000, 1500), "navy").save(drawn, "JPEG", exif=data)
    return SimpleUploadedFile("私の写真.jpg", drawn.getvalue(), content_type="image/jpeg")


# -- inviting ----------------------------------------------------------------------------------------------------------
def test_an_invitation_carries_a_link_in_the_readers_language(side, event):
    speaker, token = invited(side, event, language="ja", name_ja="見本花子")
    (mail,) = mails("speaker_invited")
    assert (mail.recipient_email, mail.recipient_name, mail.language) == (speaker.email, "見本花子", "ja")
    assert token_in(mail) == token
    assert speaker.state == "invited" and speaker.invited_at and speaker.answer_by


def test_the_secret_is_not_kept(side, event):
    speaker, token = invited(side, event)
    row = EventPerson.objects.get(pk=speaker.pk)
    assert token not in {str(value) for value in vars(row).values()}
    assert not any(token in str(entry.detail) + str(entry.after) for entry in audit.timeline(row))


def test_nobody_is_invited_without_an_address_into_the_past_or_by_a_stranger(world, side, event):
    actor, later = organiser_of(side), timezone.localdate() + dt.timedelta(days=7)
    with pytest.raises(ValidationError, match="no e-mail address"):
        speakers.invite(event_person=speaker_of(event, "A", email=""), answer_by=later, actor=actor, now=now())
    speaker = speaker_of(event, "B")
    with pytest.raises(ValidationError, match="over"):
        speakers.invite(
            event_person=speaker, answer_by=timezone.localdate() - dt.timedelta(days=2), actor=actor, now=now()
        )
    for stranger in (world.south.manager, side.home_office, side.fellow):
        with pytest.raises(PermissionDenied):
            speakers.invite(event_person=speaker, answer_by=later, actor=stranger, now=now())
    assert mails() == []


def test_reminders_repeat_the_link_and_go_once_a_day(side, event):
    speaker, token = invited(side, event)
    actor, at_noon = organiser_of(side), now()
    speakers.remind(event_person=speaker, actor=actor, now=at_noon)
    assert token_in(mails("speaker_reminded")[0]) == token
    with pytest.raises(StepError, match="24 hours"):
        speakers.remind(event_person=speaker, actor=actor, now=at_noon + dt.timedelta(hours=3))
    speakers.remind(event_person=speaker, actor=actor, now=at_noon + dt.timedelta(days=1))
    assert len(mails("speaker_reminded")) == 2
    speakers.decline(event_person=speaker, now=now())
    with pytest.raises(PermissionDenied):
        speakers.remind(event_person=speaker, actor=actor, now=at_noon + dt.timedelta(days=3))


# -- answering ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("act", "state", "subject"),
    [
        (speakers.accept, "accepted", "comes to"),
        (speakers.decline, "declined", "does not come to"),
    ],
)
def test_the_organisers_are_told_of_every_answer(side, event, act, state, subject):
    organiser = organiser_of(side)
    speaker, _token = invited(side, event)
    act(event_person=speaker, message="With pleasure, but late.", now=now())
    speaker.refresh_from_db()
    assert (speaker.state, speaker.message) == (state, "With pleasure, but late.")
    (mail,) = mails("speaker_answered", to=organiser.email)
    assert subject in mail.subject and "With pleasure" in mail.body_text


def test_one_answers_once_and_may_take_a_promise_back(side, event):
    speaker, _token = invited(side, event)
    speakers.accept(event_person=speaker, now=now())
    with pytest.raises(IllegalTransition):
        speakers.decline(event_person=speaker, now=now())
    speakers.withdraw(event_person=speaker, message="Ill.", now=now())
    assert EventPerson.objects.get(pk=speaker.pk).state == "withdrawn"
    assert "cannot come" in mails("speaker_answered")[-1].subject


def test_accepting_brings_the_sessions_into_the_calendar_and_withdrawing_takes_them_out(side, event):
    speaker, _token = invited(side, event)
    session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")], confirmed=True)
    assert mails("session_scheduled") == []
    speakers.accept(event_person=speaker, now=now())
    speakers.withdraw(event_person=speaker, now=now())
    sent = [*mails("session_scheduled"), *mails("session_dropped")]
    told = [Calendar.from_ical(mail.calendar) for mail in sent]
    assert [str(calendar["METHOD"]) for calendar in told] == ["REQUEST", "CANCEL"]
    entries = [calendar.walk("VEVENT")[0] for calendar in told]
    assert entries[0]["UID"] == entries[1]["UID"] and entries[0]["SEQUENCE"] < entries[1]["SEQUENCE"]


def test_the_desk_writes_down_what_it_hears_and_is_named_in_the_history(side, event):
    speaker, _token = invited(side, event)
    organiser = organiser_of(side)
    speakers.accept(event_person=speaker, message="By telephone.", actor=organiser, now=now())
    entry = audit.timeline(speaker).get(verb="event_person.accept")
    assert entry.actor == organiser and entry.reason == "By telephone."


def test_others_do_not_answer(world, side, event):
    speaker, _token = invited(side, event)
    for stranger in (world.south.manager, side.fellow, side.home_office):
        with pytest.raises(PermissionDenied):
            speakers.accept(event_person=speaker, actor=stranger, now=now())
    never_invited = speaker_of(event, "Never")
    with pytest.raises(PermissionDenied):
        speakers.accept(event_person=never_invited, now=now())


def test_who_is_taken_off_is_told_why_and_the_link_ends(side, event):
    speaker, token = invited(side, event)
    actor = organiser_of(side)
    with pytest.raises(ReasonMissing):
        speakers.take_off(event_person=speaker, reason="", actor=actor, now=now())
    speakers.take_off(event_person=speaker, reason="The programme became shorter.", actor=actor, now=now())
    (mail,) = mails("speaker_taken_off", to=speaker.email)
    assert "became shorter" in mail.body_text
    assert speakers.behind_link(token=token, now=now()) is None
    noted = speaker_of(event, "Noted")
    speakers.take_off(event_person=noted, reason="Never asked.", actor=actor, now=now())
    assert mails("speaker_taken_off", to=noted.email) == []


def test_who_declined_can_be_invited_again_by_a_fresh_link(side, event):
    speaker, token = invited(side, event)
    speakers.decline(event_person=speaker, now=now())
    later = now() + dt.timedelta(hours=1)
    speakers.invite(
        event_person=speaker, answer_by=later.date() + dt.timedelta(days=3), actor=organiser_of(side), now=later
    )
    assert speakers.behind_link(token=token, now=now()) is None
    assert speakers.behind_link(token=token_in(mails("speaker_invited")[-1]), now=now()) == speaker


# -- links -------------------------------------------------------------------------------------------------------------
def test_a_link_lives_until_the_slides_are_in_and_a_fresh_one_goes_to_the_address_on_record(side, event):
    speaker, token = invited(side, event)
    late = speaker.token_expires_at
    assert late.date() > event.starts_on
    with pytest.raises(LinkExpired):
        speakers.behind_link(token=token, now=late)
    with pytest.raises(LinkExpired):
        speakers.accept(event_person=speaker, now=late)
    speakers.renew_link(event_person=speaker, now=late)
    (mail,) = mails("speaker_link")
    assert mail.recipient_email == speaker.email and token_in(mail) != token
    assert speakers.behind_link(token=token, now=late) is None


def test_a_link_that_still_works_is_not_replaced_by_its_holder(side, event):
    speaker, _token = invited(side, event)
    with pytest.raises(StepError, match="still works"):
        speakers.renew_link(event_person=speaker, now=now())


# -- what speakers add -------------------------------------------------------------------------------------------------
def test_a_speaker_tells_page_by_page_what_is_missing(side, event):
    speaker = accepted(side, event)
    assert speakers.missing(speaker) == ["talk", "about", "portrait", "consents", "needs"]
    values = {"talk_title_en": "Cold detectors", "abstract_ja": "極低温"}
    speakers.save_section(event_person=speaker, section="talk", values=values, now=now())
    speakers.save_section(
        event_person=speaker, section="needs", values={"needs_travel": False, "needs_visa_letter": True}, now=now()
    )
    speaker.refresh_from_db()
    assert (speaker.talk_title, speaker.abstract, speaker.needs_visa_letter) == ("Cold detectors", "極低温", True)
    assert speakers.missing(speaker) == ["about", "portrait", "consents"]


def test_a_section_writes_its_own_fields_alone(side, event):
    speaker = accepted(side, event)
    speakers.save_section(
        event_person=speaker, section="talk", values={"email": "other@example.org", "state": "planned"}, now=now()
    )
    row = EventPerson.objects.get(pk=speaker.pk)
    assert (row.email, row.state) == (speaker.email, "accepted")


def test_consents_are_kept_one_by_one_with_their_time_and_unasked_ones_stay_unknown(side, event):
    speaker = accepted(side, event)
    first = now()
    speakers.save_consents(event_person=speaker, answers={"photo": True, "recording": False}, now=first)
    row = EventPerson.objects.get(pk=speaker.pk)
    assert (row.consent_photo, row.consent_recording, row.consent_publication) == (True, False, None)
    assert (row.consent_photo_at, row.consent_publication_at) == (first, None)
    later = first + dt.timedelta(days=1)
    speakers.save_consents(event_person=speaker, answers={"photo": False, "recording": False}, now=later)
    row.refresh_from_db()
    assert (row.consent_photo_at, row.consent_recording_at) == (later, first)


def test_a_portrait_is_drawn_anew_without_what_the_camera_wrote(side, event):
    speaker = speakers.put_portrait(event_person=accepted(side, event), upload=picture())
    with speaker.photo.file.open("rb") as content, Image.open(content) as drawn:
        assert max(drawn.size) <= 900 and not drawn.getexif()
    first = speaker.photo.pk
    speaker = speakers.put_portrait(event_person=speaker, upload=picture())
    assert not StoredFile.objects.filter(pk=first).exists()
    speaker = speakers.remove_portrait(event_person=speaker)
    assert speaker.photo is None and not StoredFile.objects.exists()


def test_what_is_no_picture_is_refused_with_a_sentence(side, event):
    speaker = accepted(side, event)
    with pytest.raises(ValidationError, match="JPEG, PNG"):
        speakers.put_portrait(event_person=speaker, upload=SimpleUploadedFile("cv.pdf", b"%PDF-1.7 ... %%EOF"))


def test_after_declining_nothing_can_be_changed_by_the_link(side, event):
    speaker, _token = invited(side, event)
    speakers.decline(event_person=speaker, now=now())
    for act in (
        lambda: speakers.save_section(event_person=speaker, section="talk", values={"talk_title_en": "X"}, now=now()),
        lambda: speakers.save_consents(event_person=speaker, answers={"photo": True}, now=now()),
        lambda: speakers.put_portrait(event_person=speaker, upload=picture()),
    ):
        with pytest.raises(StepError, match="closed"):
            act()


# -- who it is ---------------------------------------------------------------------------------------------------------
def test_people_are_suggested_by_address_and_name_and_linked_by_somebody(side, event):
    actor = side.manager
    by_address = PersonFactory(family_name="Different", email="mihon@example.org", organisation=side.host)
    by_name = PersonFactory(family_name="Mihón", given_name="Hanako", organisation=side.host)
    PersonFactory(family_name="Mihon", given_name="Hanako")  # of another organisation: not seen by this desk
    speaker = speaker_of(event)
    assert speakers.suggested_people(speaker, actor) == [by_address, by_name]
    assert EventPerson.objects.get(pk=speaker.pk).person is None
    speakers.link_person(event_person=speaker, person=by_name, actor=actor)
    assert EventPerson.objects.get(pk=speaker.pk).person == by_name
    speakers.unlink_person(event_person=speaker, reason="A namesake.", actor=actor)
    assert [entry.verb for entry in audit.timeline(speaker)] == ["event_person.unlinked", "event_person.linked"]


def test_overseas_is_relative_to_the_country_of_the_event_and_unknown_stays_unknown(side, event):
    abroad, home = OrganisationFactory(country="US"), OrganisationFactory(country="JP")
    state = {"state": "accepted"}
    one = speaker_of(event, "Abroad", affiliation=abroad, **state)
    speaker_of(event, "Home", affiliation=home, **state)
    moved = speaker_of(event, "Moved", affiliation=home, affiliation_country="DE", **state)
    speaker_of(event, "Unknown", **state)
    speaker_of(event, "Chairs", affiliation=abroad, role="chair", **state)
    speaker_of(event, "Asked", affiliation=abroad, state="invited", invited_at=now())
    speaker_of(event, "Abroad", affiliation=abroad, role="panellist", **state)  # the same person twice
    counts = event.people.speaker_counts()
    assert (counts.speakers, counts.overseas, counts.unknown, counts.known) == (4, 2, 1, 3)
    assert {one.pk, moved.pk} <= set(overseas_speakers(event).values_list("pk", flat=True))
    assert [one.is_overseas, EventPerson.objects.get(family_name="Unknown").is_overseas] == [True, None]
    event.country = ""
    event.save()
    counts = event.people.speaker_counts()
    assert (counts.overseas, counts.unknown) == (0, 4)


def test_records_are_read_by_the_desk_of_the_event_and_by_nobody_else(world, side, event):
    speaker = accepted(side, event)
    readers = {
        name for name, user in {**side.users, "south": world.south.manager}.items()
        if EventPerson.objects.visible_to(user).filter(pk=speaker.pk).exists()
    }  # fmt: skip
    assert readers == {"manager", "alliance_admin", "kpi_auditor"}
    assert not EventPerson.objects.visible_to(None).exists()


@pytest.mark.parametrize("workflow", [SPEAKER, SESSION], ids=["speaker", "session"])
def test_every_step_is_taken_by_the_desk_of_the_event_and_not_by_another(world, side, event, workflow):
    row = speaker_of(event) if workflow is SPEAKER else session_in(side, event, at(event, "10:00", "11:00"))
    for step in workflow.transitions:
        for state in step.sources:
            row.state = state
            assert workflow.can(step.name, row, organiser_of(side)) and workflow.can(step.name, row, side.manager)
            for stranger in (world.south.manager, side.home_office, side.fellow, side.kpi_auditor, side.stranger):
                assert not workflow.can(step.name, row, stranger)


def test_every_mail_is_written_in_both_languages(side):
    for language in ("en", "ja"):
        event = event_of(side)
        speaker, _token = invited(side, event, f"Mihon-{language}", language=language)
        session_in(side, event, at(event, "10:00", "11:00"), people=[(speaker, "speaker")], confirmed=True)
        actor = organiser_of(side)
        speakers.remind(event_person=speaker, actor=actor, now=now())
        speakers.accept(event_person=speaker, now=now())
        speakers.renew_link(event_person=speaker, actor=actor, now=now())
        speakers.take_off(event_person=speaker, reason="Because.", actor=actor, now=now())
        written = {mail.kind for mail in mails(to=speaker.email) if mail.language == language}
        assert written == {
            "speaker_invited", "speaker_reminded", "speaker_accepted", "session_scheduled", "speaker_link",
            "speaker_taken_off", "session_dropped",
        }  # fmt: skip
        assert token_of(speaker)
