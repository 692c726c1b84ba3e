"""A founder's update from the mail on a phone: in Japanese with a second look, in English with one click."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from startups.periods import last_complete_quarter
from tests.journeys.visitor import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser

SORA, ALEX = "sora.genkei@example.org", "alex.bosquejo@example.org"
PERIOD = last_complete_quarter(dt.datetime.now(dt.UTC).date())
ASKED = "%(startup)s: your update on %(period)s, three minutes"
HOW = "Please send it by %(day)s. It takes three minutes; leave empty what you do not know. An empty field is not zero."
ARRIVED = "Your update has arrived (version %(number)s). You can close this page."
THANKS = "Thank you for the update of %(startup)s"


@pytest.fixture(scope="module")
def sora(visitor) -> Visitor:
    return visitor(language="ja", viewport=PHONE)


@pytest.fixture(scope="module")
def alex(visitor) -> Visitor:
    return visitor(viewport=PHONE, dark=True)


def test_the_link_of_the_mail_opens_the_form_without_an_account(sora):
    mail = sora.mail(SORA, ASKED)
    sora.go(mail.link.removeprefix(sora.address))
    assert sora.page.url.endswith("/startups/update/")
    sora.sees(HOW)
    sora.sees("Last time: %(value)s")
    expect(sora.page.locator("main")).to_contain_text("四半期末日")


def test_what_is_no_number_is_said_at_its_field(sora):
    sora.page.locator("#id_people").fill("７")
    sora.page.locator("#id_revenue").fill("だいたい三百万")
    sora.press("Send the update")
    sora.sees("“%(text)s” is not a number we can read. Write digits only, such as 1500000.")
    expect(sora.page.locator("#id_people")).to_have_value("７")


def test_an_odd_figure_is_a_question_and_no_refusal(sora):
    sora.page.locator("#id_revenue").fill("４５，０００，０００")
    sora.page.locator("#id_grants").fill("0")
    sora.press("Send the update")
    sora.sees("If a figure is right, tick it. Otherwise correct it below. Then send again.")
    sora.page.locator("input[name^='confirm_']").first.check()
    sora.press("Send the update")
    sora.sees(ARRIVED)
    expect(sora.page.locator("main")).to_contain_text("45,000,000円")
    sora.sees("not answered")
    assert sora.mail(SORA, THANKS).link


def test_a_correction_becomes_a_second_version(sora):
    sora.follow("Correct something")
    expect(sora.page.locator("#id_people")).to_have_value("7")
    sora.page.locator("#id_revenue").fill("4,500,000")
    sora.press("Send the update")
    sora.sees(ARRIVED)
    expect(sora.page.locator("main")).to_contain_text("2")


def test_nothing_happened_is_one_click_in_english_and_in_the_dark(alex):
    mail = alex.mail(ALEX, ASKED)
    alex.go(mail.link.removeprefix(alex.address))
    alex.sees("Last time: %(value)s")
    alex.press("No change since last time")
    alex.sees(ARRIVED)
    expect(alex.page.locator("main")).to_contain_text("USD 0.00")


def test_the_founder_finds_it_on_the_own_page_and_the_public_sees_what_was_agreed(visitor):
    founder = visitor(as_="founder", language="ja", viewport=PHONE)
    founder.go("/startups/mine/")
    founder.sees("Quarterly updates")
    founder.sees("Milestones")
    founder.follow("Texts and consent")
    founder.sees("Withdraw the consent")
    public = visitor(viewport=PHONE)
    public.go("/startups/")
    public.follow("Aoba Example Qubits")
    public.sees("Materials that keep qubits quiet")
    public.misses("45,000,000")


def test_the_desk_reads_both_versions(visitor):
    manager = visitor(as_="startups", language="ja", viewport=DESK)
    manager.go(f"/admin/startups/founderupdate/?q={PERIOD}")
    manager.follow("Aoba Example Qubits")
    expect(manager.main).to_contain_text("45,000,000円")
    expect(manager.main).to_contain_text("4,500,000円")
