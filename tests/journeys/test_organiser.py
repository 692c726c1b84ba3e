"""An organiser from the idea to the report: plans, announces, moves, postpones, tells everybody, files the numbers."""

import datetime as dt
import subprocess
import sys
import time
from zoneinfo import ZoneInfo

import pytest
import vobject
from playwright.sync_api import expect

from tests.journeys.desk import open_record, state_is, take_step
from tests.journeys.portal import ROOT
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser

TITLE, TITLE_JA = "Evening of cold detectors", "冷たい検出器の夕べ"
CODE, RIKU = "cold-detectors", "riku.evening@example.org"
SWEEP = "workshops.tasks.move_events"


DAY_HAS_COME = """
import datetime as dt
from workshops.models import Event
event = Event.objects.get(code={code!r})
event.starts_on, event.registration_opens_on = dt.date.fromisoformat({day!r}), None
event.registration_closes_on = dt.date.fromisoformat({closed!r})
event.save()
"""


def let_the_day_come(portal) -> None:
    """The event is today, and registration ended yesterday."""
    script = DAY_HAS_COME.format(code=CODE, day=day(0), closed=day(-1))
    command = [sys.executable, "manage.py", "shell", "-c", script]
    subprocess.run(command, cwd=ROOT, env=portal.environment, check=True, stdout=subprocess.DEVNULL)


def today() -> dt.date:
    return dt.datetime.now(ZoneInfo("Asia/Tokyo")).date()


def day(days: int) -> str:
    return (today() + dt.timedelta(days=days)).isoformat()


@pytest.fixture(scope="module")
def organiser(visitor) -> Visitor:
    return visitor(as_="tohoku", language="ja")


@pytest.fixture(scope="module")
def riku(visitor) -> Visitor:
    return visitor(language="ja", viewport=PHONE)


def fill(one: Visitor, **fields: str) -> None:
    for name, value in fields.items():
        one.page.locator(f"#id_{name}").fill(value)


def pick(one: Visitor, name: str, text: str) -> None:
    """From a list that is searched by typing."""
    field = one.page.locator(f".field-{name}, .form-row").filter(has=one.page.locator(f"[name={name}]")).last
    field.locator(".select2-selection").first.click()
    one.page.locator(".select2-search__field").last.fill(text)
    one.page.locator(".select2-results__option").filter(has_text=text).first.click()


def open_tab(one: Visitor, name: str) -> None:
    one.page.locator("a[x-on\\:click*=activeFieldsetTab]").filter(has_text=one.words(name)).first.click()


def test_an_idea_is_written_down(organiser):
    organiser.go("/admin/workshops/event/add/")
    fill(organiser, code=CODE, title_en=TITLE, title_ja=TITLE_JA, summary_en="Talks and a look into the cryostat.")
    pick(organiser, "host_organisation", "東北大学")
    pick(organiser, "alliance", "シカゴ")
    fill(organiser, starts_on=day(20))
    with organiser.page.expect_navigation():
        organiser.page.locator("[name=_continue]").click()
    organiser.look()
    state_is(organiser, "idea")


def test_what_is_missing_is_said_before_anything_happens(organiser):
    organiser.follow("Approve the event", within=organiser.page.locator(".desk-head .desk-steps"))
    organiser.press("Approve the event", within=organiser.page.locator(".desk-steps"))
    organiser.sees("Please add first: %(missing)s.")


def test_the_plan_is_completed_approved_and_announced_in_both_languages(organiser):
    open_record(organiser, "workshops/event", TITLE_JA)
    fill(organiser, summary_ja="講演とクライオスタットの見学です。")
    organiser.page.locator("[name=format]").select_option("on_site")
    fill(organiser, venue_en="Cold hall", venue_ja="低温ホール", city="Sendai")
    organiser.page.locator("[name=country]").select_option("JP")
    open_tab(organiser, "Registration")
    fill(organiser, language="en|ja", registration_opens_on=day(-1), capacity="10")
    with organiser.page.expect_navigation():
        organiser.page.locator("[name=_continue]").click()
    organiser.look()
    take_step(organiser, "Approve the event")
    take_step(organiser, "Announce the event")
    state_is(organiser, "announced")


def test_registration_opens_by_the_clock_and_somebody_registers_on_a_phone(portal, riku):
    portal.let_the_clock_do(SWEEP)
    riku.go("/events/")
    riku.sees(TITLE_JA)
    riku.page.get_by_role("link", name=TITLE_JA).click()
    riku.page.wait_for_load_state("load")
    riku.look()
    riku.sees("低温ホール")
    riku.go(f"/events/{CODE}/register/")
    riku.fill("Name", "Riku Yoru")
    riku.fill("E-mail address", RIKU)
    riku.fill("University, company or other affiliation", "Example Institute")
    riku.page.locator("#id_affiliation_country").select_option("US")
    riku.page.locator("#id_career_stage").select_option("postdoc")
    riku.page.locator("#id_timezone").select_option("Asia/Tokyo")
    riku.press("Register")
    assert riku.mail(RIKU, "You have a place: %(event)s").link


def test_another_place_is_told_and_asked_about(organiser):
    open_record(organiser, "workshops/event", TITLE_JA)
    organiser.follow("Change time or place", within=organiser.page.locator(".desk-head .desk-steps"))
    fill(organiser, venue_en="Warm hall", venue_ja="暖かいホール")
    organiser.press("Change time or place", within=organiser.page.locator(".desk-steps"))
    organiser.sees("Done: %(step)s.")


def test_the_participant_says_that_he_still_comes(riku):
    mail = riku.mail(RIKU, "Changed: %(event)s")
    assert "暖かいホール" in mail.text and "低温ホール" in mail.text
    riku.go(mail.link.removeprefix(riku.address))
    assert riku.page.url.endswith("/events/still-coming/")
    riku.press("Yes, I am coming")
    riku.sees("Thank you! Your place stays yours.")


def test_the_event_is_postponed_and_its_page_and_calendar_say_so(organiser, riku):
    open_record(organiser, "workshops/event", TITLE_JA)
    take_step(organiser, "Postpone the event", reason="冷凍機の修理のためです。")
    state_is(organiser, "postponed")
    assert "冷凍機の修理のためです。" in riku.mail(RIKU, "Postponed: %(event)s").text
    riku.go(f"/events/{CODE}/")
    riku.sees("This event is postponed.")
    entry = vobject.readOne(riku.page.request.get(f"/events/{CODE}/event.ics").text()).vevent
    assert entry.status.value == "CANCELLED"


def test_with_the_new_date_everybody_is_asked_again(organiser, riku):
    organiser.follow("Set the new date", within=organiser.page.locator(".desk-head .desk-steps"))
    fill(organiser, starts_on=day(1), registration_closes_on=day(1))
    organiser.press("Set the new date", within=organiser.page.locator(".desk-steps"))
    organiser.sees("Done: %(step)s.")
    mail = riku.mail(RIKU, "New date: %(event)s")
    riku.go(mail.link.removeprefix(riku.address))
    riku.press("Yes, I am coming")
    entry = vobject.readOne(riku.page.request.get(f"/events/{CODE}/event.ics").text()).vevent
    assert (entry.status.value, entry.dtstart.value) == ("CONFIRMED", today() + dt.timedelta(days=1))


def test_before_it_has_begun_nobody_can_say_that_it_took_place(portal, organiser):
    portal.let_the_clock_do(SWEEP)
    open_record(organiser, "workshops/event", TITLE_JA)
    steps = organiser.page.locator(".desk-head .desk-steps")
    expect(steps).not_to_contain_text(organiser.words("Record that it took place"))


def test_when_the_day_has_come_heads_are_counted(portal, organiser):
    let_the_day_come(portal)
    portal.let_the_clock_do(SWEEP)
    deadline = time.monotonic() + 75
    while True:
        open_record(organiser, "workshops/event", TITLE_JA)
        if organiser.words("Record that it took place").search(organiser.page.locator(".desk-head").inner_text()):
            break
        assert time.monotonic() < deadline, "registration has not closed"
        time.sleep(1)
    take_step(organiser, "Record that it took place", attended_count="7")
    state_is(organiser, "held")


def test_the_report_is_filled_in_from_the_rows_and_printed_in_both_languages(organiser):
    organiser.follow("Report of the event")
    expect(organiser.page.locator("[name=registered_count]")).to_have_value("1")
    expect(organiser.page.locator("[name=attended_count]")).to_have_value("7")
    expect(organiser.page.locator("[name=overseas_count]")).to_have_value("1")
    fill(organiser, report_en="A clear evening, and a joint project.", report_ja="実りある夕べでした。")
    organiser.press("File the report")
    organiser.sees("The report is filed.")
    papers = organiser.page.locator("ul.files a")
    texts = [organiser.pdf_at(paper.get_attribute("href")) for paper in papers.all()]
    assert len(texts) == 2
    assert any("Aclearevening" in text for text in texts) and any("実りある夕べでした" in text for text in texts)
