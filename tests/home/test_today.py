"""Today: the numbers are those of the lists behind them, and nobody counts what she does not see."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exchanges.models import StayTask
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core.scoping import scope_of
from portal.home.navigation import sidebar
from portal.home.pictures import flow_picture, pipeline_picture, season_picture
from startups.models import Milestone, Startup
from tests.desk import sign_in
from tests.factories import AgreementFactory, PersonFactory, ScreeningFactory, UserFactory, user_with_seat
from tests.factories.registrations import RegistrationFactory, open_event
from tests.factories.ventures import build_incubator
from workshops.models import Event, TourCheck

pytestmark = pytest.mark.django_db
TODAY = reverse("admin:index")


@pytest.fixture
def as_user(client, settings):
    return lambda user: sign_in(client, user, settings)


def late_task(stay, **fields):
    return StayTask.objects.create(
        stay=stay, item_code="L1", sort_order=1, owner_role="visa_officer", organisation=stay.host_organisation,
        anchor="start", offset=-5, offset_unit="days",
        **{"text_en": "Send the papers", "due_on": dt.date(2020, 1, 1), **fields},
    )  # fmt: skip


def numbers(page) -> dict[str, int]:
    """Counters by the end of their address, such as `staytask/?which=late`."""
    return {counter.url.split("/", 3)[3]: counter.number for counter in page.context["waiting"]}


def fill(side, today):
    """Something for every counter."""
    soon = today + dt.timedelta(days=10)
    late_task(side.stay("pre_arrival", start_on=soon, end_on=soon), blocking=True)
    for state in ("submitted", "under_review", "host_and_home"):
        side.application(state)
    side.review(side.application("under_review"), due_on=today - dt.timedelta(days=4))
    side.offer(side.application("selected"), "sent")
    ScreeningFactory(application=side.application("export_precheck"), organisation=side.host, state="submitted")
    AgreementFactory(parties=[side.host], expires_on=today + dt.timedelta(days=100), state="in_force")


def test_each_number_is_as_long_as_the_list_behind_it(world, as_user):
    for side in (world.north, world.south):
        fill(side, world.today)
    client = as_user(world.north.manager)
    counters = client.get(TODAY).context["waiting"]
    assert sum(counter.number for counter in counters) >= 5
    for counter in counters:
        assert client.get(counter.url).context["cl"].result_count == counter.number, counter


def test_the_other_alliance_adds_nothing(world, as_user):
    fill(world.north, world.today)
    before = numbers(as_user(world.north.manager).get(TODAY))
    fill(world.south, world.today)
    assert numbers(as_user(world.north.manager).get(TODAY)) == before


def fill_ventures(incubator, today):
    """Something for every counter about ventures."""
    for state in ("submitted", "eligibility_check", "under_review", "recommended"):
        incubator.application(state, submitted_at=timezone.now() - dt.timedelta(days=9))
    incubator.review(incubator.application("under_review"), due_on=today - dt.timedelta(days=4))
    placed = incubator.screened_startup(incubator.application("selected"))
    code = f"applied-{Startup.objects.count()}"
    Startup.objects.create(code=code, name=code, cohort=incubator.cohort, state="applied")
    for state, day in (("submitted", 2), ("planned", 3)):
        code = f"{placed.pk}-{state}"
        startup = Startup.objects.create(code=code, name="Active", cohort=incubator.cohort, state="active")
        Milestone.objects.create(
            code=code, startup=startup, cohort=incubator.cohort, title_en="Chip", state=state,
            due_on=today - dt.timedelta(days=day),
        )  # fmt: skip


OF_VENTURES = {
    "cohortapplication/?waits=check": 2,
    "cohortapplication/?waits=decision": 3,
    "cohortreview/?late=yes": 1,
    "startup/?waits=terms": 1,
    "milestone/?which=judge": 1,
}


def test_ventures_are_counted_for_the_desk_that_looks_after_them(world, as_user):
    for side in (world.north, world.south):
        fill_ventures(build_incubator(side), world.today)
    incubator_desk = User.objects.get(email="startups@north.example.org")
    client = as_user(incubator_desk)
    page = client.get(TODAY)
    counted = numbers(page)
    assert {key: counted[key] for key in OF_VENTURES} == OF_VENTURES
    assert "startup/?waits=export" not in counted
    for counter in page.context["waiting"]:
        assert client.get(counter.url).context["cl"].result_count == counter.number, counter
    assert {(line.what, line.days) for line in page.context["late"]} == {
        ("Review", 4), ("Application not taken up", 9), ("Milestone: Chip", 3),
    }  # fmt: skip
    for line in page.context["late"]:
        assert client.get(line.url).status_code == 200


def test_the_export_office_counts_the_startups_it_has_to_check_and_nothing_else_of_them(world, as_user):
    fill_ventures(build_incubator(world.north), world.today)
    client = as_user(world.north.export_officer)
    page = client.get(TODAY)
    assert numbers(page)["startup/?waits=export"] == 1
    assert not OF_VENTURES.keys() & numbers(page).keys()
    address = next(counter.url for counter in page.context["waiting"] if "waits=export" in counter.url)
    assert client.get(address).context["cl"].result_count == 1


def test_the_export_office_counts_the_names_it_has_to_check_for_a_tour_and_reads_whole_countries(world, as_user):
    """Of people who still come; in the list the countries stand by their names, not by two letters."""
    event = open_event(world.north, rules={"tour": "wish"})
    rows = [RegistrationFactory(event=event, joins_tour=True, state="pending_screening") for _number in range(3)]
    for row, result in zip(rows, ("", "", "cleared"), strict=True):
        TourCheck.objects.create(registration=row, citizenships="JP IR", result=result)
    type(rows[1]).objects.filter(pk=rows[1].pk).update(state="cancelled")
    client = as_user(world.north.export_officer)
    page = client.get(TODAY)
    assert numbers(page)["tourcheck/?waits=export"] == 1
    address = next(counter.url for counter in page.context["waiting"] if "tourcheck" in counter.url)
    listed = client.get(address)
    assert listed.context["cl"].result_count == 1 and "日本、イラン" in listed.content.decode()
    assert not any("tourcheck" in counter.url for counter in as_user(world.north.manager).get(TODAY).context["waiting"])


def test_desks_that_only_read_about_startups_have_no_such_counters(world, as_user):
    fill_ventures(build_incubator(world.north), world.today)
    for user in (world.north.manager, world.north.kpi_auditor, world.north.home_office):
        page = as_user(user).get(TODAY)
        assert not any("/startups/" in counter.url for counter in page.context["waiting"])
        assert not any("/startups/" in line.url for line in page.context["late"])


def test_the_day_of_a_startup_desk_asks_as_often_for_many_rows_as_for_few(world, as_user):
    incubator = build_incubator(world.north)
    client, counted = as_user(incubator.manager), []
    client.get(TODAY)
    for rounds in (1, 3):
        for _round in range(rounds):
            fill_ventures(incubator, world.today)
        with CaptureQueriesContext(connection) as queries:
            client.get(TODAY)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12, counted


def test_screening_is_counted_for_the_export_offices_alone(world, as_user):
    fill(world.north, world.today)
    assert (
        numbers(as_user(world.north.export_officer).get(TODAY))["screening/?state__in=submitted%2Cexpert_review"] == 1
    )
    for user in (world.north.manager, world.north.home_office, world.north.alliance_admin):
        assert not any(key.startswith("screening/") for key in numbers(as_user(user).get(TODAY)))


def test_what_is_late_stands_with_its_owner_and_days(world, as_user):
    today = timezone.localdate(timezone=ZoneInfo(world.north.manager.timezone))
    late_task(world.north.stay(), due_on=today - dt.timedelta(days=3))
    late_task(world.south.stay(), text_en="Secret of the south")
    page = as_user(world.north.manager).get(TODAY)
    (line,) = page.context["late"]
    assert line.days == 3 and world.north.host_unit.label in line.owner
    assert "Secret of the south" not in page.content.decode()


def test_today_asks_as_often_for_many_rows_as_for_few(world, as_user):
    client, counted = as_user(world.north.manager), []
    client.get(TODAY)
    for rounds in (1, 3):
        for _round in range(rounds):
            fill(world.north, world.today)
        with CaptureQueriesContext(connection) as queries:
            client.get(TODAY)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 11, counted


def test_every_desk_has_a_day_in_both_languages(world, as_user):
    fill(world.north, world.today)
    for user in world.north.users.values():
        if not scope_of(type(user).objects.get(pk=user.pk)).is_desk:
            continue
        client = as_user(user)
        for language in ("en", "ja"):
            client.cookies["django_language"] = language
            assert client.get(TODAY).status_code == 200, (user, language)


def cells(picture) -> list[tuple[str, ...]]:
    return [row.cells for row in picture.rows]


def test_the_flow_counts_people_of_the_fiscal_year_between_institutions(world):
    day = dt.date(2026, 5, 1)
    world.north.stay("closed", start_on=day, end_on=day)
    world.north.stay("closed", start_on=day, end_on=day, person=PersonFactory())
    world.north.stay("closed", start_on=day, end_on=day)  # who comes twice is one person
    world.north.stay("cancelled", start_on=day, end_on=day, person=PersonFactory())
    world.north.stay("closed", start_on=dt.date(2026, 3, 31), end_on=dt.date(2026, 3, 31))  # the year before
    world.north.stay(start_on=day, end_on=day, person=PersonFactory())  # planned: as in the reports, nobody has come
    world.south.stay("closed", start_on=day, end_on=day)
    picture = flow_picture(world.north.manager, dt.date(2026, 11, 21))
    assert cells(picture) == [(world.north.home.label, world.north.host.label, "2")]


def test_an_american_desk_counts_in_its_own_fiscal_year(world):
    day = dt.date(2026, 5, 1)
    world.south.stay("closed", start_on=day, end_on=day)  # fiscal year 2026 of a US university, over since July
    assert flow_picture(world.south.manager, dt.date(2026, 11, 21)).is_empty
    assert len(flow_picture(world.south.manager, dt.date(2026, 6, 1)).rows) == 1


def test_the_season_shows_own_calls_events_arrivals_and_departures(world):
    start = world.today.replace(day=1) + dt.timedelta(days=40)
    for side in (world.north, world.south):
        side.stay(start_on=start, end_on=start)
        Event.objects.create(
            code=f"{side.alliance.code}-event", alliance=side.alliance, host_organisation=side.host, kind="workshop",
            title_en=f"{side.alliance.name_en} workshop", starts_on=start, state="announced",
        )  # fmt: skip
    shown = cells(season_picture(world.north.manager, world.today))
    assert [row[0] for row in shown[:2]] == [str(world.north.call), "North Alliance workshop"]
    assert [row[1:] for row in shown[2:] if "1" in row[1]] == [("arrivals: 1", "departures: 1")]


def test_the_pipeline_shows_the_call_with_the_most_applications(world):
    world.north.application("submitted")
    world.north.application("under_review", applicant=PersonFactory())
    world.north.application("draft", applicant=PersonFactory())
    world.south.application("submitted")
    picture = pipeline_picture(world.north.manager, world.now)
    assert picture.title == "North call: 2 applications, 2 still to decide"
    assert [row.cells[1] for row in picture.rows][:3] == ["1", "0", "1"]
    assert all(row.url for row in picture.rows)


@pytest.mark.parametrize(
    ("path", "here"),
    [
        (TODAY, [TODAY]),
        ("/admin/reminders/reminderrule/", ["/admin/reminders/reminderrule/"]),
        ("/admin/reminders/reminderrule/week/", ["/admin/reminders/reminderrule/week/"]),
        ("/admin/exchanges/stay/7/change/", ["/admin/exchanges/stay/"]),
        ("/admin/nowhere/", []),
    ],
)
def test_the_menu_marks_the_one_line_where_the_reader_is(rf, path, here):
    request = rf.get(path)
    request.user = UserFactory(is_superuser=True)
    lines = [item for section in sidebar(request) for item in section["items"]]
    assert [item["link"] for item in lines if item["active"]] == here


def test_the_menu_has_no_list_in_which_the_person_could_never_see_a_row(world, rf):
    """A startup's manager reads events, and not who came to them or what they eat."""

    def menu(user) -> set[str]:
        request = rf.get(TODAY)
        request.user = type(user).objects.get(pk=user.pk)
        return {item["link"] for section in sidebar(request) for item in section["items"]}

    events, door = "/admin/workshops/event/", "/admin/workshops/checkin/"
    startup_manager = user_with_seat(Role.STARTUP_MANAGER, world.north.host)
    assert {events, door} <= menu(world.north.manager)
    assert events in menu(startup_manager) and door not in menu(startup_manager)


def test_the_menu_holds_what_the_person_may_open_and_every_line_opens(world, as_user, rf):
    for user in (
        world.north.manager,
        world.north.export_officer,
        world.north.kpi_auditor,
        UserFactory(is_superuser=True),
    ):
        client = as_user(user)
        request = rf.get(TODAY)
        request.user = type(user).objects.get(pk=user.pk)
        links = [item["link"] for section in sidebar(request) for item in section["items"]]
        assert len(links) > 3
        assert [client.get(link).status_code for link in links] == [200] * len(links)
    labels = re.findall(r"/admin/(\w+)/", " ".join(links))
    assert {"exchanges", "programmes", "accounts", "workshops", "startups", "alliances", "reports", "outbox"} <= set(
        labels
    )
