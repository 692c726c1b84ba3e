"""A person at a browser: goes to pages, reads mail, and notices whatever a careful person would complain about."""

import re
import time
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
MAIL_PATIENCE = 90.0  # seconds: delivery looks once a minute at the latest


def look_around_as(page: Page, key: str) -> None:
    """On the home page of a demo, sign in as the person behind a card."""
    page.locator(f"form:has(input[name='who'][value='{key}']) button").click()
    page.wait_for_load_state("load")


@dataclass
class Visitor:
    """One browser window of one person. `complaints` are console errors, failed requests and page errors."""

    browser: Browser
    address: str
    language: str = "en"
    viewport: dict = field(default_factory=lambda: dict(DESK))
    dark: bool = False
    complaints: list[str] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)
    page: Page = field(init=False)

    def __post_init__(self):
        context = self.browser.new_context(
            base_url=self.address,
            locale="ja-JP" if self.language == "ja" else "en-GB",
            viewport=self.viewport,
            color_scheme="dark" if self.dark else "light",
            reduced_motion="reduce",
        )
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "response",
            lambda response: response.status >= 500 and self.complaints.append(f"{response.status} {response.url}"),
        )

    def go(self, path: str) -> Page:
        """Open an address by hand, and look around."""
        self.page.goto(path)
        self.look()
        return self.page

    def press(self, name: str | re.Pattern, *, role: str = "button", exact: bool = False, nth: int = 0) -> Page:
        """Press what is called so, wait for the page that comes, and look around."""
        target = self.page.get_by_role(role, name=name, exact=exact).nth(nth)
        target.click()
        self.page.wait_for_load_state("load")
        self.look()
        return self.page

    def follow(self, name: str | re.Pattern, **options) -> Page:
        return self.press(name, role="link", **options)

    def fill(self, label: str | re.Pattern, value: str, *, exact: bool = False) -> None:
        self.page.get_by_label(label, exact=exact).first.fill(value)

    def look(self) -> None:
        """No accessibility violation (WCAG 2.2 AA) and nothing to complain about; each kind of page once a journey."""
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "…", self.page.url.removeprefix(self.address).split("?")[0])
        if kind in self.checked:
            return
        self.checked.add(kind)
        found = Axe().run(self.page, options=WCAG).response["violations"]
        assert not found, f"{self.page.url}:\n" + "\n".join(
            f"- {one['id']}: {one['help']}: " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
            for one in found
        )

    def sees(self, text: str | re.Pattern) -> bool:
        return self.page.get_by_text(text).first.is_visible()

    def mail(self, to: str, subject: str | re.Pattern) -> str:
        """The text of the newest mail to an address whose subject fits, as soon as it was delivered."""
        pattern = subject if isinstance(subject, re.Pattern) else re.compile(re.escape(subject))
        deadline = time.monotonic() + MAIL_PATIENCE
        while time.monotonic() < deadline:
            self.page.goto(f"/dev/mailbox/?q={to}")
            link = self.page.get_by_role("link", name=pattern)
            if link.count():
                link.first.click()
                self.page.wait_for_load_state("load")
                return self.page.locator("main").inner_text()
            time.sleep(1)
        raise AssertionError(f"No mail to {to} with a subject like {pattern.pattern!r}: {self.page.inner_text('main')}")
