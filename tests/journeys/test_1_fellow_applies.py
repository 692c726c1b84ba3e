"""Journey 1: a fellow comes from the public call to a submitted application, on a phone, in Japanese."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.journeys import applying
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser

EMAIL = applying.new_address("mio.yuzuki")
TODAY = dt.datetime.now(dt.UTC).date()
PLAN = applying.Plan(
    home="シカゴ大学",
    host="東北大学",
    host_person="見本",
    position="物性物理学講座 博士研究員",
    field="スピントロニクス",
    topic="極低温における磁気素子の雑音測定",
    supervisor="Alex Sensei",
    supervisor_email="alex.sensei@example.org",
    first_day=TODAY + dt.timedelta(days=60),
    last_day=TODAY + dt.timedelta(days=73),
)


@pytest.fixture(scope="module")
def fellow(visitor) -> Visitor:
    return visitor(language="ja", viewport=PHONE)


def test_she_finds_the_call_and_makes_an_account(fellow):
    fellow.go("/")
    fellow.follow("All calls")
    fellow.follow("短期研究室訪問")
    fellow.sees("How and when it is decided")
    applying.sign_up(fellow, email=EMAIL, given_name="Mio", family_name="Yuzuki", zone="America/Chicago")
    fellow.sees("短期研究室訪問")


def test_sections_save_themselves_while_she_types(fellow):
    fellow.press("Apply")
    applying.tell_about_herself(fellow, "Mio")
    with fellow.page.expect_response(lambda response: response.request.method == "POST"):
        fellow.fill("course or position", PLAN.position)
    expect(fellow.page.locator("#saved")).to_contain_text(fellow.words("Saved %(time)s"))


def test_she_comes_back_and_goes_on_where_she_was(fellow):
    fellow.go("/desk/")
    fellow.follow("短期研究室訪問")
    fellow.follow("Continue")
    expect(fellow.field("course or position")).to_have_value(PLAN.position)
    applying.tell_about_studies(fellow, PLAN)
    applying.choose_host_and_days(fellow, PLAN)


def test_everything_missing_is_listed_with_the_way_to_it(fellow):
    rail = fellow.page.locator("#steps")
    fellow.follow("Consents and sending", within=rail)
    missing = fellow.page.locator("#missing li")
    expect(missing).to_have_count(6)  # title, plan, motivation; the paper; name and address of the supervisor
    expect(fellow.page.get_by_role("button", name=fellow.words("Send my application"))).to_be_disabled()
    fellow.follow("Your plan", within=fellow.page.locator("#missing"))
    expect(fellow.field("title of the plan")).to_be_in_viewport()
    applying.describe_plan(fellow, PLAN)


def test_she_hands_in_her_paper_and_names_her_supervisor(fellow, curriculum_vitae):
    applying.hand_in_paper(fellow, curriculum_vitae)
    applying.name_supervisor(fellow, PLAN)
    fellow.sees("Nothing is missing.")


def test_she_reads_it_through_and_sends_it(fellow):
    fellow.follow("Read the whole application")
    fellow.sees("This is what the programme office will read. Nothing has been sent yet.")
    fellow.sees(PLAN.topic)
    fellow.follow("Back to sending")
    applying.agree_and_send(fellow)
    fellow.sees("Your application has arrived")


def test_the_receipt_comes_by_mail_and_her_desk_knows(fellow):
    mail = fellow.mail(EMAIL, "Your application %(number)s has arrived")
    assert "Mio" in mail.text
    fellow.go(mail.link)
    fellow.go("/desk/")
    fellow.sees("Nothing waits for you.")
    fellow.sees("短期研究室訪問")
