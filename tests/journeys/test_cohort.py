"""A venture on its way into a cohort: the founders apply on a phone, three offices and a reviewer look, it is admitted.

The tests are chapters of one story and run in this order.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pytest
from playwright.sync_api import expect

from tests.journeys import applying, desk
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser

CALL = "/calls/demo-joint-2027/"
APPLICATIONS, STARTUPS, COHORTS = "startups/cohortapplication", "startups/startup", "startups/cohort"
VENTURE = f"Coldbit {uuid.uuid4().hex[:6]}"
FOUNDER, MATE = applying.new_address("fay.founder"), applying.new_address("theo.tech")
REVIEWER = "jonas.muster@example.org"


@dataclass
class Story:
    """Who takes part, each at an own browser from the first time on."""

    visitor: Callable[..., Visitor]

    @cached_property
    def founder(self) -> Visitor:
        return self.visitor(language="ja", viewport=PHONE)

    @cached_property
    def manager(self) -> Visitor:
        """Looks after the ventures of the programme."""
        return self.visitor(as_="startups", language="ja")


@pytest.fixture(scope="module")
def story(visitor) -> Story:
    return Story(visitor)


def counted(visitor: Visitor, label: str) -> int:
    """The number on one of the counters of today."""
    visitor.go("/admin/")
    counter = visitor.page.locator(".desk-counters a").filter(has_text=visitor.words(label))
    return int(counter.locator("strong").inner_text())


# -- the founders ------------------------------------------------------------------------------------------------------
def test_the_call_says_what_founders_have_to_know(story):
    founder = story.founder
    founder.go("/calls/")
    founder.follow("量子スタートアップ共同支援")
    founder.sees("Who may apply")
    founder.sees("Papers to hand in")
    founder.sees("How and when it is decided")


def test_a_founder_makes_an_account_and_begins(story):
    founder = story.founder
    applying.sign_up(founder, email=FOUNDER, given_name="Fay", family_name="Founder", zone="Asia/Tokyo")
    founder.press("Apply")
    founder.sees("The venture")


def test_she_says_what_the_venture_is_and_where_it_came_from(story):
    founder = story.founder
    founder.fill("name of the venture", VENTURE)
    founder.choose("country", "Japan")
    founder.choose("incorporated", "yes")
    founder.fill("legal form", "KK")
    founder.fill("founded", "2026-04-01")
    founder.fill("evidence of the founding", "登記事項証明書（2026年4月）")
    founder.choose("origin", "university")
    founder.choose("came out of", "東北大学")
    founder.fill("evidence of the origin", "大学とのライセンス契約")
    founder.choose("technology area", "量子材料")
    founder.press("Save and continue")


def test_she_names_the_team_and_the_plan(story):
    founder = story.founder
    expect(founder.page.locator("[name=founders_0_email]")).to_have_value(FOUNDER)
    founder.page.locator("[name=founders_0_role]").fill("代表取締役")
    for part, value in (("given_name", "Theo"), ("family_name", "Tech"), ("email", "theo"), ("role", "CTO")):
        founder.page.locator(f"[name=founders_1_{part}]").fill(value)
    founder.choose("foreign owners", "no")
    founder.press("Save and continue")
    founder.sees("Line %(number)d: “%(email)s” is not an e-mail address.")
    founder.page.locator("[name=founders_1_email]").fill(MATE)
    founder.press("Save and continue")
    for label in ("problem", "solution and technology", "market", "support wanted"):
        founder.fill(label, "極低温の配線は熱を運びます。熱を運ばない配線をつくります。")
    founder.fill("intellectual property: owners and licences", "特許は大学が保有し、当社に実施権があります。")
    founder.press("Save and continue")


def test_zero_is_a_figure_and_what_she_does_not_say_stays_empty(story):
    founder = story.founder
    founder.fill("people, in full-time posts", "0")
    founder.press("Save and continue")


def test_she_hands_in_the_deck_and_reads_everything_once_more(story, curriculum_vitae):
    founder = story.founder
    card = founder.page.locator("#paper_deck")
    card.locator("input[type=file]").set_input_files(curriculum_vitae)
    founder.press("Upload", within=card)
    founder.follow("Continue")
    founder.follow("Read the whole application")
    founder.sees(VENTURE)
    founder.sees("Theo Tech")
    founder.misses("revenue of the last twelve months")
    founder.follow("Back to sending")


def test_she_sends_it_and_sees_where_it_stands(story):
    founder = story.founder
    applying.agree_and_send(founder)
    founder.sees("Your application has arrived")
    founder.follow("See where it stands")
    founder.sees("The programme office has it and will begin to check it.")
    founder.go("/startups/mine/")
    founder.sees(VENTURE)
    founder.sees("applied")


# -- the desk, the export office, a reviewer ---------------------------------------------------------------------------
def test_today_counts_it_and_leads_to_it(story):
    manager = story.manager
    assert counted(manager, "applications of ventures to check") >= 1
    manager.follow("applications of ventures to check")
    manager.sees(VENTURE)
    desk.open_record(manager, APPLICATIONS, VENTURE)
    desk.take_step(manager, "Start the eligibility check")
    desk.state_is(manager, "eligibility check")


def test_nobody_reads_it_before_the_export_office_has_looked(story, visitor):
    manager = story.manager
    manager.follow("Pass on to the reviewers", within=manager.page.locator(".desk-head .desk-steps"))
    manager.page.locator("[name=conflict_note]").fill("なし")
    manager.press("Pass on to the reviewers", within=manager.page.locator(".desk-steps"))
    manager.sees("The export office has not checked this startup yet.")

    officer = visitor(as_="export", language="ja")
    assert counted(officer, "startups that wait for the export check") >= 1
    officer.follow("startups that wait for the export check")
    officer.follow(VENTURE)
    desk.take_step(officer, "Record the export check", result="No controlled technology, no foreign owners.")
    officer.sees("No controlled technology, no foreign owners.")

    manager.press("Pass on to the reviewers", within=manager.page.locator(".desk-steps"))
    desk.state_is(manager, "under review")


def test_a_reviewer_states_no_conflict_and_scores(story, visitor):
    manager = story.manager
    manager.follow("Ask a reviewer", within=manager.page.locator(".desk-head"))
    manager.page.locator("[name=address]").fill(REVIEWER)
    manager.press("Ask a reviewer", within=manager.page.locator(".desk-steps"))
    manager.sees("Done: %(step)s.")

    reviewer = visitor(as_="reviewer", dark=True)
    asked = reviewer.mail(REVIEWER, "A review is asked of you by %(due)s: %(applicant)s")
    reviewer.go("/startups/reviews/")
    reviewer.sees("Fay Founder")
    reviewer.go(asked.link)
    reviewer.sees(VENTURE)
    reviewer.sees("Theo Tech")
    reviewer.misses("極低温")
    reviewer.press("I have no conflict of interest: show me the application")
    reviewer.sees("極低温")
    for scale in reviewer.page.locator("fieldset:has(.scale)").all():
        scale.locator("input[value='4']").check()
    reviewer.page.locator("[name=advice]").first.check()
    reviewer.fill("Comment for the panel", "A clear need, and the patent is there.")
    reviewer.press("Hand in my review")
    reviewer.sees("Your review is handed in. Thank you.")
    reviewer.go("/startups/reviews/")
    reviewer.sees(VENTURE)


def test_the_panel_selects_it(story):
    manager = story.manager
    desk.open_record(manager, APPLICATIONS, VENTURE)
    manager.follow("Ranking of the call")
    expect(manager.main).to_contain_text("80%")
    desk.open_record(manager, APPLICATIONS, VENTURE)
    desk.take_step(manager, "Recommend without interview")
    desk.take_step(manager, "Select")
    desk.state_is(manager, "selected")
    assert counted(manager, "startups with a place, to be admitted") >= 1
    founder = story.founder
    founder.go(founder.mail(FOUNDER, "%(topic)s has a place in %(cohort)s").link)
    founder.sees("You have a place. The programme office comes to you with the terms to sign.")


# -- the cohort --------------------------------------------------------------------------------------------------------
def test_the_startup_is_admitted_to_the_cohort(story):
    manager = story.manager
    desk.open_record(manager, STARTUPS, VENTURE)
    manager.follow("Admit", within=manager.page.locator(".desk-head .desk-steps"))
    manager.page.locator("[name=support_kind]").select_option("grant")
    manager.page.locator("[name=ip_terms]").fill("実施権は当社に、特許は大学に残る。")
    manager.press("Admit", within=manager.page.locator(".desk-steps"))
    desk.state_is(manager, "admitted")
    expect(manager.main).to_contain_text("Theo Tech")
    desk.open_record(manager, COHORTS, "2027")
    expect(manager.main).to_contain_text(VENTURE)


def test_the_whole_team_is_on_the_founders_page(story):
    founder = story.founder
    founder.go("/startups/mine/")
    founder.sees("admitted")
    team = founder.main.locator("section[aria-labelledby=team]")
    expect(team).to_contain_text(re.compile("Fay.*Theo", re.DOTALL))
    founder.go("/startups/")
    founder.misses(VENTURE)
