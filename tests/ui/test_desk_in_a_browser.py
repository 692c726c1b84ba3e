"""The coordinators' desk as a browser sees it: what the theme's widgets leave out is there."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from portal.programmes.models import Call
from tests.desk import address, prove_second_factor
from tests.factories import UserFactory
from tests.factories.anything import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def desk(window, client):
    """Opens a page of the desk as somebody who may see everything."""
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    prove_second_factor(client, user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    state = {
        "cookies": [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}],
        "origins": [],
    }
    return lambda page: window(page, storage_state=state)


def test_search_fields_are_named_like_their_labels_also_while_they_are_empty(desk):
    call = make(Call, facility=None)
    page = desk(address(Call, "change", call.pk))
    field = page.locator("#id_facility + .select2-container .select2-selection")
    expect(field).to_have_attribute("aria-label", page.locator("label[for=id_facility]").inner_text().strip())
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
    assert page.complaints == []
