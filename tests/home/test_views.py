"""Public pages in both languages, what they show to whom, and what they cost."""

import datetime as dt
import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import CallFactory, ProgrammeFactory


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("page", ["home:index", "home:calls", "home:programmes"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_public_pages_open_in_both_languages(client, world, page, language):
    client.cookies["django_language"] = language
    response = client.get(reverse(page))
    assert response.status_code == 200
    assert ("North" if language == "en" else "北") in text(response)
    assert client.post(reverse(page)).status_code == 405


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_call_says_who_what_when_and_whom_to_ask(client, world, language):
    client.cookies["django_language"] = language
    page = text(client.get(reverse("home:call", args=["north-call"])))
    expected = {
        "en": [
            "North call",
            "Round-trip ticket",
            "Curriculum vitae",
            "Tokyo time",
            "office@example.org",
            "master and doctoral",
        ],
        "ja": ["北の募集", "往復航空券", "履歴書", "UTC+09:00", "office@example.org"],
    }
    for words in expected[language]:
        assert words.lower() in page.lower()


def test_the_closing_time_stands_in_the_zone_of_the_host_and_of_the_reader(client, world):
    client.cookies["django_language"] = "en"
    client.force_login(world.north.fellow)
    page = text(client.get(reverse("home:call", args=["north-call"])))
    assert "Tokyo time (UTC+09:00)" in page and "Chicago time" in page


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_a_call_in_preparation_does_not_exist(client, world, state):
    hidden = CallFactory(programme=world.north.programme, state=state)
    client.force_login(world.north.fellow)
    assert client.get(reverse("home:call", args=[hidden.code])).status_code == 404
    assert client.get(reverse("home:call_calendar", args=[hidden.code])).status_code == 404


def test_calls_stand_under_open_coming_and_closed(client, world):
    client.cookies["django_language"] = "en"
    today = timezone.localdate()
    coming = CallFactory(
        programme=world.north.programme, state="approved", title_en="Coming soon",
        opens_on=today + dt.timedelta(days=5), closes_on=today + dt.timedelta(days=50),
    )  # fmt: skip
    over = CallFactory(
        programme=world.north.programme, state="closed", title_en="All over", closes_on=today - dt.timedelta(days=3)
    )
    response = client.get(reverse("home:calls"))
    assert [call.code for call in response.context["open_calls"]] == ["north-call", "south-call"]
    assert list(response.context["coming"]) == [coming]
    assert list(response.context["over"]) == [over]


def test_an_open_call_whose_time_has_passed_counts_as_closed(client, world):
    late = CallFactory(programme=world.north.programme, closes_on=timezone.localdate() - dt.timedelta(days=2))
    response = client.get(reverse("home:calls"))
    assert late not in response.context["open_calls"] and late in response.context["over"]


def test_who_has_a_draft_goes_on_with_it(client, world):
    draft = world.north.application("draft")
    client.force_login(world.north.fellow)
    page = text(client.get(reverse("home:call", args=["north-call"])))
    assert reverse("exchanges:section", args=[draft.public_id, "documents"]) in page
    assert reverse("exchanges:start", args=["north-call"]) not in page


def test_who_withdrew_may_apply_again(client, world):
    world.north.application("withdrawn")
    client.force_login(world.north.fellow)
    assert reverse("exchanges:start", args=["north-call"]) in text(
        client.get(reverse("home:call", args=["north-call"]))
    )


def test_nobody_sees_the_applications_of_others_on_a_call(client, world):
    application = world.north.application("submitted")
    for user in (world.north.stranger, world.north.manager):
        client.force_login(user)
        assert str(application.public_id) not in text(client.get(reverse("home:call", args=["north-call"])))


def test_the_deadline_goes_into_a_calendar_as_one_instant(client, world):
    response = client.get(reverse("home:call_calendar", args=["north-call"]))
    closes = world.north.call.closes_at.strftime("%Y%m%dT%H%M%SZ")
    lines = text(response).split("\r\n")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"DTSTART:{closes}" in lines and lines[0] == "BEGIN:VCALENDAR"
    assert max(len(line.encode()) for line in lines) <= 75


def test_search_engines_read_the_call_as_data_that_cannot_end_the_script(client, world):
    call = CallFactory(programme=world.north.programme, title_en="</script><b>", title_ja="</script><b>")
    page = text(client.get(reverse("home:call", args=[call.code])))
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(block)
    assert data["name"] == "</script><b>" and data["applicationDeadline"] == call.last_instant.isoformat()


def test_a_call_without_end_has_no_calendar(client, world):
    rolling = CallFactory(programme=world.north.programme, intake_mode="rolling", closes_on=None, closes_time=None)
    assert client.get(reverse("home:call_calendar", args=[rolling.code])).status_code == 404
    assert client.get(reverse("home:call", args=[rolling.code])).status_code == 200


def test_a_programme_lists_its_calls_and_hides_those_in_preparation(client, world):
    CallFactory(programme=world.north.programme, state="draft", title_en="Secret", title_ja="秘密")
    page = text(client.get(reverse("home:programme", args=["north-programme"])))
    assert reverse("home:call", args=["north-call"]) in page
    assert "Secret" not in page and "秘密" not in page


def test_a_programme_in_preparation_does_not_exist(client, world):
    hidden = ProgrammeFactory(owner=world.north.host, state="draft")
    assert client.get(reverse("home:programme", args=[hidden.code])).status_code == 404


@pytest.mark.parametrize("page", ["home:index", "home:calls", "home:programmes"])
@pytest.mark.parametrize("count", [1, 3, 30])
def test_public_pages_cost_the_same_for_any_number_of_calls(client, world, page, count, django_assert_max_num_queries):
    for _number in range(count):
        CallFactory(programme=ProgrammeFactory(owner=world.north.host, alliance=world.north.alliance))
        CallFactory(programme=world.north.programme, state="closed")
    with django_assert_max_num_queries(8):
        client.get(reverse(page))


def test_outside_a_demonstration_nobody_is_offered_to_look_around(client, world, settings):
    settings.PORTAL_DEMO = False
    assert reverse("accounts:demo") not in text(client.get(reverse("home:index")))
