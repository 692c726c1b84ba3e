"""After the event: that it took place, the numbers as the rows tell them, the report and its papers."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from pypdf import PdfReader

from portal.core.workflow import StepError
from portal.documents.models import Letter
from tests.factories.events import a_speaker, an_event
from tests.factories.registrations import RegistrationFactory
from workshops.models import CheckIn
from workshops.reminders.event import events_without_report
from workshops.services import event_report as services
from workshops.services.event import NotReady, archive_due_events

pytestmark = pytest.mark.django_db
TEXT = {"report_en": "Good talks.", "report_ja": "良い講演でした。"}


def now():
    return timezone.now()


@pytest.fixture
def event(world):
    return an_event(world.north, "held", days=-3)


def came(event, country, **fields):
    return RegistrationFactory(event=event, state="attended", affiliation_country=country, **fields)


def test_nothing_is_known_where_there_are_no_rows(event):
    assert set(services.figures_of(event).values()) == {None}


def test_the_numbers_are_counted_from_the_rows(event):
    for country in ("JP", "JP", "US", "IT", ""):
        came(event, country)
    RegistrationFactory(event=event, state="no_show", affiliation_country="FR")
    RegistrationFactory(event=event, state="cancelled", affiliation_country="DE")
    a_speaker(event, "Noether", affiliation_country="US"), a_speaker(event, "Sato", affiliation_country="JP")
    a_speaker(event, "Curie", state="declined", affiliation_country="FR")
    assert services.figures_of(event) == {
        "registered_count": 6,
        "attended_count": 5,
        "overseas_count": 2,
        "countries_count": 3,
        "speakers_count": 2,
        "overseas_speakers_count": 1,
    }


def test_somebody_at_the_door_has_come_and_a_slip_taken_back_has_not(event):
    inside, slip = RegistrationFactory(event=event), RegistrationFactory(event=event)
    CheckIn.objects.create(registration=inside, at=now(), way="list")
    CheckIn.objects.create(registration=slip, at=now(), way="list", undone_at=now())
    assert services.figures_of(event)["attended_count"] == 1


def test_without_a_check_at_the_door_attendance_is_unknown_and_not_zero(event):
    RegistrationFactory(event=event)
    figures = services.figures_of(event)
    assert (figures["registered_count"], figures["attended_count"]) == (1, None)


def test_what_was_entered_goes_before_what_is_counted(event):
    came(event, "US")
    event.attended_count = 0
    shown = services.prefilled(event)
    assert (shown["attended_count"], shown["registered_count"]) == (0, 1)


# -- that it took place ------------------------------------------------------------------------------------------------
def test_it_took_place_when_somebody_was_checked_in_or_heads_were_counted(world):
    event = an_event(world.north, "registration_closed", days=-1)
    with pytest.raises(NotReady, match="head count"):
        services.mark_event_held(event=event, actor=world.north.manager, now=now())
    services.mark_event_held(event=event, attended_count=0, actor=world.north.manager, now=now())
    assert (event.state, event.attended_count) == ("held", 0)


def test_an_event_that_has_not_begun_did_not_take_place(world):
    event = an_event(world.north, "registration_closed", days=2)
    with pytest.raises(StepError, match="not begun"):
        services.mark_event_held(event=event, attended_count=5, actor=world.north.manager, now=now())


@pytest.mark.parametrize("state", ["announced", "registration_open"])
def test_what_the_clock_left_open_is_closed_on_the_way(world, state):
    event = an_event(world.north, state, days=-1)
    services.mark_event_held(event=event, attended_count=5, actor=world.north.manager, now=now())
    assert event.state == "held"


# -- the report --------------------------------------------------------------------------------------------------------
def test_a_report_is_printed_in_both_languages_with_zero_and_without_the_unknown(event, world):
    event.title_en, event.title_ja = "Quantum day", "量子の日"
    event.save()
    values = {**TEXT, "registered_count": 12, "attended_count": 0, "overseas_count": None}
    services.file_report(event=event, values=values, actor=world.north.manager, now=now())
    assert event.state == "reported" and event.reported_at
    texts = {}
    for letter in services.papers_of(event):
        with letter.file.file.open("rb") as file:
            texts[letter.language] = PdfReader(io.BytesIO(file.read())).pages[0].extract_text()
    assert "Quantum day" in texts["en"] and "Good talks." in texts["en"]
    assert "量子の日" in texts["ja"] and "良い講演でした。" in texts["ja"]
    assert "Attended" in texts["en"] and "Countries" not in texts["en"]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"attended_count": 9, "overseas_count": 20}, "overseas_count"),
        ({"attended_count": 2, "countries_count": 3}, "countries_count"),
        ({"registered_count": 5, "overseas_count": 6}, "overseas_count"),
        ({"speakers_count": 1, "overseas_speakers_count": 2}, "overseas_speakers_count"),
    ],
)
def test_a_part_that_is_more_than_its_whole_is_refused_where_it_stands(event, world, values, wrong):
    for act in (services.save_report, services.file_report):
        more = {} if act is services.save_report else {"now": now()}
        with pytest.raises(ValidationError) as refusal:
            act(event=event, values={**TEXT, **values}, actor=world.north.manager, **more)
        assert list(refusal.value.message_dict) == [wrong]
    assert not Letter.objects.exists()


def test_page_paper_and_figure_count_the_people_who_are_recorded_as_having_come(event, world):
    for country in ("JP", "US", "US"):
        came(event, country)
    with pytest.raises(ValidationError, match="having come: 3") as refusal:
        services.file_report(event=event, values={**TEXT, "attended_count": 9}, actor=world.north.manager, now=now())
    assert list(refusal.value.message_dict) == ["attended_count"]
    services.file_report(event=event, values={**TEXT, "attended_count": None}, actor=world.north.manager, now=now())
    assert event.attended_count == 3
    with pytest.raises(ValidationError, match="having come: 3"):
        services.correct_report(event=event, values={"attended_count": 4}, actor=world.north.manager, now=now())


def test_a_head_count_beside_the_people_who_were_checked_in_is_asked_about(world):
    event = an_event(world.north, "registration_closed", days=-1)
    came(event, "JP")
    with pytest.raises(StepError, match="having come: 1"):
        services.mark_event_held(event=event, attended_count=9, actor=world.north.manager, now=now())
    services.mark_event_held(event=event, attended_count=1, actor=world.north.manager, now=now())


def test_a_report_without_a_word_is_not_filed(event, world):
    with pytest.raises(NotReady, match="few sentences"):
        services.file_report(event=event, actor=world.north.manager, now=now())
    assert not Letter.objects.exists()


def test_a_correction_makes_a_new_edition_and_keeps_the_day(event, world):
    services.file_report(event=event, values=TEXT, actor=world.north.manager, now=now())
    filed = event.reported_at
    services.correct_report(event=event, values={**TEXT, "attended_count": 9}, actor=world.north.manager, now=now())
    assert (event.reported_at, event.attended_count) == (filed, 9)
    assert Letter.objects.count() == 4 and len(services.papers_of(event)) == 2
    with pytest.raises(StepError, match="Nothing has been changed"):
        services.correct_report(event=event, values={**TEXT, "attended_count": 9}, actor=world.north.manager, now=now())


def test_only_its_organisers_write_it(event, world):
    for act in (services.save_report, services.correct_report):
        arguments = {} if act is services.save_report else {"now": now()}
        with pytest.raises(PermissionDenied):
            act(event=event, values=TEXT, actor=world.south.manager, **arguments)


def test_the_organisers_are_reminded_until_the_report_is_filed(event, world):
    (due,) = events_without_report(now=now())
    assert (due.subject, due.anchor, due.deadline) == (event, event.last_on, event.last_on + dt.timedelta(days=30))
    assert [reader.email for reader in due.recipients] == [world.north.manager.email]
    services.file_report(event=event, values=TEXT, actor=world.north.manager, now=now())
    assert list(events_without_report(now=now())) == []


def test_a_year_after_its_report_the_event_goes_to_the_archive(event, world):
    services.file_report(event=event, values=TEXT, actor=world.north.manager, now=now())
    assert archive_due_events(now=now() + dt.timedelta(days=364)) == 0
    assert archive_due_events(now=now() + dt.timedelta(days=366)) == 1
