"""The public homes, of an alliance and of the portal: what is open, what is next, who goes where, verified figures."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.reports.models import KpiDefinition, KpiValue
from portal.reports.services.values import verify
from tests.factories import OrganisationFactory, PersonFactory
from tests.reports.samples import load_catalogue
from workshops.models import Event

pytestmark = pytest.mark.django_db


def home_of(side) -> str:
    return reverse("home:alliance", args=[side.alliance.code])


def stays_this_year(side, number: int) -> None:
    for _n in range(number):
        day = timezone.localdate() - dt.timedelta(days=1)
        side.stay("active", person=PersonFactory(), start_on=day, end_on=day)


def event_of(side, **fields):
    soon = timezone.localdate() + dt.timedelta(days=20)
    return Event.objects.create(
        **{
            "code": f"{side.alliance.code}-event", "alliance": side.alliance, "host_organisation": side.host,
            "kind": "workshop", "title_en": "Winter workshop", "title_ja": "冬の研究会", "starts_on": soon,
            "state": "announced", "was_announced": True, **fields,
        }
    )  # fmt: skip


def value_of(side, code, value, **fields):
    return KpiValue.objects.create(
        kpi=KpiDefinition.objects.get(code=code), subject=f"alliance:{side.alliance.code}", alliance=side.alliance,
        value=value, period="2025-04-01/2026-03-31", from_date=dt.date(2025, 4, 1), to_date=dt.date(2026, 3, 31),
        unit="count", as_of=timezone.localdate(), frozen_by=side.alliance_admin, **fields,
    )  # fmt: skip


def test_everybody_reads_it_in_both_languages(world, client):
    event_of(world.north)
    for language, words in (("en", ("North Alliance", "Winter workshop")), ("ja", ("北の連携", "冬の研究会"))):
        client.cookies["django_language"] = language
        text = client.get(home_of(world.north)).content.decode()
        assert all(word in text for word in words)
    assert client.get(reverse("home:alliance", args=["nothing"])).status_code == 404


def test_it_shows_its_own_calls_and_events_only(world, client):
    event_of(world.south, title_en="Secret of the south")
    page = client.get(home_of(world.north))
    assert [call.code for call in page.context["open_calls"]] == [world.north.call.code]
    assert page.context["events"] == []


def test_few_people_are_not_shown_and_five_are(world, client):
    stays_this_year(world.north, 4)
    assert client.get(home_of(world.north)).context["flow"].is_empty
    stays_this_year(world.south, 5)
    picture = client.get(home_of(world.south)).context["flow"]
    assert [row.cells[2] for row in picture.rows] == ["5"]


def test_four_verified_figures_with_date_and_source(world, client):
    load_catalogue()
    side = world.north
    for number, code in enumerate(("X01", "X03", "X04", "W01", "C09")):
        value_of(side, code, 10 + number, verified_by=side.kpi_auditor, verified_at=world.now)
    facts = client.get(home_of(side)).context["facts"]
    assert len(facts) == 4 and all("verified on" in fact.source for fact in facts)


def test_it_asks_as_often_for_many_rows_as_for_few(world, client):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(home_of(world.north))
        return len(queries)

    event_of(world.north)
    stays_this_year(world.north, 6)
    cost()
    few = cost()
    event_of(world.north, code="another")
    stays_this_year(world.north, 6)
    for _n in range(3):
        world.north.alliance.members.create(organisation=OrganisationFactory())
    assert cost() == few <= 12


def test_a_value_shows_as_soon_as_it_is_verified_and_the_figures_of_others_stay_theirs(world, client):
    load_catalogue()
    side, south = world.north, world.south
    waiting = value_of(side, "C09", 7)
    assert client.get(home_of(side)).context["facts"] == []
    verify(kpi_value=waiting, actor=side.kpi_auditor, now=world.now)
    assert [fact.value for fact in client.get(home_of(side)).context["facts"]] == ["7"]
    assert client.get(home_of(south)).context["facts"] == []


def test_the_portal_shows_what_is_next_and_verified_in_any_alliance(world, client):
    load_catalogue()
    for side in (world.north, world.south):
        event_of(side, title_en=f"Winter in the {side.alliance.code}")
        value_of(side, "W01", 3, verified_by=side.kpi_auditor, verified_at=world.now)
    event_of(world.north, code="quiet", title_en="Nobody knows yet", state="idea", was_announced=False)
    value_of(world.north, "C09", 777)
    text = client.get(reverse("home:index")).content.decode()
    for side in (world.north, world.south):
        assert f"Winter in the {side.alliance.code}" in text and f"{side.alliance.name_en} ·" in text
    assert "Nobody knows yet" not in text and "777" not in text
