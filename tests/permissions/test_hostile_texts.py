"""Hostile texts in every field a person can fill: escaped on every page of every role, and harmless in mails."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils.html import escape

from exchanges.kind import EXCHANGE
from portal.outbox.models import OutboxMessage
from tests.factories.journeys import closed
from tests.permissions.canaries import SHORTEST_FREE_TEXT, mark, newest
from tests.permissions.cast import client_of
from tests.permissions.matrix import TABLE
from tests.permissions.objects import objects_of
from tests.permissions.walking import address, may

# Short enough for names; what must never come out as markup is the tag that each opens.
SCRIPT = "\"'><script>alert(1)</script>{{7*7}}"
PICTURE = "</textarea></title><img src=x onerror=alert(1)>"
EVENT = 'x\' onmouseover=\'alert(1)\' "onfocus="alert(2)" a="'
OPENED = re.compile(
    r"<script>alert|<img src=x|<[a-z]+[^<>]*(?<![\w-])on(mouseover|focus|cut)=['\"]alert", re.IGNORECASE
)
PAYLOADS = {"script": SCRIPT, "picture": PICTURE, "event": EVENT}
# All of it in one text; what the shortest field holds already leaves each kind of quote and opens a tag.
EVERYTHING = f"'oncut='alert\"oncut=\"alert<img src=x onerror=alert(1)></textarea></title>{SCRIPT}"
SHORTENED = EVERYTHING[: SHORTEST_FREE_TEXT - len(" 999")]


def body(answer) -> str:
    """The page; nothing for what a browser shows locked away (a mail as it was sent) or does not show."""
    if "sandbox" in answer["Content-Security-Policy"]:
        return ""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace") if answer["Content-Type"].startswith("text/html") else ""


@pytest.fixture
def poisoned(world):
    """The objects of the north, with all of it in every field that is no code."""
    last = newest()
    north = objects_of(world.north)
    assert "exchanges.Application" in mark(world.north, after=last, text=EVERYTHING)
    return north


def test_the_watch_sees_an_unescaped_text():
    assert all(OPENED.search(f"<p>{text}</p><input value=\"{text}\"><a title='{text}'>") for text in PAYLOADS.values())


@pytest.mark.parametrize(
    ("forgotten", "page"),
    [("<", "<p>{}</p>"), ("<", "<textarea>{}</textarea>"), ('"', '<input value="{}">'), ("'", "<a title='{}'>")],
)
def test_the_watch_sees_a_single_sign_that_is_not_escaped_even_in_a_short_field(forgotten, page):
    for text in (EVERYTHING, SHORTENED):
        escaped = escape(text)
        assert not OPENED.search(page.format(escaped))
        assert OPENED.search(page.format(escaped.replace(escape(forgotten), forgotten)))


def test_pages_show_it_as_text(poisoned, world):
    seen = 0
    for role in ("fellow", "host", "reviewer", "home_office", "manager"):
        client = client_of(role, world)
        for line in TABLE:  # who may not enter sees the page of what never was (test_matrix.py)
            if line.get is not None and may(role, line.get, own=True):
                text = body(client.get(address(line, poisoned.get(line.about))))
                assert not (found := OPENED.search(text)), (role, line, text[found.start() - 200 : found.end()])
                seen += "alert(1)" in text
    assert seen > 20


def test_the_desk_shows_it_as_text(poisoned, world):
    client, seen = client_of("manager", world), 0
    urls = [f"{reverse('admin:search')}?s=alert", reverse("admin:index")]
    for model in admin.site._registry:
        kind = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        urls.append(reverse(f"{kind}_changelist"))
        row = model._default_manager.visible_to(world.north.manager).order_by("-pk").first()
        if row is not None:
            urls += [reverse(f"{kind}_{page}", args=[row.pk]) for page in ("change", "history", "delete")]
    for url in urls:
        text = body(client.get(url, follow=True))
        assert not (found := OPENED.search(text)), (url, text[found.start() - 200 : found.end()])
        seen += "alert(1)" in text
    assert seen > 10


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_mails_carry_it_as_text(world, text):
    person = world.north.fellow.person
    person.given_name = person.family_name = text[:50]
    person.save()
    link = "<a href=https://evil.example>click</a>"
    assert "topic" in EXCHANGE.section_by_key["plan"].fields
    closed(world.north, topic=f"{text} {link}\r\nBcc: everybody@evil.example", plan=link)
    mails = OutboxMessage.objects.all()
    assert mails.count() > 10
    for sent in mails:
        assert not OPENED.search(sent.body_html), sent.kind
        assert not re.search(r"<a[^>]*evil\.example", sent.body_html), sent.kind
        assert "\n" not in sent.subject and "\r" not in sent.subject
