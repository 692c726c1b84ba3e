"""Journeys 2 and 3: one application goes over two desks to the offer, and its stay from acceptance to certificate.

The tests are chapters of one story and run in this order.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pytest

from tests.factories.journeys import QUIET_ANSWERS
from tests.journeys import applying, desk
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

TODAY = dt.datetime.now(dt.UTC).date()
NAME = ("Lena", "Probe")
EMAIL = applying.new_address("lena.probe")
SUPERVISOR = applying.new_address("pat.supervisor")
PLAN = applying.Plan(
    home="University of Chicago",
    host="Tohoku University",
    host_person="Hanako Mihon",
    position="Postdoctoral researcher in physics",
    field="Spintronics",
    topic="Noise of magnetic elements at low temperature",
    supervisor="Pat Supervisor",
    supervisor_email=SUPERVISOR,
    first_day=TODAY + dt.timedelta(days=20),
    last_day=TODAY + dt.timedelta(days=33),
)
CORRECTED = PLAN.last_day - dt.timedelta(days=1)
# So many days pass between acceptance and arrival that the stay is over when the story ends.
PASSING = 35
ARRIVED, DEPARTED = (day - dt.timedelta(days=PASSING) for day in (PLAN.first_day, CORRECTED))
MOVED = "The stay of %(fellow)s: now %(start)s to %(end)s"
BLOCKING = "q={}&state__exact=open&blocking__exact=1"
APPLICATIONS, STAYS, TASKS = "exchanges/application", "exchanges/stay", "exchanges/staytask"


@dataclass
class Story:
    """Who takes part, each at an own browser from the first time on, and the numbers they speak of."""

    visitor: Callable[..., Visitor]
    code: str = ""
    stay: str = ""

    @cached_property
    def fellow(self) -> Visitor:
        return self.visitor()

    @cached_property
    def tohoku(self) -> Visitor:
        """Runs the programme at the host's side, in Japanese."""
        return self.visitor(as_="tohoku", language="ja")

    @cached_property
    def chicago(self) -> Visitor:
        """The office at home."""
        return self.visitor(as_="uchicago")

    @cached_property
    def host(self) -> Visitor:
        host = self.visitor(language="ja")
        host.sign_in_by_code("hanako.mihon@example.org")
        return host

    @cached_property
    def officer(self) -> Visitor:
        return self._from_export_office("aoi.reidai@example.org", language="ja")

    @cached_property
    def officer_at_home(self) -> Visitor:
        return self._from_export_office("casey.dummy@example.org", language="en")

    def _from_export_office(self, email: str, *, language: str) -> Visitor:
        """The admin opens to them only with a second factor."""
        officer = self.visitor(language=language)
        officer.sign_in_by_code(email)
        officer.go("/admin/")
        officer.sees("Set up a second factor to enter the coordinators' desk.")
        officer.set_up_second_factor()
        officer.go("/admin/")
        officer.sees("Today")
        return officer


@pytest.fixture(scope="module")
def story(visitor) -> Story:
    return Story(visitor)


def answer_questions(visitor: Visitor) -> None:
    """Everything asked of this person, so that the rules have nothing against it."""
    asked = {field.get_attribute("name") for field in visitor.page.locator("[name*='JP-']").all()}
    assert asked
    for name in asked:
        value = QUIET_ANSWERS[name[-5:]]
        choices = visitor.page.locator(f"[name='{name}']")
        if choices.first.evaluate("field => field.tagName") == "SELECT":
            choices.select_option(value)
        else:
            visitor.page.locator(f"[name='{name}'][value='{value}']").check()


# -- journey 2: from submitted to offer --------------------------------------------------------------------------------
def test_a_fellow_applies(story, curriculum_vitae):
    fellow = story.fellow
    fellow.go(applying.CALL)
    applying.sign_up(fellow, email=EMAIL, given_name=NAME[0], family_name=NAME[1], zone="America/Chicago")
    applying.apply(fellow, given_name=NAME[0], plan=PLAN, paper=curriculum_vitae)
    story.code = fellow.main.locator(".eyebrow").inner_text()


def test_the_programme_returns_it_for_completion_with_a_reason(story):
    desk.open_record(story.tohoku, APPLICATIONS, story.code)
    desk.take_step(story.tohoku, "Start the eligibility check")
    desk.take_step(story.tohoku, "Ask for completion", items="Please say which cryostat you need.")
    desk.state_is(story.tohoku, "returned for completion")


def test_the_fellow_completes_it_and_sends_it_again(story):
    fellow = story.fellow
    fellow.go(fellow.mail(EMAIL, "Please complete your application %(number)s by %(until)s").link)
    fellow.sees("Please say which cryostat you need.")
    fellow.follow("Continue")
    fellow.follow("Your plan", within=fellow.page.locator("#steps"))
    fellow.fill("research plan", "Noise from 4 K to 300 mK, in the wet cryostat.")
    fellow.press("Save and continue")
    fellow.go(fellow.page.locator("#steps").get_by_role("link").last.get_attribute("href"))
    applying.agree_and_send(fellow)
    fellow.sees("Your application has arrived")


def test_the_programme_passes_it_on(story):
    desk.open_record(story.tohoku, APPLICATIONS, story.code)
    desk.take_step(story.tohoku, "Start the eligibility check")
    desk.take_step(story.tohoku, "Pass on to the pre-check")
    desk.state_is(story.tohoku, "export pre-check")


def test_fellow_and_host_answer_what_the_law_asks(story):
    fellow, host = story.fellow, story.host
    fellow.go(fellow.mail(EMAIL, "Questions required by law about application %(number)s").link)
    if "/questions/" not in fellow.page.url:
        fellow.follow("Answer the questions")
    answer_questions(fellow)
    fellow.press("Save my answers")
    host.go("/hosting/")
    host.follow(NAME[1])
    answer_questions(host)
    host.press("Save and hand in the answers")
    host.sees("Your answers are saved.")


def test_the_export_officer_clears_it_with_a_second_factor(story):
    officer = story.officer
    desk.open_record(officer, "screening/screening", story.code)
    officer.follow("Write down answers")
    answer_questions(officer)
    officer.press("Write down answers", within=officer.page.locator(".desk-steps"))
    desk.take_step(officer, "Clear at pre-check")


def test_host_and_home_sign_at_their_own_desks(story, visitor):
    story.host.go("/hosting/")
    story.host.follow(NAME[1])
    story.host.tick("I agree")
    story.host.press("Record my decision")

    desk.open_record(story.tohoku, "exchanges/approval", story.code, "head of the host unit")
    desk.take_step(story.tohoku, "Approve")

    supervisor = visitor()  # has no account
    supervisor.go(supervisor.mail(SUPERVISOR, "Please decide about %(applicant)s by %(until)s").link)
    supervisor.tick("I agree")
    supervisor.press("Record my decision")
    supervisor.sees("Thank you")

    desk.open_record(story.chicago, "exchanges/approval", story.code, "home institution")
    desk.take_step(story.chicago, "Approve")
    desk.open_record(story.tohoku, APPLICATIONS, story.code)
    desk.state_is(story.tohoku, "under review")


def test_a_reviewer_states_no_conflict_and_scores(story, visitor):
    tohoku = story.tohoku
    tohoku.follow("Ask a reviewer", within=tohoku.page.locator(".desk-head"))
    tohoku.page.locator("[name=address]").fill("jonas.muster@example.org")
    tohoku.press("Ask a reviewer", within=tohoku.page.locator(".desk-steps"))
    tohoku.sees("Done: %(step)s.")

    reviewer = visitor(as_="reviewer")
    reviewer.go(reviewer.mail("jonas.muster@example.org", "A review is asked of you by %(due)s: %(applicant)s").link)
    reviewer.press("I have no conflict of interest: show me the application")
    reviewer.sees(PLAN.topic)
    for scale in reviewer.page.locator("fieldset:has(.scale)").all():
        scale.locator("input[value='4']").check()
    reviewer.page.locator("[name=advice]").first.check()
    reviewer.fill("Comment for the panel", "Clear, feasible, and the host has the cryostat.")
    reviewer.press("Hand in my review")
    reviewer.sees("Your review is handed in. Thank you.")


def test_the_programme_selects_and_sends_the_offer(story):
    tohoku = story.tohoku
    desk.open_record(tohoku, APPLICATIONS, story.code)
    desk.take_step(tohoku, "Recommend without interview")
    desk.take_step(tohoku, "Select")
    desk.take_step(tohoku, "Prepare the offer")
    desk.open_record(tohoku, "exchanges/offer", story.code)
    desk.take_step(tohoku, "Send the offer")
    desk.state_is(tohoku, "sent")


def test_the_fellow_gets_the_mail_and_opens_the_letter(story):
    fellow = story.fellow
    fellow.go(fellow.mail(EMAIL, "We offer you a place: please answer by %(answer_by)s").link)
    fellow.sees("You are offered a place")
    letter = fellow.pdf("The letter (PDF)")
    assert "".join(NAME) in letter
    assert "TohokuUniversity" in letter


# -- journey 3: from acceptance to certificate -------------------------------------------------------------------------
def test_the_fellow_accepts(story):
    fellow = story.fellow
    fellow.follow("Accept the offer")
    fellow.press("Accept the offer")
    fellow.sees("You have accepted the offer. Welcome!")
    fellow.follow("Go to your stay")
    story.stay = fellow.page.title().split()[1]


def test_everybody_does_the_own_part_of_the_checklist(story, curriculum_vitae):
    do_own_tasks(story.fellow, proof=curriculum_vitae)
    story.host.go("/hosting/")
    story.host.follow(NAME[1])
    story.host.follow("延長")
    story.host.press("Mark as done")
    desk.take_step_for_all(story.officer_at_home, TASKS, BLOCKING.format(story.stay), "Mark as done")


def do_own_tasks(visitor: Visitor, proof=None) -> None:
    """One page for each task, the first one with a proof."""
    stay = visitor.page.url
    tasks = [link.get_attribute("href") for link in visitor.page.locator("section[aria-labelledby=mine] h3 a").all()]
    assert tasks
    for task in tasks:
        visitor.go(task)
        if not visitor.page.get_by_role("button", name=visitor.words("Mark as done")).count():
            continue  # is done with the report itself
        if proof:
            visitor.attach("Proof, if there is a paper", proof)
            proof = None
        visitor.press("Mark as done")
        visitor.sees("Done: %(task)s")
    visitor.go(stay)


def test_the_desk_corrects_the_days_and_everybody_hears_of_it(story):
    desk.open_record(story.tohoku, STAYS, story.stay)
    desk.take_step(story.tohoku, "Correct the days", end_on=CORRECTED.isoformat(), reason="An earlier flight was free.")
    for reader, address in ((story.fellow, EMAIL), (story.host, "hanako.mihon@example.org")):
        assert "An earlier flight was free." in reader.mail(address, MOVED).text  # each in the own language


def test_the_stay_happens_and_the_host_confirms_the_arrival(story, portal):
    portal.let_days_pass(story.stay, PASSING)
    host = story.host
    host.go("/hosting/")
    host.follow(NAME[1])
    host.follow("Confirm the arrival")
    host.fill("Day of arrival", ARRIVED.isoformat())
    host.press("Confirm the arrival")
    host.sees("The arrival is confirmed. Thank you.")
    story.fellow.mail(EMAIL, "Welcome: your arrival is confirmed")


def test_the_arrival_steps_are_done_and_the_clock_opens_the_exit(story, portal):
    desk.take_step_for_all(story.tohoku, TASKS, BLOCKING.format(story.stay), "Mark as done")
    desk.open_record(story.tohoku, STAYS, story.stay)
    desk.take_step(story.tohoku, "Finish the arrival steps")
    portal.let_the_clock_do("exchanges.tasks.move_stays")
    story.fellow.mail(EMAIL, "Your stay ends on %(end)s: the steps before leaving")


def test_the_export_office_and_the_host_see_the_fellow_off(story):
    officer = story.officer
    officer.sign_out()
    officer.sign_in_by_code("aoi.reidai@example.org")
    officer.give_second_factor()
    desk.take_step_for_all(officer, TASKS, BLOCKING.format(story.stay), "Mark as done")
    host = story.host
    host.go("/hosting/")
    host.follow(NAME[1])
    host.follow("Confirm the departure")
    host.fill("Last day", DEPARTED.isoformat())
    host.press("Confirm the departure")
    host.sees("The departure is confirmed. Thank you.")


def test_the_fellow_writes_the_report(story, portal):
    portal.let_the_clock_do("exchanges.tasks.move_stays")
    fellow = story.fellow
    fellow.go(fellow.mail(EMAIL, "Please hand in your final report by %(due)s").link)
    if not fellow.page.url.endswith("/report/"):
        fellow.follow("Write the report")
    fellow.page.locator("[name=body]").fill("We measured the noise down to 300 mK.")
    fellow.page.locator("[name=summary_en]").fill("Magnetic elements are quieter when they are cold.")
    fellow.press("Save")
    fellow.press("Hand in the report as saved")
    fellow.sees("Your report is handed in.")


def test_the_programme_accepts_it_and_the_certificate_comes(story):
    desk.open_record(story.tohoku, STAYS, story.stay)
    desk.take_step(story.tohoku, "Accept the report and close the stay")
    desk.state_is(story.tohoku, "closed")
    fellow = story.fellow
    certificate = fellow.pdf_at(fellow.mail(EMAIL, "Your certificate %(letter)s").link)
    assert "".join(NAME) in certificate
    fellow.go("/desk/")
    fellow.follow("Tohoku")
    assert fellow.pdf("Download the certificate (PDF)") == certificate


def test_anybody_can_check_the_certificate(story, visitor):
    certificate = story.fellow.pdf("Download the certificate (PDF)")
    code = re.search(r"verify/([A-Za-z0-9-]+)", certificate)[1]
    stranger = visitor(language="ja")
    stranger.go("/")
    stranger.follow("Check a letter or certificate")
    stranger.page.locator("main input[type=text]").fill(code)
    stranger.press("Check this letter")
    stranger.sees("This letter is genuine and current")
    stranger.sees(NAME[1])


def test_a_paper_is_added_with_its_doi(story):
    fellow = story.fellow
    fellow.follow("Add a result")
    fellow.fill("Title", "Quiet magnets")
    fellow.fill("DOI", "https://doi.org/10.1038/S41586-020-2649-2")
    fellow.press("Add this result")
    fellow.sees("Quiet magnets")
    link = fellow.page.get_by_role("link", name="10.1038/s41586-020-2649-2")
    assert link.get_attribute("href") == "https://doi.org/10.1038/s41586-020-2649-2"
