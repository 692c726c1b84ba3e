"""A person at a browser: goes to pages, reads mail, and notices whatever a careful person would complain about."""

import io
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect
from pypdf import PdfReader

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MAIL_PATIENCE = 75.0  # seconds: delivery is hinted at once and looks by itself once a minute
BETWEEN_LOOKS = 0.25
PAGE_PATIENCE = 20_000  # milliseconds
TOTP_PERIOD = 30  # seconds
PLACEHOLDER = re.compile(r"%\\?\(\w+\\?\)[sd]")


def look_around_as(page: Page, key: str) -> None:
    """On the home page of a demo, sign in as the person behind a card."""
    with page.expect_navigation():
        page.locator(f"button[name='who'][value='{key}']").click()
    page.wait_for_load_state("load")


@dataclass
class Visitor:
    """One browser of one person, with its own cookies.

    Words of the portal are given in English and looked for in the visitor's language, as the catalogue has them;
    `%(name)s` in them stands for anything. `complaints` are console errors, failed requests and page errors.
    """

    browser: Browser
    address: str
    language: str = "en"
    viewport: dict = field(default_factory=lambda: dict(DESK))
    dark: bool = False
    complaints: list[str] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)  # mails
    secret: str = ""  # in the authenticator app
    page: Page = field(init=False)

    def __post_init__(self):
        context = self.browser.new_context(
            base_url=self.address,
            locale="ja-JP" if self.language == "ja" else "en-GB",
            viewport=self.viewport,
            color_scheme="dark" if self.dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PAGE_PATIENCE)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self._complain(str(error.error)))
        context.on(
            "response", lambda response: response.status >= 500 and self._complain(f"{response.status} {response.url}")
        )
        self.page = context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"{message.text} ({message.location['url']})")

    def _complain(self, text: str) -> None:
        self.complaints.append(text)

    # -- words -----------------------------------------------------------------------------------------------------
    def said(self, message: str) -> str:
        """How the portal says `message` to this visitor."""
        with translation.override(self.language):
            found = translation.gettext(message)
            # An entry with a plural is kept under its singular and is not found as a plain one.
            return found if found != message else translation.ngettext(message, message, 2)

    def words(self, message: str) -> re.Pattern:
        """The same as something to look for."""
        return re.compile(PLACEHOLDER.sub(".+", re.escape(self.said(message))), re.IGNORECASE)

    # -- going about -----------------------------------------------------------------------------------------------
    def go(self, path: str) -> Page:
        """Open an address by hand, and look around."""
        self.page.goto(path)
        self.look()
        return self.page

    def press(self, name: str, *, role: str = "button", within: Locator | None = None) -> Page:
        """Press what is called so, wait for the page that comes, and look around."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role(role, name=self.words(name)).first.click()
        self.page.wait_for_load_state("load")
        self.look()
        return self.page

    def follow(self, name: str, *, within: Locator | None = None) -> Page:
        return self.press(name, role="link", within=within)

    def field(self, label: str) -> Locator:
        """The field whose label says exactly this, beside the mark of what is required."""
        mark = f"({self.words('required').pattern})?"
        return self.page.get_by_label(
            re.compile(rf"^\s*{self.words(label).pattern}[\s:*]*{mark}\s*$", re.IGNORECASE)
        ).first

    def fill(self, label: str, value: str) -> None:
        self.field(label).fill(value)

    def choose(self, label: str, option: str) -> None:
        """Choose from a list the option that begins so: words of the portal, or names as they stand there."""
        listed = self.field(label)
        found = listed.locator("option").filter(
            has_text=re.compile(rf"^\s*{self.words(option).pattern}", re.IGNORECASE)
        )
        listed.select_option(found.first.get_attribute("value"))

    def tick(self, label: str) -> None:
        self.field(label).check()

    def attach(self, label: str, file: Path) -> None:
        self.field(label).set_input_files(file)

    # -- seeing ----------------------------------------------------------------------------------------------------
    def sees(self, message: str) -> None:
        """Something on the page says so, at the latest when it has finished loading."""
        expect(self.page.locator("body")).to_contain_text(self.words(message))

    def misses(self, message: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(self.words(message))

    def expect_missing(self, path: str) -> None:
        """Open an address that must not exist for this person; the browser's own word about it is no complaint."""
        answer = self.page.goto(path)
        assert answer.status == 404, f"{path}: {answer.status}"
        self.page.wait_for_load_state("load")
        self.complaints[:] = [one for one in self.complaints if "status of 404" not in one]
        self.sees("There is nothing for you at this address")
        self.look()

    @property
    def main(self) -> Locator:
        """The page without its header: `main`, which the theme of the admin calls by an id."""
        return self.page.locator("main, #main").first

    def look(self) -> None:
        """No accessibility violation (WCAG 2.2 AA), nothing over the edge, nothing to complain about.

        Each kind of page is examined once by each visitor.
        """
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "…", self.page.url.removeprefix(self.address).split("?")[0])
        if kind in self.checked:
            return
        self.checked.add(kind)
        examine(self.page)
        assert self.page.locator("html").get_attribute("lang") == self.language, self.page.url

    def pdf(self, name: str) -> str:
        """The text of the PDF behind a link, without its spaces and line breaks."""
        return self.pdf_at(self.page.get_by_role("link", name=self.words(name)).first.get_attribute("href"))

    def pdf_at(self, address: str) -> str:
        answer = self.page.request.get(address)
        assert answer.status == 200 and answer.headers["content-type"] == "application/pdf", answer
        return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages).split())

    # -- mail ------------------------------------------------------------------------------------------------------
    def mail(self, to: str, subject: str) -> "Mail":
        """The newest unread mail to an address whose subject fits, as soon as it comes; read in a tab of its own."""
        tab = self.page.context.new_page()
        try:
            deadline = time.monotonic() + MAIL_PATIENCE
            while time.monotonic() < deadline:
                tab.goto(f"/dev/mailbox/?to={to}")
                links = tab.locator("main th").get_by_role("link", name=self.words(subject)).all()
                unread = [address for link in links if (address := link.get_attribute("href")) not in self.read]
                if unread:
                    self.read.add(unread[0])
                    tab.goto(unread[0])
                    if "mail" not in self.checked:
                        self.checked.add("mail")
                        examine(tab)
                    return Mail(tab.locator("h1").inner_text(), tab.locator(".prose").inner_text())
                time.sleep(BETWEEN_LOOKS)
            raise AssertionError(f"No mail to {to} with a subject like {subject!r}: {tab.locator('main').inner_text()}")
        finally:
            tab.close()

    # -- coming and leaving ----------------------------------------------------------------------------------------
    def sign_in_by_code(self, email: str) -> None:
        """Without a password: ask for a code, read it in the mail, type it."""
        self.go("/accounts/login/")
        self.follow("Send me a sign-in code")
        self.page.locator("input[type=email]").fill(email)
        self.press_submit()
        code = self.mail(email, "Your code to sign in to the Alliance Portal").find(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$")
        self.page.locator("input[name=code]").fill(code)
        self.press_submit()

    def set_up_second_factor(self) -> None:
        """The authenticator app: reads the secret shown and types the number of this moment."""
        self.secret = self.page.locator("main code").inner_text()
        self.page.locator("input[name=code]").fill(one_time_password(self.secret))
        self.press("Switch it on")

    def give_second_factor(self) -> None:
        """The number that the authenticator app shows, at a later sign-in."""
        self.page.locator("input[name=code]").fill(one_time_password(self.secret))
        self.press_submit()

    def sign_out(self) -> None:
        self.page.context.clear_cookies()

    def press_submit(self) -> Page:
        """Press the one button of a form of the sign-in library, whatever it is called."""
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit], main form button:not([type])").first.click()
        self.page.wait_for_load_state("load")
        self.look()
        return self.page


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str

    def find(self, pattern: str) -> str:
        """What a pattern finds in the text: its first group, or all of it."""
        found = re.search(pattern, self.text, re.MULTILINE)
        assert found, f"{pattern!r} is not in the mail “{self.subject}”:\n{self.text}"
        return found[1] if found.groups() else found[0]

    @property
    def link(self) -> str:
        return self.find(r"https?://\S+")


def one_time_password(secret: str) -> str:
    """What an authenticator app shows for a secret at this moment."""
    return format_hotp_value(hotp_value(secret.strip(), int(time.time()) // TOTP_PERIOD))


def examine(page: Page) -> None:
    """No violation of WCAG 2.2 AA, and nothing that makes the page scroll sideways."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
    assert not found, f"{page.url}:\n" + "\n".join(
        f"- {one['id']}: {one['help']}: " + "; ".join(node["html"][:200] for node in one["nodes"][:3]) for one in found
    )
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{page.url} is {over} px wider than the screen"
