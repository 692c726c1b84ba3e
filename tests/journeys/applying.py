"""What every applicant does: make an account, fill in the sections, hand in papers, send."""

import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

CALL = "/calls/demo-ctqa-lab-rolling/"
CALL_TITLE = {"en": "Short laboratory visits", "ja": "短期研究室訪問"}
PASSWORD = "Quiet-Refrigerator-4K"


@dataclass(frozen=True)
class Plan:
    """What a fellow writes, in her language; the organisations as they stand in the lists."""

    home: str
    host: str
    host_person: str
    position: str
    field: str
    topic: str
    supervisor: str
    supervisor_email: str
    first_day: dt.date
    last_day: dt.date


def new_address(name: str) -> str:
    """An address nobody has used, so that a journey can be walked twice on the same portal."""
    return f"{name}.{uuid.uuid4().hex[:8]}@example.org"


def sign_up(visitor: Visitor, *, email: str, given_name: str, family_name: str, zone: str) -> None:
    """From the call by “Apply” to an account whose address is verified by the mailed link."""
    visitor.follow("Apply")
    visitor.page.locator("input[name=email]").fill(email)
    visitor.fill("Given name", given_name)
    visitor.fill("Family name", family_name)
    visitor.field("Your time zone").select_option(zone)
    visitor.page.locator("input[name=password1]").fill(PASSWORD)
    visitor.page.locator("input[name=password2]").fill(PASSWORD)
    visitor.press("Create my account")
    visitor.go(visitor.mail(email, "Please confirm your e-mail address").link)
    visitor.press_submit()


def tell_about_herself(visitor: Visitor, given_name: str) -> None:
    visitor.fill("given name", given_name)
    visitor.choose("career stage", "postdoctoral researcher")
    visitor.press("Save and continue")


def tell_about_studies(visitor: Visitor, plan: Plan) -> None:
    visitor.choose("home institution", plan.home)
    visitor.fill("course or position", plan.position)
    visitor.fill("field", plan.field)
    visitor.fill("enrolled or employed until", (plan.last_day + dt.timedelta(days=400)).isoformat())
    visitor.press("Save and continue")


def choose_host_and_days(visitor: Visitor, plan: Plan) -> None:
    visitor.choose("host institution", plan.host)
    visitor.choose("host researcher", plan.host_person)
    visitor.choose("purpose", "internship")
    visitor.fill("first day", plan.first_day.isoformat())
    visitor.fill("last day", plan.last_day.isoformat())
    visitor.press("Save and continue")


def describe_plan(visitor: Visitor, plan: Plan) -> None:
    visitor.fill("title of the plan", plan.topic)
    visitor.fill("research plan", f"{plan.topic}: 1, 2, 3.")
    visitor.fill("motivation", plan.field)
    visitor.press("Save and continue")


def hand_in_paper(visitor: Visitor, file: Path) -> None:
    card = visitor.page.locator("#paper_cv")
    card.locator("input[type=file]").set_input_files(file)
    visitor.press("Upload", within=card)
    expect(visitor.page.locator("#paper_cv")).to_contain_text(file.name)
    visitor.follow("Continue")


def name_supervisor(visitor: Visitor, plan: Plan) -> None:
    visitor.fill("supervisor's name", plan.supervisor)
    visitor.fill("supervisor's e-mail address", plan.supervisor_email)
    visitor.press("Save and continue")


def agree_and_send(visitor: Visitor) -> None:
    boxes = visitor.page.locator("input[name=consents]")
    expect(boxes).not_to_have_count(0)
    for box in boxes.all():
        box.check()
    visitor.press("Send my application")


def apply(visitor: Visitor, *, given_name: str, plan: Plan, paper: Path) -> None:
    """All sections one after the other, from “Apply” to the receipt."""
    visitor.press("Apply")
    tell_about_herself(visitor, given_name)
    tell_about_studies(visitor, plan)
    choose_host_and_days(visitor, plan)
    describe_plan(visitor, plan)
    hand_in_paper(visitor, paper)
    name_supervisor(visitor, plan)
    agree_and_send(visitor)
    visitor.sees("Your application has arrived")
