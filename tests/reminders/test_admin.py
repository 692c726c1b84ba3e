"""The catalogue of reminders at the desk."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.reminders.desks import is_silent
from portal.reminders.models import Silence
from portal.reminders.outlook import coming_dates
from portal.reminders.services import switch_off
from tests.factories import user_with_seat
from tests.outbox.test_admin import desk  # noqa: F401  fixture
from tests.reminders.conftest import NOW, a_rule

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
    client, host = desk(world.north.manager), world.north.host
    assert client.get(step(rule, "switch_off")).context["form"]["organisation"].initial == host
    assert not is_silent(rule, host)
    assert client.post(step(rule, "switch_off"), {"organisation": host.pk, "reason": "holiday"}).status_code == 302
    assert is_silent(rule, host)
    assert client.get(step(rule, "switch_on")).context["form"]["organisation"].initial == host
    assert client.post(step(rule, "switch_on"), {"organisation": host.pk}).status_code == 302
    assert not is_silent(rule, host)


def test_only_what_can_be_switched_is_offered(desk, world, rule):  # noqa: F811
    client = desk(world.north.manager)

    def offered() -> list[bool]:
        text = client.get(page(rule)).content.decode()
        return [step(rule, name) in text for name in ("switch_off", "switch_on")]

    assert offered() == [True, False]
    Silence.objects.create(rule=rule, organisation=world.north.host_unit)
    assert offered() == [True, True]
    Silence.objects.create(rule=rule, organisation=world.north.host)
    assert offered() == [False, True]


def test_many_rules_are_switched_off_for_one_house(desk, world, rule):  # noqa: F811
    other = a_rule(code="T02")
    chosen = {"action": "step_switch_off", "_selected_action": [rule.pk, other.pk], "confirmed": "yes"}
    desk(world.north.manager).post(reverse(LIST), {**chosen, "organisation": world.north.host.pk})
    assert is_silent(rule, world.north.host) and is_silent(other, world.north.host)
    assert not is_silent(rule, world.south.host)


def test_nobody_switches_for_a_house_that_is_not_hers(desk, world, rule):  # noqa: F811
    client = desk(world.south.manager)
    assert client.post(step(rule, "switch_off"), {"organisation": world.north.host.pk}).status_code == 200
    assert not Silence.objects.exists()
    Silence.objects.create(rule=rule, organisation=world.north.host)
    assert client.post(step(rule, "switch_on"), {"organisation": world.north.host.pk}).status_code == 403
    assert is_silent(rule, world.north.host)


def test_a_switch_is_told_to_the_desks_it_touches_and_to_no_other(desk, world, rule):  # noqa: F811
    switch_off(rule=rule, organisation=world.north.host, actor=world.north.manager, reason="sabbatical of the office")
    at_the_unit = user_with_seat("programme_manager", world.north.host_unit)
    for user in (world.north.manager, world.north.alliance_admin, at_the_unit):
        text = desk(user).get(page(rule)).content.decode()
        assert "sabbatical of the office" in text and world.north.host_unit.parent.name in text
    for user in (world.south.manager, world.north.home_office):
        texts = [desk(user).get(address).content.decode() for address in (page(rule), reverse(LIST))]
        assert not any("sabbatical of the office" in text or world.north.host.name_en in text for text in texts)


def test_the_next_mails_on_the_page_are_those_of_the_readers_desk(desk, world, rule, open_step):  # noqa: F811
    open_step.fields["anchor"] = timezone.now() + dt.timedelta(days=30)
    texts = [desk(side.manager).get(page(rule)).content.decode() for side in (world.north, world.south)]
    assert ["UTC+09:00" in text for text in texts] == [True, False]


def test_the_next_dates_are_those_of_the_readers_desk_while_it_is_not_silent(rule, open_step, world):
    assert coming_dates(rule, world.north.manager, now=NOW, limit=5)
    assert not coming_dates(rule, world.south.manager, now=NOW, limit=5)
    switch_off(rule=rule, organisation=world.north.host, actor=world.north.manager)
    assert not coming_dates(rule, world.north.manager, now=NOW, limit=5)


def test_an_office_that_only_reads_does_not_switch(desk, world, rule):  # noqa: F811
    client = desk(world.north.home_office)
    assert step(rule, "switch_off") not in client.get(page(rule)).content.decode()
    assert client.post(step(rule, "switch_off"), {"organisation": world.north.home.pk}).status_code == 403
    assert not Silence.objects.exists()


def test_the_next_dates_are_shown_in_order(rule, open_step, world):
    found = coming_dates(rule, world.north.manager, now=NOW, limit=5)
    assert [(occurrence.step, zone) for occurrence, zone in found] == [("-2d", "Asia/Tokyo")]
    assert coming_dates(rule, world.north.manager, now=NOW, limit=0) == []


def test_a_rule_that_does_not_run_has_no_dates(rule, world):
    assert coming_dates(rule, world.north.manager, now=NOW, limit=5) == []
