"""What coordinators do in the admin: find a record, take a step, take a step for many."""

from playwright.sync_api import expect

from tests.journeys.visitor import Visitor


def open_record(visitor: Visitor, table: str, *texts: str) -> None:
    """The first row of a list that shows all these words of the portal, or names."""
    visitor.go(f"/admin/{table}/")
    row = visitor.page.locator("#result_list tbody tr")
    for text in texts:
        row = row.filter(has_text=visitor.words(text))
    with visitor.page.expect_navigation():
        row.first.locator("th a, td.field-code a").first.click()
    visitor.look()


def take_step(visitor: Visitor, label: str, **fields: str) -> None:
    """A button on the record, the page that says what will happen, and the button that does it."""
    visitor.follow(label, within=visitor.page.locator(".desk-head .desk-steps"))
    for name, value in fields.items():
        visitor.page.locator(f"[name={name}]").fill(value)
    visitor.press(label, within=visitor.page.locator(".desk-steps"))
    visitor.sees("Done: %(step)s.")


def take_step_for_all(visitor: Visitor, table: str, query: str, label: str) -> None:
    """Everything a search finds, chosen in the list; what is not possible is left out."""
    visitor.go(f"/admin/{table}/?{query}")
    visitor.page.locator("#action-toggle").check()
    visitor.page.locator("select[name=action]").select_option(label=visitor.said(label))
    with visitor.page.expect_navigation():
        visitor.page.locator("button[name=index]").click()
    visitor.look()
    visitor.press(label, within=visitor.page.locator(".desk-steps"))
    expect(visitor.main.locator(".desk-rows")).not_to_contain_text(visitor.words("refused"))


def state_is(visitor: Visitor, state: str) -> None:
    expect(visitor.page.locator(".desk-state")).to_contain_text(visitor.words(state))
