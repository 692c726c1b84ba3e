"""Journey of a speaker on a phone: invited by mail, she accepts and tells about herself; another one declines."""

import uuid
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser
EVENT = "demo-ctqa-ws-2027"
TITLE = {"en": "Alliance workshop, Chicago", "ja": "量子アライアンス・ワークショップ（シカゴ）"}


@pytest.fixture(scope="module")
def coordinator(visitor) -> Visitor:
    """Who plans the event for the alliance."""
    return visitor(as_="tohoku", language="ja")


@pytest.fixture(scope="module")
def invited(coordinator) -> dict[str, str]:
    """The addresses of two people invited in one go, by the language in which they are written to."""
    mark = uuid.uuid4().hex[:6]
    addresses = {"en": f"sky.{mark}@example.org", "ja": f"hanashi.{mark}@example.org"}
    open_timetable(coordinator)
    coordinator.follow("Invite people")
    lines = (
        f"Speaker-{mark}, Sky, {addresses['en']}, invited_speaker, en, Example Institute",
        f"Hanashite-{mark}, Hana, {addresses['ja']}, speaker, ja",
        "Nobody, Knows, not-an-address",
    )
    coordinator.page.locator("textarea[name=people]").fill("\n".join(lines))
    coordinator.press("Look at the list first")
    coordinator.sees("This is what the list means. Nothing has been sent yet.")
    coordinator.press("Invite %(number)s person")
    expect(coordinator.main.locator(".desk-rows .badge.done")).to_have_count(2)
    expect(coordinator.main.locator(".desk-rows .badge.stopped")).to_have_count(1)
    return addresses


@pytest.fixture(scope="module")
def portrait(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("pictures") / "me.jpg"
    Image.new("RGB", (1200, 1600), "steelblue").save(file)
    return file


def open_timetable(coordinator: Visitor) -> None:
    coordinator.go(f"/admin/workshops/event/?q={EVENT}")
    with coordinator.page.expect_navigation():
        coordinator.page.locator("#result_list tbody th a").first.click()
    coordinator.follow("Timetable")


def test_a_speaker_accepts_and_tells_about_herself(visitor, invited, portrait, coordinator):
    sky = visitor(viewport=PHONE)
    sky.go(sky.mail(invited["en"], "Invitation to %(event)s: please answer by %(until)s").link)
    assert "/link/" not in sky.page.url
    sky.sees("Will you come?")
    sky.fill("A word to the organisers, if you like", "Gladly.")
    sky.press("Yes, I will come")
    sky.sees("Thank you! We are glad that you come.")
    sky.follow("Continue")

    sky.fill("title of the talk in English", "What the sky is made of")
    sky.fill("abstract in English", "Mostly nothing, and that is what we measure.")
    sky.press("Save and continue")
    sky.fill("biography in English", "Sky measures what is not there.")
    sky.choose("country where you work", "Germany")
    sky.field("your time zone").select_option("Europe/Berlin")
    sky.press("Save and continue")
    sky.attach("Your portrait", portrait)
    sky.press("Upload")
    expect(sky.main.locator("img.portrait")).to_be_visible()
    sky.follow("Continue")

    # No answer is given beforehand, and none can be left out.
    expect(sky.page.locator("input[type=radio]:checked")).to_have_count(0)
    sky.press("Save and continue")
    expect(sky.page.locator(".error-summary")).to_be_visible()
    for question, answer in (("photo", "yes"), ("recording", "no"), ("publication", "yes")):
        sky.page.locator(f"input[name={question}][value={answer}]").check()
    sky.press("Save and continue")
    sky.page.locator("input[name=needs_travel][value=yes]").check()
    sky.press("Save and continue")
    sky.sees("We have everything we need. Thank you!")

    # What she agreed to is public, what she did not say is not.
    sky.go(f"/events/{EVENT}/")
    mark = invited["en"].removesuffix("@example.org").removeprefix("sky.")
    card = sky.main.locator("article.card").filter(has_text=f"Sky Speaker-{mark}")
    expect(card).to_contain_text("What the sky is made of")
    card.scroll_into_view_if_needed()
    expect(card.locator("img.portrait")).to_be_visible()
    card.locator("summary").click()
    expect(card).to_contain_text("Sky measures what is not there.")
    assert invited["en"] not in sky.page.content()

    told = sky.mail("robin.specimen@example.org", "%(speaker)s comes to %(event)s")
    assert "Gladly." in told.text


def test_another_one_declines_in_japanese_with_two_taps(visitor, invited, coordinator):
    hana = visitor(viewport=PHONE, language="ja")
    hana.go(hana.mail(invited["ja"], "Invitation to %(event)s: please answer by %(until)s").link)
    expect(hana.main.locator("h1")).to_contain_text(TITLE["ja"])
    hana.fill("A word to the organisers, if you like", "残念ですが、その日は出張です。")
    hana.press("No, I cannot come")
    hana.sees("Thank you for your answer.")
    # The link goes on saying so, and changes nothing any more.
    hana.page.goto("/events/speaking/edit/talk/")
    hana.sees("Thank you for your answer.")

    told = visitor().mail("robin.specimen@example.org", "%(speaker)s does not come to %(event)s")
    assert "出張" in told.text
    open_timetable(coordinator)
    coordinator.sees(
        "%(accepted)s come, %(invited)s have not answered, %(planned)s are not invited yet, %(declined)s have declined"
    )
