"""Addresses that only a button may call: after the sign-in, from an old link, and in both languages."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from portal.ui.buttons import page_above

pytestmark = pytest.mark.django_db


def onward(response) -> str:
    target = urlsplit(response.url)
    assert target.path == reverse("account_login")
    return parse_qs(target.query)["next"][0]


def test_who_signs_in_after_pressing_a_button_comes_back_to_the_page_with_the_button(client, world):
    call = reverse("home:call", args=[world.north.call.code])
    pressed = client.post(
        reverse("exchanges:start", args=[world.north.call.code]), headers={"referer": f"http://testserver{call}?x=1#y"}
    )
    assert onward(pressed) == f"{call}?x=1"
    client.force_login(world.north.fellow)
    assert client.get(onward(pressed)).status_code == 200


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example.org/calls/", "//elsewhere.example.org/"])
def test_nobody_is_led_to_another_house(client, world, referer):
    address = reverse("exchanges:start", args=[world.north.call.code])
    assert onward(client.post(address, headers={"referer": referer})) == address


def test_a_page_that_is_only_read_keeps_its_own_address(client):
    assert onward(client.get(reverse("home:desk"), headers={"referer": "http://testserver/"})) == reverse("home:desk")


@pytest.mark.parametrize(("language", "says"), [("en", "only a button leads here"), ("ja", "405")])
def test_an_address_of_a_button_opened_by_hand_says_so_and_leads_to_its_page(client, world, language, says):
    client.force_login(world.north.fellow)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    draft = world.north.application("draft")
    above = reverse("exchanges:application", args=[draft.public_id])
    for address in (
        reverse("exchanges:submit", args=[draft.public_id]), reverse("exchanges:attach", args=[draft.public_id, "cv"]),
    ):  # fmt: skip
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 405 and answer.headers["Allow"] == "POST"
        assert f'<html lang="{language}"' in page and f'href="{above}"' in page
        assert says in page


def test_the_page_above_leads_somewhere(world):
    call = world.north.call.code
    assert page_above(f"/calls/{call}/apply/") == f"/calls/{call}/"
    assert page_above("/nowhere/at/all/") == "/"
