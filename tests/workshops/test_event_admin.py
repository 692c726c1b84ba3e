"""Events at the desk: what waits, what a step says before it is taken, what cannot be typed any more."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.outbox.models import OutboxMessage
from tests.desk import address, sign_in
from tests.factories.events import a_series, a_speaker, an_event
from tests.factories.organisations import OrganisationFactory
from tests.factories.registrations import RegistrationFactory
from workshops.models import Clash, Event, EventPerson, EventSeries, Meeting, Registration, Room, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, world, settings):
    world.north.manager.language = "en"
    world.north.manager.save()
    return sign_in(client, world.north.manager, settings)


def text(response) -> str:
    return response.content.decode()


def step(event, name):
    return address(Event, "step", event.pk, name)


def change(event):
    return address(Event, "change", event.pk)


def test_the_page_of_an_event_says_how_it_stands(desk, world):
    event = an_event(world.north, "registration_open", capacity=3)
    RegistrationFactory(event=event), RegistrationFactory(event=event, state="waitlisted")
    shown = text(desk.get(change(event)))
    assert "1 taken, 2 free" in shown and "1 is waiting" in shown
    assert "Postpone the event" in shown and "Announce the event" not in shown


def test_the_registrations_of_an_event_show_typed_affiliations_and_lead_to_their_records(desk, world):
    event = an_event(world.north, "registration_open")
    row = RegistrationFactory(event=event, affiliation_other="Somewhere Institute")
    shown = text(desk.get(change(event)))
    assert "Somewhere Institute" in shown
    assert f'<a href="{address(Registration, "change", row.pk)}">{row.person_name}</a>' in shown


def test_what_everybody_has_read_is_changed_by_a_step_and_not_typed_over(desk, world):
    draft, announced = an_event(world.north, "planned"), an_event(world.north)
    assert 'name="starts_on"' in text(desk.get(change(draft)))
    shown = text(desk.get(change(announced)))
    assert 'name="starts_on"' not in shown and 'name="summary_en"' in shown and "Change time or place" in shown


def test_before_a_step_stands_who_will_be_told(desk, world):
    event = an_event(world.north)
    registration = RegistrationFactory(event=event, person_name="Robin Reader")
    shown = text(desk.get(step(event, "postpone")))
    assert "Robin Reader" in shown and "Postponed: " in shown
    event.refresh_from_db(), registration.refresh_from_db()
    assert event.state == "announced"


@pytest.mark.parametrize("state", ["registration_open", "postponed"])
def test_the_page_before_cancelling_says_how_many_people_are_told(desk, world, state):
    event = an_event(world.north, "registration_open")
    Event.objects.filter(pk=event.pk).update(state=state)
    RegistrationFactory(event=event), RegistrationFactory(event=event)
    RegistrationFactory(event=event, state="waitlisted"), RegistrationFactory(event=event, state="cancelled")
    a_speaker(event)
    page = desk.get(step(event, "cancel"))
    assert page.status_code == 200
    assert "2 with a place · 1 is waiting · 1 speaker" in text(page)
    assert page.context["mails"].others + len(page.context["mails"].readable) == 4
    assert not OutboxMessage.objects.exists()


def test_postponing_and_a_new_date_from_the_desk(desk, world):
    event = an_event(world.north)
    desk.post(step(event, "postpone"), {"reason": "A typhoon is coming."})
    event.refresh_from_db()
    assert event.state == "postponed"
    day = timezone.localdate() + dt.timedelta(days=80)
    desk.post(step(event, "set_new_date"), {"starts_on": day.isoformat(), "starts_time": "14:00", "ends_time": "15:00"})
    event.refresh_from_db()
    assert (event.state, event.starts_on, event.starts_time) == ("announced", day, dt.time(14))


def test_an_hour_that_does_not_exist_is_refused_and_nothing_typed_is_lost(desk, world):
    event = an_event(world.north, "postponed", timezone="America/Chicago")
    shown = text(desk.post(step(event, "set_new_date"), {"starts_on": "2027-03-14", "starts_time": "02:30"}))
    assert "does not exist in Chicago time" in shown and 'value="02:30"' in shown


def test_moving_from_the_desk(desk, world):
    event = an_event(world.north, venue_en="Hall A")
    page = desk.get(step(event, "move"))
    values = {name: field.initial for name, field in page.context["form"].fields.items() if field.initial is not None}
    sent = {name: getattr(value, "isoformat", lambda value=value: value)() for name, value in values.items()}
    desk.post(step(event, "move"), {**sent, "venue_en": "Hall B"})
    event.refresh_from_db()
    assert (event.venue_en, event.ical_sequence) == ("Hall B", 1)


@pytest.mark.parametrize(("state", "days", "offered"), [
    ("announced", -1, True), ("registration_open", -1, True), ("registration_closed", -1, True),
    ("registration_closed", 3, False), ("postponed", -1, False),
])  # fmt: skip
def test_that_it_took_place_is_recorded_once_it_has_begun(desk, world, state, days, offered):
    event = an_event(world.north, state, days=days)
    assert (step(event, "mark_held") in text(desk.get(change(event)))) is offered


def test_only_drafts_can_be_deleted(desk, world):
    draft, announced = an_event(world.north, "idea"), an_event(world.north)
    world.north.manager.seats.update(role="event_organiser")
    desk.post(address(Event, "delete", draft.pk), {"post": "yes"})
    desk.post(address(Event, "delete", announced.pk), {"post": "yes"})
    assert list(Event.objects.all()) == [announced]


@pytest.mark.parametrize(
    ("situation", "state", "days"), [("untold", "announced", -2), ("late", "held", -40), ("undated", "postponed", 9)]
)
def test_the_list_finds_what_waits(desk, world, situation, state, days):
    waiting = an_event(world.north, state, days=days, title_en="Waiting")
    an_event(world.north, "announced", days=20, title_en="Well")
    an_event(world.south, state, days=days, title_en="Foreign")
    shown = text(desk.get(address(Event, "changelist"), {"situation": situation}))
    assert waiting.title_en in shown and "Well<" not in shown and "Foreign<" not in shown


@pytest.mark.parametrize("query", ["", "?situation=late", "?q=quantum"])
def test_a_long_list_costs_as_many_queries_as_a_short_one(desk, world, query, django_assert_max_num_queries):
    def number_of(count):
        for _number in range(count):
            RegistrationFactory(event=an_event(world.north, "held", days=-40))
        with django_assert_max_num_queries(60) as asked:
            desk.get(address(Event, "changelist") + query)
        return len(asked)

    desk.get(address(Event, "changelist") + query)
    assert number_of(2) == number_of(10)


def test_the_record_costs_as_many_queries_with_many_people_as_with_few(desk, world, django_assert_max_num_queries):
    event = an_event(world.north, "announced", days=30)
    page = address(Event, "change", event.pk)

    def number_of(count):
        for _number in range(count):
            RegistrationFactory(event=event, affiliation=OrganisationFactory())
        with django_assert_max_num_queries(14) as asked:
            assert desk.get(page).status_code == 200
        return len(asked)

    desk.get(page)
    assert number_of(1) == number_of(8)


def test_a_series_makes_its_events_and_tells_when_an_hour_does_not_exist(desk, world):
    series = a_series(world.north)
    url = address(EventSeries, "step", series.pk, "create_events")
    assert "every 2 weeks, Thursday, 17:00 Chicago time" in text(desk.get(address(EventSeries, "changelist")))
    desk.post(url, {"until": "2027-02-11"})
    assert Event.objects.filter(series_code=series.code).count() == 3
    series.weekday, series.starts_time, series.first_on = "sunday", dt.time(2, 30), dt.date(2027, 3, 14)
    series.save()
    assert "does not exist" in text(desk.post(url, {"until": "2027-03-31"}))


def test_a_series_leads_to_its_events_and_keeps_the_name_they_know_it_by(desk, world):
    series = a_series(world.north)
    assert 'name="code"' in text(desk.get(address(EventSeries, "change", series.pk)))
    desk.post(address(EventSeries, "step", series.pk, "create_events"), {"until": "2027-02-11"})
    shown = text(desk.get(address(EventSeries, "change", series.pk)))
    assert "3 events" in shown and f"?q={series.code}" in shown
    assert 'name="code"' not in shown


def test_the_events_of_a_series_are_announced_together(desk, world):
    events = [an_event(world.north, "planned") for _number in range(2)]
    form = {"action": "step_announce", "_selected_action": [event.pk for event in events], "confirmed": "1"}
    desk.post(address(Event, "changelist"), form)
    assert set(Event.objects.filter(pk__in=form["_selected_action"]).values_list("state", flat=True)) == {"announced"}


def test_a_foreign_event_has_no_steps(desk, world):
    event = an_event(world.south)
    assert desk.post(step(event, "cancel"), {"reason": "x"}).status_code in (403, 404)
    hidden = an_event(world.south, "planned")
    assert desk.get(change(hidden)).status_code == 404


# -- lists by event -------------------------------------------------------------------------------------------------
LISTS_BY_EVENT = (Clash, EventPerson, Meeting, Registration, Room, Session)


def chosen_in(page) -> list[str]:
    """The events that the filter of a list offers before anybody types."""
    offered = re.search(r'<select name="event__id__exact".*?</select>', text(page), re.DOTALL)
    return [title.strip() for title in re.findall(r"<option[^>]*>([^<]*)</option>", offered.group()) if title.strip()]


@pytest.mark.parametrize("model", LISTS_BY_EVENT)
def test_a_list_does_not_name_every_event_that_ever_was(desk, world, model):
    for _number in range(3):
        an_event(world.north, "planned")
    assert chosen_in(desk.get(address(model, "changelist"))) == []


def test_a_list_names_the_event_by_which_it_is_narrowed_if_its_reader_sees_it(desk, world):
    own, foreign = (an_event(side, "planned", title_en=f"Day of {side.zone}") for side in (world.north, world.south))
    assert Event.objects.visible_to(world.north.manager).filter(pk=own.pk).exists()
    assert not Event.objects.visible_to(world.north.manager).filter(pk=foreign.pk).exists()
    rows = address(Registration, "changelist")
    assert chosen_in(desk.get(rows, {"event__id__exact": own.pk})) == [str(own)]
    assert chosen_in(desk.get(rows, {"event__id__exact": foreign.pk})) == []


def test_events_are_found_by_typing_as_far_as_they_are_seen(desk, world):
    own, _foreign = (an_event(side, "planned", title_en="Secret day") for side in (world.north, world.south))
    found = desk.get(
        reverse("admin:autocomplete"),
        {"app_label": "workshops", "model_name": "registration", "field_name": "event", "term": "secret"},
    )
    assert [row["id"] for row in found.json()["results"]] == [str(own.pk)]
