"""A mission delegate's day: invited by link, she finds whom to meet, gets a time, meets, and keeps what comes next."""

import subprocess
import sys
import uuid

import pytest
from playwright.sync_api import expect

from tests.journeys import desk
from tests.journeys.portal import ROOT, Portal
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser

MARK = uuid.uuid4().hex[:6]
TOPIC = f"Fibres below one kelvin {MARK}"
# Two people without sign-in: one travels, one receives.
YUI = {"family_name": f"Hakobune{MARK}", "given_name": "Yui", "email": f"yui.{MARK}@example.org"}
MAX = {"family_name": f"Template{MARK}", "given_name": "Max", "email": f"max.{MARK}@example.org"}
TRAVELLING, RECEIVING = "見本量子", "プレースホルダー"

# The day of the mission lies ahead; what it brings is looked at as if it were over.
THE_DAY_HAS_COME = """
import datetime as dt
from django.utils import timezone
from workshops.models import Meeting
meeting = Meeting.objects.get(topic_en={topic!r})
length = meeting.ends_at - meeting.starts_at
meeting.starts_at = timezone.now() - dt.timedelta(hours=1)
meeting.ends_at = meeting.starts_at + length
meeting.save()
"""


@pytest.fixture(scope="module")
def organiser(visitor) -> Visitor:
    return visitor(as_="tohoku", language="ja")


@pytest.fixture(scope="module")
def yui(visitor) -> Visitor:
    return visitor(viewport=PHONE)


@pytest.fixture(scope="module")
def max_(visitor) -> Visitor:
    return visitor(viewport=PHONE, dark=True)


def let_the_day_come(portal: Portal) -> None:
    code = THE_DAY_HAS_COME.format(topic=TOPIC)
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        cwd=ROOT, env=portal.environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def open_pages(who: Visitor, address: str, subject: str) -> None:
    """By the personal link in the mail; the address that stays holds no secret."""
    who.go(who.mail(address, subject).link)
    assert "/link/" not in who.page.url
    who.sees("My day")


def test_the_organiser_adds_people_and_mails_them_their_pages(organiser):
    desk.open_record(organiser, "workshops/delegation", "量子ビジネスミッション")
    for person, company, role, zone in (
        (YUI, TRAVELLING, "delegate", "Asia/Tokyo"),
        (MAX, RECEIVING, "host", "America/Chicago"),
    ):
        organiser.follow("Add a person", within=organiser.page.locator(".desk-head .desk-steps"))
        for name, value in person.items():
            organiser.page.locator(f"[name={name}]").fill(value)
        options = organiser.page.locator("[name=company] option").filter(has_text=company)
        organiser.page.locator("[name=company]").select_option(options.first.get_attribute("value"))
        organiser.page.locator("[name=role]").select_option(role)
        organiser.page.locator("[name=timezone]").select_option(zone)
        organiser.press("Add a person", within=organiser.page.locator(".desk-steps"))
        organiser.sees("Done: %(step)s.")
    desk.take_step(organiser, "Mail everybody her pages")


def test_the_delegate_finds_somebody_on_her_phone_and_asks(yui):
    open_pages(yui, YUI["email"], "Your pages for %(mission)s")
    yui.follow("Whom to meet")
    card = yui.page.locator("article").filter(has_text=MAX["family_name"])
    expect(card).to_contain_text("Looking for:")
    yui.follow(f"Ask for a meeting Max {MAX['family_name']}", within=card)
    yui.fill("What you would like to talk about", TOPIC)
    # Both zones stand beside each time.
    times = yui.page.locator("fieldset").filter(has_text="Wished time")
    expect(times).to_contain_text("Chicago time (UTC-06:00)")
    expect(times).to_contain_text("Tokyo time (UTC+09:00)")
    times.locator("input[type=radio]").nth(1).check()
    yui.press("Send the request")
    yui.sees("You asked, no answer yet")


def test_the_host_accepts_at_the_wished_time(max_):
    open_pages(max_, MAX["email"], "would like to meet you")
    max_.follow(TOPIC)
    max_.press("Accept the meeting")
    expect(max_.page.locator("main")).to_contain_text("scheduled")
    max_.sees("Online room" if max_.page.get_by_text("Online room").count() else "Table")


def test_her_day_shows_the_meeting_in_both_zones_and_her_calendar_has_it(yui):
    mail = yui.mail(YUI["email"], "Meeting")
    assert TOPIC in mail.text
    yui.follow("My day")
    row = yui.page.locator("tr").filter(has_text=TOPIC)
    expect(row).to_contain_text(MAX["family_name"])
    expect(yui.page.locator("thead").first).to_contain_text("Tokyo time")
    href = yui.page.get_by_role("link", name="Download as a calendar file").get_attribute("href")
    file = yui.page.request.get(href).text()
    assert "BEGIN:VEVENT" in file and "TZID=America/Chicago" in file
    yui.press("Make an address to subscribe to")
    feed = yui.page.locator("code").inner_text()
    assert "BEGIN:VCALENDAR" in yui.page.request.get(feed).text()


def test_the_organiser_sees_the_table_taken(organiser):
    desk.open_record(organiser, "workshops/delegation", "量子ビジネスミッション")
    organiser.follow("Schedule", within=organiser.page.locator(".desk-also"))
    expect(organiser.main).to_contain_text(TOPIC)


def test_each_side_says_with_one_tap_whether_it_took_place(portal, yui, max_):
    let_the_day_come(portal)
    yui.follow("My day")
    yui.sees("Did it take place?")
    yui.press("It took place")
    expect(yui.page.locator("main")).to_contain_text("held")
    max_.go(max_.page.url)
    max_.press("It took place")
    max_.sees("The other one says")


def test_she_keeps_what_comes_next(yui):
    yui.fill("Next step", "Send two samples")
    yui.choose("Who does it", "Yui")
    yui.press("Keep the follow-up")
    yui.sees("The follow-up is kept.")
    expect(yui.field("Next step")).to_have_value("Send two samples")
    yui.page.locator("summary").filter(has_text="Write minutes").click()
    yui.fill("Minutes", "We agreed on two samples.")
    yui.press("Keep the minutes")
    expect(yui.page.locator("main")).to_contain_text("minutes in draft")


def test_the_host_approves_the_minutes(max_):
    open_pages(max_, MAX["email"], "Minutes of your meeting")
    max_.follow("My meetings")
    max_.follow(TOPIC)
    max_.press("Approve the minutes")
    expect(max_.page.locator("main")).to_contain_text("minutes approved")
