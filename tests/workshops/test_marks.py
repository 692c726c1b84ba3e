"""Lists of words are joined by the marks of the reader's language, wherever they are printed."""

import pytest
from django.utils import timezone, translation

from portal.documents.models import Letter
from tests.factories.events import a_speaker, an_event
from tests.factories.registrations import RegistrationFactory
from workshops.emails.registration import place_of
from workshops.emails.speakers import session_entry
from workshops.letters.registration import issue_attendance_certificate
from workshops.models import Meeting, MeetingTable, Room, Session
from workshops.schedules import place_of as place_of_meeting

pytestmark = pytest.mark.django_db
JOINED = {"en": ", ", "ja": "、"}


@pytest.fixture
def event(world):
    return an_event(world.north, "held", days=-3, format="on_site", venue_ja="Hall A")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_places_in_mails_calendars_and_papers(event, world, language):
    mark, city = JOINED[language], {"en": "Sendai", "ja": "仙台"}[language]
    registration = RegistrationFactory(event=event, state="attended")
    room = Room.objects.create(event=event, code="room", name_en="Room 1", name_ja="Room 1", timezone=event.timezone)
    session = Session.objects.create(
        event=event, title_en="Talk", starts_at=event.starts_at, ends_at=event.ends_at, room=room,
        timezone=event.timezone,
    )  # fmt: skip
    entry = session_entry(session, language=language, attendee=a_speaker(event))
    assert entry.location == f"Room 1{mark}Hall A{mark}{city}"
    with translation.override(language):
        assert place_of(registration) == f"Hall A{mark}{city}"
        table = MeetingTable(name_en="Table 1", name_ja="Table 1", place_en="Hall", place_ja="Hall")
        assert place_of_meeting(Meeting(table=table)) == f"Table 1{mark}Hall"
    letter = issue_attendance_certificate(
        registration, language=language, actor=world.north.manager, now=timezone.now()
    )
    assert Letter.objects.get(pk=letter.pk).context["venue"] == f"Hall A{mark}{city}"
