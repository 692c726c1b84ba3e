"""Figures of events, their people and their meetings, worked out by hand."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.figures import Period, Subject, compute, find_subject
from tests.factories import OrganisationFactory, PersonFactory
from tests.factories.events import a_speaker, an_event
from tests.factories.missions import build_mission
from tests.factories.registrations import RegistrationFactory
from workshops.models import CheckIn

pytestmark = pytest.mark.django_db
D = dt.date
DAY, FY2025 = D(2025, 6, 1), Period.fiscal(2025)


def north(world) -> Subject:
    return Subject.of("alliance", world.north.alliance)


def held(world, day: D = DAY, state="held", **fields):
    return an_event(world.north, state, **{"starts_on": day, "starts_time": None, "ends_time": None, **fields})


def value(code, subject, period=FY2025):
    return compute(code, subject=subject, period=period).value


def parts(code, subject, period=FY2025):
    return {part.key: part.value for part in compute(code, subject=subject, period=period).parts()}


def about(event) -> Subject:
    return Subject.of("event", event)


def test_events_held_are_counted_by_kind_and_guesses_are_unknown(world):
    held(world)
    held(world, state="reported", kind="symposium")
    held(world, state="archived")
    held(world, state="announced")
    held(world, state="cancelled")
    held(world, D(2026, 4, 1))
    held(world, evidence="inferred")
    held(world, state="", date_precision="month")
    held(world, D(2025, 1, 1), date_precision="year")
    result = compute("W01", subject=north(world), period=FY2025)
    assert (result.value, result.unknown) == (3, 3)
    assert {part.key: part.value for part in result.parts()} == {"workshop": 2, "symposium": 1}


def test_splitting_a_year_of_events_and_adding_gives_the_year(world):
    for month in range(4, 13):
        held(world, D(2025, month, 28))
    quarters = [Period.quarter(2025, number) for number in (1, 2, 3, 4)]
    assert [value("W01", north(world), quarter) for quarter in quarters] == [3, 3, 3, 0]
    assert value("W01", north(world)) == 9


def test_an_international_symposium_was_held_not_held_or_nobody_knows(world):
    assert value("W02", north(world)) is False
    symposium = held(world, kind="symposium")
    assert compute("W02", subject=north(world), period=FY2025).text == "—"
    symposium.overseas_count = 0
    symposium.save()
    assert value("W02", north(world)) is False
    a_speaker(symposium, affiliation_country="US")
    assert value("W02", north(world)) is True
    assert compute("W02", subject=north(world), period=FY2025).text == "yes"


def test_registered_is_not_attended_and_empty_is_unknown(world):
    event = held(world, registered_count=1200, attended_count=None)
    assert parts("W03", about(event)) == {"registered": 1200, "attended": None}
    assert value("W03", about(event)) is None
    event.attended_count = 0
    event.save()
    assert value("W03", about(event)) == 0


def test_people_at_the_door_count_before_a_reported_number(world):
    event = held(world, registered_count=99, attended_count=99)
    for state in ("attended", "confirmed", "no_show", "cancelled", "waitlisted"):
        RegistrationFactory(event=event, state=state)
    came_in = RegistrationFactory(event=event, state="confirmed")
    CheckIn.objects.create(registration=came_in, at=timezone.now(), way="list")
    taken_back = RegistrationFactory(event=event, state="confirmed")
    CheckIn.objects.create(registration=taken_back, at=timezone.now(), way="list", undone_at=timezone.now())
    assert parts("W03", about(event)) == {"registered": 5, "attended": 2}
    rate = compute("W04", subject=about(event))
    assert (rate.numerator, rate.denominator, rate.value) == (2, 5, 40)


def test_there_is_no_show_up_rate_of_a_head_count(world):
    event = held(world, registered_count=100, attended_count=80)
    RegistrationFactory(event=event, state="confirmed")
    assert compute("W04", subject=about(event)).text == "—"


def test_countries_are_of_those_who_came_and_the_registered_apart(world):
    event = held(world)
    RegistrationFactory(event=event, state="attended", affiliation_country="JP")
    RegistrationFactory(event=event, state="attended", affiliation_country="")
    RegistrationFactory(
        event=event, state="attended", affiliation_country="", affiliation=OrganisationFactory(country="FR")
    )
    RegistrationFactory(event=event, state="no_show", affiliation_country="US")
    result = compute("W05", subject=about(event))
    assert (result.value, result.unknown) == (2, 1)
    assert parts("W05", about(event)) == {"FR": 1, "JP": 1, "registered": 3}


def test_overseas_speakers_are_relative_to_the_country_of_the_event(world):
    for number, country in enumerate(("US", "JP", "")):
        a_speaker(held(world, series_code="talks"), f"Speaker{number}", affiliation_country=country)
    a_speaker(held(world, series_code="talks"), "Chair", role="chair", affiliation_country="US")
    a_speaker(held(world, series_code="other"), "Elsewhere", affiliation_country="US")
    result = compute("W06", subject=find_subject("series:talks"))
    assert (result.value, result.denominator, result.unknown) == (1, 3, 1)
    assert len(result.ids()) == 1


def test_of_a_series_without_named_speakers_nobody_knows(world):
    event = held(world, series_code="talks")
    assert compute("W06", subject=about(event)).value is None


def test_early_career_share_of_those_who_came(world):
    event = held(world)
    for stage in ("doctoral_student", "postdoc", "faculty", ""):
        RegistrationFactory(event=event, state="attended", career_stage=stage)
    RegistrationFactory(event=event, state="no_show", career_stage="postdoc")
    result = compute("W07", subject=about(event))
    assert (result.numerator, result.denominator, result.unknown, result.value) == (2, 4, 1, 50)


def test_small_workshops_have_at_most_as_many_people_as_the_setting_says(world, settings):
    held(world, attended_count=40)
    held(world, attended_count=41)
    held(world, attended_count=None)
    held(world, attended_count=10, kind="symposium")
    result = compute("W08", subject=north(world), period=FY2025)
    assert (result.value, result.unknown) == (1, 1)
    settings.SMALL_WORKSHOP_ATTENDED = 41
    assert value("W08", north(world)) == 2


def test_outreach_adds_up_what_is_known_and_says_what_is_not(world):
    held(world, kind="outreach", attended_count=700, audience="high_school")
    held(world, kind="outreach", attended_count=100, audience="elementary|junior_high")
    held(world, kind="outreach", attended_count=None, audience="high_school")
    result = compute("W09", subject=north(world), period=FY2025)
    assert (result.value, result.unknown) == (800, 1)
    assert parts("W09", north(world)) == {"high_school": 700, "elementary|junior_high": 100}


def test_meetings_become_deals_within_twelve_months(world):
    mission = build_mission(world.north)
    for number in range(3):
        people = {
            "requester": mission.delegate(f"Asker{number}", company=mission.travelling),
            "invitee": mission.delegate(f"Asked{number}", company=mission.receiving),
        }
        meeting = mission.meeting("held", slot=mission.slots[number], **people)
        day = timezone.localtime(meeting.starts_at).date()
        outcome_on = [day.replace(year=day.year + 1) - dt.timedelta(days=2), day + dt.timedelta(days=400), None][number]
        mission.follow_up(meeting, outcome="nda" if outcome_on else "none", outcome_on=outcome_on)
    mission.meeting("requested")
    result = compute("S06", subject=about(mission.event))
    assert (result.numerator, result.denominator) == (1, 3)
    assert compute("W10", subject=about(mission.event)).value == 2


def test_invented_people_stay_out(world, settings):
    settings.PORTAL_DEMO = False
    event = held(world)
    RegistrationFactory(event=event, state="attended", source="invented")
    RegistrationFactory(event=event, state="attended", person=PersonFactory())
    assert value("W03", about(event), Period.whole()) == 1
    assert compute("W04", subject=about(event)).denominator == 1


def test_events_of_another_alliance_are_not_counted(world):
    held(world)
    an_event(world.south, "held", starts_on=D(2025, 6, 1), starts_time=None, ends_time=None)
    assert value("W01", north(world)) == 1
    assert compute("W01", period=FY2025).value == 2
