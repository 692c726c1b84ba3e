"""The components and the sign-in pages as a browser sees them: accessible, inside the screen, without complaints."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

from portal.accounts.models import User
from tests.ui.conftest import DESK, PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.ui.gallery"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = [(PHONE, "light", "ja"), (PHONE, "dark", "en"), (DESK, "light", "en"), (DESK, "dark", "ja")]
PAGES = ["/gallery/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/no/such/page/"]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]['width']}-{look[1]}-{look[2]}")
@pytest.mark.parametrize("address", PAGES)
def test_pages_are_accessible_fit_the_screen_and_break_no_rule(window, address, look):
    page = window(address, *look)
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert [said for said in page.complaints if "404 (Not Found)" not in said] == []


def test_axe_itself_finds_a_picture_without_words(window):
    page = window("/accounts/login/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert "image-alt" in {one["id"] for one in Axe().run(page, options=RULES).response["violations"]}


def test_the_keyboard_reaches_the_content_first(window):
    page = window("/no/such/page/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_what_went_wrong_takes_the_focus_and_leads_to_the_field(window):
    page = window("/gallery/")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a >> nth=1")
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "id_level_0"


def test_everything_one_can_press_is_large_enough(window):
    page = window("/gallery/", PHONE)
    sizes = page.eval_on_selector_all(
        "button, .button, .tool, summary, nav a, input:not([type=hidden])",
        "all => all.map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html)",
    )
    assert sizes == []


def test_menus_and_forms_work_without_javascript(window):
    page = window(reverse("account_login"), java_script_enabled=False)
    page.click("button[name=theme][value=dark]")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.click("button[name=language][value=ja]")
    assert page.locator("html").get_attribute("lang") == "ja"


def test_a_chosen_theme_wins_over_the_device(window):
    page = window(reverse("account_login"), theme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("button[name=theme][value=light]")
    assert dark == "rgb(17, 21, 27)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 247)"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_account_menu_opens_inside_the_screen(window, client, live_server, language):
    client.force_login(User.objects.create_user(email="a.rather.long.address@department.example.org"))
    page = window("/gallery/", PHONE, language=language)
    session = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": live_server.url}
    page.context.add_cookies([session])
    page.reload()
    page.click(".menu > summary")
    box = page.locator(".menu-panel").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    page.keyboard.press("Escape")
    assert not page.locator(".menu-panel").is_visible()
