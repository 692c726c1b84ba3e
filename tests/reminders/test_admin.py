"""The catalogue of reminders at the desk."""

import pytest
from django.urls import reverse

from portal.reminders.planning import coming_dates
from tests.outbox.test_admin import desk  # noqa: F401  fixture
from tests.reminders.conftest import NOW

pytestmark = pytest.mark.django_db
LIST = "admin:reminders_reminderrule_changelist"


def page(rule):
    return reverse("admin:reminders_reminderrule_change", args=[rule.pk])


def step(rule, name):
    return reverse("admin:reminders_reminderrule_step", args=[rule.pk, name])


@pytest.mark.parametrize("who", ["manager", "alliance_admin", "home_office"])
def test_coordinators_see_the_catalogue(desk, world, rule, who):  # noqa: F811
    client = desk(getattr(world.north, who))
    assert rule.code in client.get(reverse(LIST)).content.decode()
    assert rule.subject_en in client.get(page(rule)).content.decode()


CODES = ("closes_at", "-7d", "programme_manager", "alliance_admin", "own zone")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("the closing time", "7 days before, 2 days before", "programme manager", "alliance administrator",
                "By the clock of the call; the reader&#x27;s own time stands beside it.")),
        ("ja", ("公募", "締切日時", "7日前、2日前", "プログラム事務局", "連携担当", "公募の時刻によります。")),
    ],
)  # fmt: skip
def test_a_coordinator_reads_words_and_no_codes(desk, world, rule, open_step, language, words):  # noqa: F811
    type(rule).objects.update(time_zone_rule="call zone, own zone shown beside")
    client = desk(world.north.manager)
    client.cookies["django_language"] = language
    texts = [client.get(address).content.decode() for address in (reverse(LIST), page(rule))]
    assert [word for word in words if word not in texts[1]] == []
    assert [code for text in texts for code in CODES if code in text] == []


def test_a_manager_switches_with_two_clicks_and_get_changes_nothing(desk, world, rule):  # noqa: F811
    client = desk(world.north.manager)
    assert client.get(step(rule, "switch_off")).status_code == 200
    rule.refresh_from_db()
    assert rule.is_active
    assert client.post(step(rule, "switch_off"), {"reason": "holiday"}).status_code == 302
    rule.refresh_from_db()
    assert not rule.is_active
    assert client.post(step(rule, "switch_on")).status_code == 302
    rule.refresh_from_db()
    assert rule.is_active


def test_an_office_that_only_reads_does_not_switch(desk, world, rule):  # noqa: F811
    client = desk(world.north.home_office)
    assert step(rule, "switch_off") not in client.get(page(rule)).content.decode()
    assert client.post(step(rule, "switch_off")).status_code == 403
    rule.refresh_from_db()
    assert rule.is_active


def test_the_next_dates_are_shown_in_order(rule, open_step):
    found = coming_dates(rule, now=NOW, limit=5)
    assert [(occurrence.step, zone) for occurrence, zone in found] == [("-2d", "Asia/Tokyo")]
    assert coming_dates(rule, now=NOW, limit=0) == []


def test_a_rule_that_does_not_run_has_no_dates(rule):
    assert coming_dates(rule, now=NOW, limit=5) == []
