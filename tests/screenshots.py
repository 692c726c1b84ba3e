"""`make screenshots`: pictures of the main pages of a running portal, in both languages, light and dark.

They go to var/screenshots; `--docs` also puts those that the documents show into docs/pictures.
"""

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.portal import running_portal
from tests.lanes import chromium

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "screenshots"
PICTURES = ROOT / "docs" / "pictures"

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
FELLOW, HOST, KEK, TOHOKU = "fellow", "host", "kek", "tohoku"  # keys of the demo sign-ins


@dataclass(frozen=True)
class Shot:
    """A page: who looks, at what address, or by which links from there; `documents` names its picture in docs/."""

    name: str
    path: str
    who: str = ""
    follow: str = ""
    documents: str = ""


SHOTS = (
    Shot("home", "/", documents="home"),
    Shot("calls", "/calls/"),
    Shot("call", "/calls/demo-ctqa-lab-rolling/", documents="call"),
    Shot("programmes", "/programmes/"),
    Shot("sign-in", "/accounts/login/"),
    Shot("desk-of-a-fellow", "/desk/", FELLOW, documents="desk"),
    Shot("stay", "/desk/", FELLOW, follow="a[href*='/stays/']"),
    Shot("desk-of-a-host", "/desk/", HOST),
    Shot("hosting", "/hosting/", HOST),
    Shot("today", "/admin/", KEK, documents="today"),
    Shot("applications", "/admin/exchanges/application/", KEK, documents="applications"),
    Shot(
        "application",
        "/admin/exchanges/application/",
        KEK,
        follow="#result_list a[href*='/change/']",
        documents="application",
    ),
    Shot("stays", "/admin/exchanges/stay/", KEK),
    Shot("alliance", "/alliances/ctqa/", documents="alliance"),
    Shot("impact", "/impact/"),
    Shot("overview", "/overview/", TOHOKU, documents="overview"),
    Shot("reports", "/reports/", TOHOKU),
    Shot("events", "/events/"),
    Shot("event", "/events/demo-ctqa-ws-2027/", documents="event"),
    Shot("registering", "/events/demo-ctqa-ws-2027/register/"),
    Shot("events-at-the-desk", "/admin/workshops/event/?q=demo", TOHOKU),
    Shot(
        "event-at-the-desk",
        "/admin/workshops/event/?q=demo-ctqa-ws-2027",
        TOHOKU,
        follow="#result_list a[href*='/change/']",
        documents="event-desk",
    ),
    Shot("mission", "/events/missions/", "delegate"),
    Shot("startups", "/startups/", documents="startups"),
    Shot("startups-at-the-desk", "/admin/startups/startup/", "startups"),
    Shot("my-startups", "/startups/mine/", "founder"),
    Shot("desk-of-a-founder", "/desk/", "founder"),
    Shot("figures", "/admin/reports/kpidefinition/", TOHOKU, follow="a[href*='figures']"),
    Shot("week", "/admin/reminders/reminderrule/week/", KEK),
    Shot("outbox", "/admin/outbox/outboxmessage/", KEK),
    Shot("reminders", "/admin/reminders/reminderrule/", KEK),
    Shot("mailbox", "/dev/mailbox/", KEK),
)


def main(arguments: list[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as var_dir,
        running_portal(Path(var_dir), database_url=None, redis_url=None) as portal,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for language in ("en", "ja"):
            for scheme in ("light", "dark"):
                take_all(browser, portal.address, language, scheme, DESK, "desk")
            take_all(browser, portal.address, language, "light", PHONE, "phone")
        browser.close()
    if "--docs" in arguments:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for shot in SHOTS:
            if shot.documents:
                for language in ("en", "ja"):
                    shutil.copy(
                        FOLDER / f"{shot.name}-{language}-light-desk.png", PICTURES / f"{shot.documents}-{language}.png"
                    )
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}")
    return 0


def take_all(browser: Browser, address: str, language: str, scheme: str, viewport: dict, device: str) -> None:
    for who in dict.fromkeys(shot.who for shot in SHOTS):
        context = browser.new_context(
            base_url=address,
            viewport=viewport,
            color_scheme=scheme,
            locale="ja-JP" if language == "ja" else "en-GB",
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        page = context.new_page()
        if who:
            page.goto("/")
            page.locator(f"button[name='who'][value='{who}']").click()
            page.wait_for_load_state("load")
        for shot in SHOTS:
            if shot.who == who:
                page.goto(shot.path)
                if shot.follow:
                    page.goto(page.locator(shot.follow).first.get_attribute("href"))
                page.wait_for_load_state("networkidle")
                page.screenshot(
                    path=FOLDER / f"{shot.name}-{language}-{scheme}-{device}.png", full_page=device == "phone"
                )
        context.close()


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
