"""What every page of the portal carries."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from portal.ui.shell import section_of
from portal.ui.theme import COOKIE
from tests.ui.pages import faults_in

FIRST_VIEW_BYTES = 100_000


@pytest.fixture
def sign_in_page(client, db):
    return client.get(reverse("account_login")).content.decode()


def test_a_page_with_everything_it_loads_stays_below_a_hundred_kilobytes(sign_in_page):
    files = [finders.find(name) for name in ("portal/portal.css", "portal/portal.js", "portal/mark.svg")]
    assert len(sign_in_page.encode()) + sum(Path(file).stat().st_size for file in files) < FIRST_VIEW_BYTES


def test_a_page_starts_with_a_link_to_its_content(sign_in_page):
    assert sign_in_page.index('href="#main"') < sign_in_page.index("<header")
    assert '<main id="main"' in sign_in_page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_page_says_which_language_it_is_in(client, db, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(reverse("account_login")).content.decode()
    assert f'<html lang="{language}"' in page
    other = {"en": "ja", "ja": "en"}[language]
    assert f'name="language" value="{other}" lang="{other}"' in page


def test_the_language_switch_returns_to_the_same_page_with_its_filters(client, db):
    address = reverse("account_login") + "?next=/desk/%3Ftab%3Dfiles"
    page = client.get(address).content.decode()
    assert f'name="next" value="{address}"' in page
    answer = client.post(reverse("set_language"), {"language": "ja", "next": address})
    assert answer.headers["Location"] == address
    assert '<html lang="ja"' in client.get(address).content.decode()


def test_without_a_choice_the_device_decides_between_light_and_dark(sign_in_page):
    assert "data-theme" not in sign_in_page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_kept_and_the_page_stays(client, db, theme):
    address = reverse("account_login") + "?next=/desk/"
    answer = client.post(reverse("ui:theme"), {"theme": theme, "next": address})
    assert answer.headers["Location"] == address
    assert f'data-theme="{theme}"' in client.get(address).content.decode()


def test_the_choice_can_be_taken_back(client, db):
    client.cookies[COOKIE] = "dark"
    client.post(reverse("ui:theme"), {"theme": "device", "next": "/"})
    assert "data-theme" not in client.get(reverse("account_login")).content.decode()


def test_a_theme_nobody_offers_never_reaches_the_page(client, db):
    client.cookies[COOKIE] = '"><script>'
    assert "data-theme" not in client.get(reverse("account_login")).content.decode()


def test_choosing_a_theme_needs_a_form_and_leads_nowhere_else(client, db):
    assert client.get(reverse("ui:theme")).status_code == 405
    answer = client.post(reverse("ui:theme"), {"theme": "dark", "next": "https://example.org/"})
    assert answer.headers["Location"] == "/"


def test_a_missing_page_says_what_to_do(client, db):
    answer = client.get("/no/such/page/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert reverse("account_login") in page
    assert faults_in(page) == []


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_refusals_are_whole_pages(name, language):
    with translation.override(language):
        page = render_to_string(name, {}, RequestFactory().get("/somewhere/"))
    assert faults_in(page) == []
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_failures_speak_both_languages_and_ask_for_nothing(name, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        page = render_to_string(name)
    assert faults_in(page) == []
    assert 'lang="ja"' in page and "<h1" in page and "ホームへ戻る" in page


FRAME = ("components/site_nav.html", "components/site_links.html", "components/appearance.html")


def test_what_is_the_same_for_everybody_is_written_once(client, db):
    address = reverse("account_login")
    client.get(address)
    again = {template.name for template in client.get(address).templates}
    assert "components/site_header.html" in again
    assert again.isdisjoint(FRAME)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", ["home:calls", "home:programmes", "workshops:index", "startups:index"])
def test_the_navigation_marks_the_section_of_the_page_in_its_language(client, db, name, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(reverse(name)).content.decode()
    navigation = page[page.index('<nav class="site-nav"') :].partition("</nav>")[0]
    assert navigation.count("aria-current") == 1
    assert f'<a href="{reverse(name)}" aria-current="true">' in navigation
    with translation.override(language):
        assert gettext("Open calls") in navigation


def test_a_visitor_gets_no_navigation_of_who_is_signed_in(client, world):
    client.force_login(world.north.fellow)
    desk = f'<a href="{reverse("home:desk")}"'
    assert desk in client.get("/").content.decode()
    client.logout()
    page = client.get("/").content.decode()
    assert desk not in page
    assert reverse("account_login") in page and reverse("account_logout") not in page


@pytest.mark.parametrize("path", ["/", "/callsandmore/", "/accounts/login/", "/nowhere/calls/"])
def test_a_page_outside_of_the_sections_marks_none(path):
    assert section_of(path) == ""


def test_a_page_below_a_section_marks_it():
    assert section_of("/events/some-event/register/") == reverse("workshops:index")
