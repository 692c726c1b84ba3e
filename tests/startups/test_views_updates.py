"""A founder answers from a mail on a phone: no account, GET changes nothing, nothing typed is lost."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.core.models import AuditEntry
from portal.outbox.models import OutboxMessage
from startups.forms.figures import FigureField, ValidationError
from startups.models import FounderUpdate, UpdateVersion
from startups.services import updates
from startups.services.updates import Answers

pytestmark = pytest.mark.django_db
FORM = reverse("startups:update_by_link")
SENT = reverse("startups:update_sent")


def asked(venture, period="2026-Q2") -> tuple[FounderUpdate, str]:
    """The update and the address in the mail."""
    update = updates.ask(startup=venture.startup, period=period, actor=None, now=timezone.now())
    return update, OutboxMessage.objects.order_by("-pk").first().context["action_url"].partition("://")[2].partition(
        "/"
    )[2]


def opened(venture, client, **more) -> FounderUpdate:
    update, path = asked(venture, **more)
    assert client.get(f"/{path}").url == FORM
    return update


def test_the_link_leaves_the_address_and_looking_changes_nothing(venture, client):
    update, path = asked(venture)
    before = (UpdateVersion.objects.count(), AuditEntry.objects.count(), OutboxMessage.objects.count())
    for _scanner in range(3):
        assert client.get(f"/{path}").url == FORM
        page = client.get(FORM)
    assert page.status_code == 200 and page["Cache-Control"].startswith("max-age=0")
    assert (UpdateVersion.objects.count(), AuditEntry.objects.count(), OutboxMessage.objects.count()) == before
    update.refresh_from_db()
    assert update.state == "asked"


def test_a_guessed_link_opens_nothing_and_leaves_no_session(venture, client):
    answer = client.get(reverse("startups:update_link", args=["x" * 43]))
    assert answer.status_code == 404 and not Session.objects.exists()
    for url in (FORM, SENT):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_figure_stands_beside_its_meaning_and_what_was_said_last_time(venture, client, language):
    earlier = venture.update("2026-Q1")
    answers = Answers({"people": Decimal(5), "revenue": Decimal(1_200_000)}, currency="JPY")
    updates.submit(update=earlier, answers=answers, actor=None, now=timezone.now())
    opened(venture, client)
    page = client.get(FORM, HTTP_ACCEPT_LANGUAGE=language).content.decode()
    for metric in ("people", "fte", "revenue", "grants", "raised", "spent", "cash"):
        assert (f"Meaning of {metric}" if language == "en" else f"{metric}の意味") in page
    assert ("JPY 1,200,000" if language == "en" else "1,200,000円") in page
    assert "2026" in page


def test_what_is_sent_arrives_as_a_version_and_is_read_back(venture, client):
    update = opened(venture, client)
    posted = {"people": "６", "fte": "4.5", "revenue": "¥1,200,000", "grants": "0", "currency": "JPY", "news": "Fine"}
    answer = client.post(FORM, posted)
    assert answer.status_code == 302 and answer.url == SENT
    update.refresh_from_db()
    figures = {metric: known.value for metric, known in updates.figures_of(update.latest).items()}
    assert figures == {"people": 6, "fte": Decimal("4.5"), "revenue": 1_200_000, "grants": 0}
    page = client.get(SENT).content.decode()
    assert "JPY 1,200,000" in page and "not answered" in page
    assert update.latest.made_by is None
    kinds = set(OutboxMessage.objects.values_list("kind", flat=True))
    assert {"founder_update_received", "founder_update_arrived"} <= kinds


def test_an_odd_figure_comes_back_as_a_question_with_everything_typed(venture, client):
    earlier = venture.update("2026-Q1")
    updates.submit(
        update=earlier, answers=Answers({"revenue": Decimal(100)}, currency="JPY"), actor=None, now=timezone.now()
    )
    opened(venture, client)
    posted = {"people": "6", "revenue": "5000", "currency": "JPY", "news": "We sold a lot"}
    page = client.post(FORM, posted)
    text = page.content.decode()
    assert (
        page.status_code == 200 and "more than ten times" in text and "We sold a lot" in text and 'value="5000"' in text
    )
    assert UpdateVersion.objects.count() == 1
    assert client.post(FORM, {**posted, "confirm_revenue.jump": "on"}).status_code == 302
    assert UpdateVersion.objects.latest("pk").confirmed == ["revenue.jump"]


def test_no_change_is_one_click(venture, client):
    earlier = venture.update("2026-Q1")
    updates.submit(
        update=earlier, answers=Answers({"people": Decimal(5), "raised": Decimal(9)}, currency="JPY"), actor=None,
        now=timezone.now(),
    )  # fmt: skip
    update = opened(venture, client)
    assert client.post(FORM, {"no_change": "1"}).url == SENT
    update.refresh_from_db()
    assert update.latest.is_no_change and updates.figures_of(update.latest)["raised"].value == 0


def test_what_is_no_number_is_said_at_the_field_and_the_rest_is_kept(venture, client):
    opened(venture, client)
    page = client.post(FORM, {"people": "about six", "revenue": "12", "currency": "JPY", "news": ""})
    assert page.status_code == 200 and "about six" in page.content.decode()
    assert "is not a number we can read" in page.content.decode()
    assert not UpdateVersion.objects.exists()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", None), ("0", 0), ("1,234.5", Decimal("1234.5")), ("￥１２，０００", 12000), ("−5", -5), (" 7 ", 7),
        (".5", Decimal("0.5")), ("５００", 500), ("５００万", 5_000_000), ("1億2,000万円", 120_000_000),
        ("1.5億", 150_000_000), ("-3万5", -30_005), ("2兆", 2 * 10**12),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed, read):
    assert FigureField().clean(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["six", "1e400", "NaN", "--5", "1" * 30, "1.234,5", "12,5", "1,2345", "五百万", "3千万", "万", "5万2億", "500兆万"],
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError):
        FigureField().clean(typed)


def test_an_old_link_offers_a_fresh_one_to_the_address_on_record(venture, client):
    update, path = asked(venture)
    with time_machine.travel(timezone.now() + updates.LINK_LIVES + dt.timedelta(hours=1)):
        client.get(f"/{path}")
        page = client.get(FORM)
        assert page.status_code == 410
        assert client.post(FORM, {"people": "5"}).status_code == 410
        assert not UpdateVersion.objects.exists()
        assert client.post(reverse("startups:update_renew")).status_code == 200
        mail = OutboxMessage.objects.order_by("-pk").first()
        assert mail.recipient_email == venture.founder.email
        assert client.get(FORM).status_code == 404  # the old one is gone
        fresh = Client()
        assert fresh.get("/" + mail.context["action_url"].partition("://")[2].partition("/")[2]).url == FORM
        assert fresh.get(FORM).status_code == 200


def test_the_link_of_one_update_opens_no_other(venture, foreign, client):
    opened(venture, client)
    other = foreign.update()
    client.post(FORM, {"people": "6", "currency": "JPY"})
    other.refresh_from_db()
    assert other.latest is None and FounderUpdate.objects.get(startup=venture.startup).latest is not None


def test_a_founder_who_is_signed_in_writes_the_same_update_and_nobody_else(venture, foreign, client):
    update = venture.update()
    url = reverse("startups:update", args=[update.public_id])
    client.force_login(venture.founder)
    answer = client.post(url, {"people": "6", "currency": "JPY", "news": ""})
    assert answer.url == reverse("startups:mine", args=[venture.startup.public_id])
    assert UpdateVersion.objects.get().made_by == venture.founder
    for user in (venture.mentor, foreign.founder, venture.side.stranger):
        client.force_login(user)
        assert client.get(url).status_code == 404


def test_the_page_costs_the_same_with_a_long_history(venture, client, django_assert_max_num_queries):
    for quarter in range(1, 5):
        earlier = venture.update(f"2025-Q{quarter}")
        answers = Answers({"people": Decimal(quarter)}, currency="JPY")
        updates.submit(update=earlier, answers=answers, actor=None, now=timezone.now())
    opened(venture, client)
    with django_assert_max_num_queries(12):
        client.get(FORM)


def test_what_cannot_be_read_and_what_looks_odd_are_told_in_the_same_go(venture, client):
    opened(venture, client)
    page = client.post(FORM, {"people": "-5", "revenue": "abc", "currency": "JPY", "news": ""}).content.decode()
    assert "is not a number we can read" in page and "below zero" in page
    assert 'value="-5"' in page and 'value="abc"' in page
    assert not UpdateVersion.objects.exists()
