"""A participant gets a place from the waiting list: registers on a phone, waits, and takes what another gives back."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser

POSITION = "You are number %(position)s on the waiting list. We write to you as soon as a place is free for you."
PLACED = "You have a place. We look forward to seeing you."
EVENT = "/events/demo-lab-day-2027/"
MACHI, JONAS = "machi.yotei@example.org", "jonas.muster@example.org"


@pytest.fixture(scope="module")
def machi(visitor) -> Visitor:
    return visitor(language="ja", viewport=PHONE)


@pytest.fixture(scope="module")
def jonas(visitor) -> Visitor:
    return visitor(viewport=PHONE, dark=True)


@pytest.fixture(scope="module")
def desk(visitor) -> Visitor:
    return visitor(as_="tohoku", language="ja")


def answer_form(one: Visitor, *, name: str, email: str) -> None:
    one.fill("Name", name)
    one.fill("E-mail address", email)
    one.fill("University, company or other affiliation", "Example Institute")
    one.page.locator("#id_affiliation_country").select_option("JP")
    one.page.locator("#id_career_stage").select_option("postdoc")
    one.page.locator("#id_timezone").select_option("Asia/Tokyo")


def test_the_page_says_that_all_places_are_taken_and_how_many_wait(machi):
    machi.go(EVENT)
    machi.sees("all places are taken")
    machi.follow("Join the waiting list")


def test_a_form_sent_too_early_says_what_is_missing_and_keeps_the_rest(machi):
    machi.fill("Name", "Machi Yotei")
    machi.press("Join the waiting list")
    expect(machi.page.locator("[role=alert]")).to_be_visible()
    expect(machi.field("Name")).to_have_value("Machi Yotei")


def test_the_answer_comes_by_mail_with_the_place_in_the_queue(machi):
    answer_form(machi, name="Machi Yotei", email=MACHI)
    machi.page.locator("#id_name_native").fill("予定 待知")
    machi.press("Join the waiting list")
    machi.sees("Please look into your mail")
    mail = machi.mail(MACHI, "On the waiting list: %(event)s")
    machi.go(mail.link.removeprefix(machi.address))
    assert machi.page.url.endswith("/events/registration/")
    machi.sees(POSITION)


def test_the_organiser_moves_somebody_up_for_a_reason_that_is_kept(desk):
    desk.go("/admin/workshops/registration/?q=yotei")
    with desk.page.expect_navigation():
        desk.page.locator("#result_list a[href*='/change/']").first.click()
    desk.sees("why nobody moves up")
    desk.follow("Change priority")
    desk.page.locator("#id_priority").fill("50")
    desk.page.locator("#id_reason").fill("招待講演者の共同研究者")
    desk.press("Change priority")
    desk.sees("changed the priority on the waiting list")


def test_who_registers_twice_gets_the_link_by_mail_and_gives_the_place_back(jonas):
    jonas.go(f"{EVENT}register/")
    answer_form(jonas, name="Jonas Muster", email=JONAS.upper())
    jonas.press("Join the waiting list")
    jonas.sees("Please look into your mail")
    mail = jonas.mail(JONAS, "You are registered already: %(event)s")
    jonas.go(mail.link.removeprefix(jonas.address))
    jonas.sees(PLACED)
    jonas.follow("Cancel my registration")
    jonas.press("Cancel my registration")
    jonas.sees("Your registration is cancelled. Thank you for telling us.")
    assert jonas.mail(JONAS, "Cancelled: %(event)s").link


def test_the_free_place_is_offered_and_taken_with_one_button(machi):
    mail = machi.mail(MACHI, "A place is free for you until %(answer_by)s: %(event)s")
    assert re.search(r"\d{1,2}:\d\d", mail.subject)
    machi.go(mail.link.removeprefix(machi.address))
    machi.sees("A place is free for you")
    machi.press("Take the place")
    machi.sees(PLACED)
    assert machi.mail(MACHI, "You have a place: %(event)s").link


def test_the_badge_bears_the_name_in_both_scripts(machi):
    text = machi.pdf("Badge with code")
    assert "MachiYotei" in text and "予定待知" in text


def test_what_was_said_can_be_changed_and_stays_changed(machi):
    machi.follow("Change")
    machi.page.locator("#id_access").fill("手話通訳")
    machi.press("Save")
    machi.sees("Your changes are saved.")
    expect(machi.main).to_contain_text("手話通訳")
