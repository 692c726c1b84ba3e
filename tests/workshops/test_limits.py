"""One address cannot register or ask for links without end; another address is not touched by it."""

import pytest
from django.urls import reverse

from tests.factories.registrations import open_event
from tests.workshops.test_views_registration import ANSWERS
from workshops.models import Registration

RENEWALS = [
    "workshops:registration_renew",
    "workshops:speaker_renew",
    "workshops:mission_renew",
    "startups:update_renew",
]


def test_the_twenty_first_registration_of_a_minute_waits_and_keeps_what_was_typed(client, world):
    address = reverse("workshops:register", args=[open_event(world.north, seats=50).code])
    for number in range(20):
        assert client.post(address, {**ANSWERS, "email": f"p{number}@example.org"}).status_code == 302
    late = {**ANSWERS, "email": "late@example.org"}
    refused = client.post(address, late)
    page = refused.content.decode()
    assert refused.status_code == 429 and "Please wait a minute and send it again" in page
    assert "late@example.org" in page and "A seat near the door" in page
    assert Registration.objects.count() == 20
    assert client.get(address).status_code == 200
    assert client.post(address, late, REMOTE_ADDR="192.0.2.7").status_code == 302
    assert Registration.objects.count() == 21


def test_forms_with_mistakes_use_up_nothing(client, world):
    address = reverse("workshops:register", args=[open_event(world.north, seats=50).code])
    for _turn in range(21):
        assert client.post(address, {**ANSWERS, "email": "hanako"}).status_code == 200
    assert client.post(address, ANSWERS).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", RENEWALS)
def test_the_sixth_fresh_link_of_a_minute_waits(client, name):
    address = reverse(name)
    answers = [client.post(address) for _turn in range(6)]
    assert 429 not in [answer.status_code for answer in answers[:5]]
    assert answers[5].status_code == 429 and "Please wait a minute" in answers[5].content.decode()
    assert client.post(address, REMOTE_ADDR="192.0.2.7").status_code != 429


def test_without_the_limit_the_same_registrations_all_pass(client, world, settings):
    """The control: it is the limit that refuses."""
    settings.ACCOUNT_RATE_LIMITS = {}
    address = reverse("workshops:register", args=[open_event(world.north, seats=50).code])
    for number in range(22):
        assert client.post(address, {**ANSWERS, "email": f"p{number}@example.org"}).status_code == 302
