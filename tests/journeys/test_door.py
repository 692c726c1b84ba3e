"""Check-in at the door on a phone: a name in kana, a code scanned twice, a slip, somebody who waits, somebody new."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.journeys.portal import ROOT
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser

EVENT = "demo-lab-day-2027"
TODAY = f"""
from zoneinfo import ZoneInfo
from django.utils import timezone
from workshops.models import Event
event = Event.objects.get(code="{EVENT}")
event.starts_on = event.ends_on = timezone.localdate(timezone=ZoneInfo(event.timezone))
event.save()
"""
# Other journeys come to the same event: afterwards it is as it was.
AS_BEFORE = f"""
import datetime as dt
from workshops.models import CheckIn, Event, Registration
event = Event.objects.get(code="{EVENT}")
event.starts_on = event.ends_on = dt.date(2027, 2, 18)
event.state = "registration_open"
event.save()
CheckIn.objects.filter(registration__event=event).delete()
Registration.objects.filter(event=event, is_walk_in=True).delete()
"""


def run(portal, program: str) -> None:
    command = [sys.executable, "manage.py", "shell", "-c", program]
    subprocess.run(command, cwd=ROOT, env=portal.environment, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def day(portal):
    """The day of the event has come."""
    run(portal, TODAY)
    yield
    run(portal, AS_BEFORE)


@pytest.fixture(scope="module")
def staff(visitor, day) -> Visitor:
    return visitor(as_="tohoku", language="ja", viewport=PHONE)


def open_door(staff: Visitor) -> None:
    staff.go(f"/events/{EVENT}/door/")


def look_for(staff: Visitor, text: str, name: str) -> None:
    open_door(staff)
    staff.page.locator("#q").fill(text)
    staff.press("Search")
    staff.follow(name)


def test_somebody_is_found_by_the_reading_of_her_name_and_let_in(staff):
    open_door(staff)
    staff.sees("%(inside)s of %(expected)s are in")
    look_for(staff, "ミホン", "Hanako Mihon")
    staff.sees("Has a place")
    staff.press("Let in")
    staff.sees("Welcome, come in")


def test_the_second_scan_says_when_the_first_one_was(staff):
    ticket = staff.page.url.split("?")[0].removeprefix(staff.address)
    staff.go(ticket)
    staff.sees("Already in at %(at)s")
    staff.press("That was a mistake: take back")
    staff.sees("Taken back: not checked in.")
    staff.press("Let in")
    staff.sees("Welcome, come in")


def test_who_waits_does_not_come_in_and_the_screen_says_why(staff):
    look_for(staff, "試作", "Sakura Shisaku")
    staff.sees("All places are taken. Whoever comes in now comes in addition.")
    expect(staff.page.locator("input[name=way]")).to_have_count(0)  # nothing that would simply let her in
    expect(staff.page.get_by_role("button", name=staff.words("Let in all the same"))).to_have_count(1)


def test_somebody_new_comes_in_beyond_the_last_place_only_on_purpose(staff):
    open_door(staff)
    staff.follow("Came without registration")
    staff.fill("Name", "Toru Gakari")
    staff.press("Register and let in")
    staff.sees("All places are taken. Let this person in all the same?")
    expect(staff.field("Name")).to_have_value("Toru Gakari")
    staff.page.locator("#id_over_capacity").check()
    staff.press("Register and let in")
    staff.sees("%(name)s is in.")
    staff.sees("Over by %(over)s: more people have a place than there are places.")


def test_the_badges_are_those_of_people_with_a_place(staff):
    text = staff.pdf("All badges")
    assert "HanakoMihon" in text and "ToruGakari" in text
    assert "SakuraShisaku" not in text
