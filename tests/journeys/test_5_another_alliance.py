"""Journey 5: a coordinator of another alliance finds nothing of it: in no list, search, address, export or mailbox."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

# People, applications and stays of the alliance between Sendai and Chicago, and of the programme in Tsukuba.
NAMES = ("Namuna", "Exemple", "Placeholder", "Hyouhon", "Muster", "見本")
OWN = "Muestra"
LISTS = (
    "exchanges/application",
    "exchanges/approval",
    "exchanges/offer",
    "exchanges/review",
    "exchanges/stay",
    "exchanges/staytask",
    "exchanges/stayreport",
    "accounts/person",
    "accounts/seat",
    "outbox/outboxmessage",
)
EXPORTED = ("exchanges/application", "exchanges/stay", "accounts/person")
SEARCHED = ("exchanges/application", "exchanges/stay", "accounts/person")


@dataclass(frozen=True)
class Found:
    """What coordinators of the alliance have before them: addresses of records and of private pages."""

    records: list[str]
    pages: list[str]


@pytest.fixture(scope="module")
def theirs(visitor) -> Found:
    """Addresses that really exist: collected by those who may open them."""
    tohoku, fellow = visitor(as_="tohoku", language="ja"), visitor(as_="fellow")
    records = []
    for table in ("exchanges/application", "exchanges/stay", "exchanges/staytask", "accounts/person"):
        tohoku.page.goto(f"/admin/{table}/")
        records += addresses(tohoku, "#result_list tbody a[href*='/change/']")[:5]
    fellow.page.goto("/desk/")
    pages = addresses(fellow, "a[href^='/stays/'], a[href^='/applications/']")
    fellow.page.goto(pages[0])
    pages += addresses(fellow, "a[href^='/tasks/'], a[href^='/files/']")[:5]
    assert len(records) > 5 and len(pages) > 1
    for address in [*records, *pages]:
        reader = tohoku if address in records else fellow
        assert reader.page.request.get(address).status == 200, address
    return Found(records, pages)


@pytest.fixture(scope="module")
def stranger(visitor) -> Visitor:
    return visitor(as_="uw")


def addresses(visitor: Visitor, selector: str) -> list[str]:
    links = visitor.page.locator(selector).all()
    return list(dict.fromkeys(link.get_attribute("href").split("?")[0] for link in links))


def test_today_counts_nothing_of_theirs(stranger):
    stranger.go("/admin/")
    assert stranger.page.locator(".desk-counter").count() == 0
    idle = stranger.page.locator("section[aria-labelledby=today-idle] .desk-count")
    assert {number.inner_text() for number in idle.all()} == {"0"}
    for name in NAMES:
        stranger.misses(name)


@pytest.mark.parametrize("table", LISTS)
def test_no_list_shows_a_row_of_theirs(stranger, theirs, table):
    stranger.go(f"/admin/{table}/")
    for name in NAMES:
        stranger.misses(name)
    assert not set(addresses(stranger, "#result_list tbody a")) & set(theirs.records)


@pytest.mark.parametrize("table", SEARCHED)
def test_no_search_finds_them(stranger, table):
    for name in NAMES[:2]:
        stranger.page.goto(f"/admin/{table}/?q={name}")
        expect(stranger.page.locator("#result_list tbody tr")).to_have_count(0)


def test_the_search_over_everything_finds_only_her_own(stranger):
    found = stranger.page.request.get(f"/admin/search/?s={NAMES[1]}&extended=1").text()
    assert "/change/" not in found
    assert OWN in stranger.page.request.get(f"/admin/search/?s={OWN}&extended=1").text()


def test_guessed_addresses_do_not_exist_for_her(stranger, theirs):
    for address in theirs.records:
        for page in (address, address.replace("/change/", "/history/"), address.replace("/change/", "/delete/")):
            assert stranger.page.request.get(page).status in (403, 404), page
        assert stranger.page.request.get(address).status == 404, address
    for address in theirs.pages:
        assert stranger.page.request.get(address).status == 404, address


def test_a_guessed_address_says_so_kindly(stranger, theirs):
    stranger.expect_missing(theirs.pages[0])
    stranger.expect_missing(theirs.records[0])


@pytest.mark.parametrize("table", EXPORTED)
def test_exports_hold_nothing_of_theirs(stranger, table):
    answer = stranger.page.request.get(f"/admin/{table}/export/csv-plain/")
    assert answer.status == 200
    assert not [name for name in NAMES if name in answer.text()]


def test_steps_on_their_records_are_refused(stranger, theirs):
    token = next(cookie["value"] for cookie in stranger.page.context.cookies() if cookie["name"] == "csrftoken")
    for address in theirs.records:
        step = address.replace("/change/", "/step/start_check/")
        answer = stranger.page.request.post(
            step, form={"csrfmiddlewaretoken": token}, headers={"Referer": stranger.address}
        )
        assert answer.status == 404, (step, answer.status)
