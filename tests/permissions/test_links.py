"""Personal links: one signature each, for a while, by a button; the secret stays out of addresses and pages."""

import datetime as dt
import re
import secrets

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exchanges.models import Approval
from portal.core.links import hash_of, token_of
from portal.outbox.models import OutboxMessage

DECISION = {"decision": "approved", "comment": "", "name": "Sam Supervisor"}


@pytest.fixture
def links(sides) -> dict[str, Approval]:
    return {"north": sides[0]["link"], "south": sides[1]["link"]}


def opened(token: str) -> Client:
    """A browser without sign-in that has followed a personal link."""
    client = Client()
    answer = client.get(reverse("exchanges:approve_link", args=[token]))
    assert (answer.status_code, answer.url) == (302, reverse("exchanges:approve"))
    return client


def states(links) -> dict[str, str]:
    return {side: Approval.objects.get(pk=row.pk).state for side, row in links.items()}


def test_a_link_opens_its_own_application_and_signs_nothing_by_being_opened(links):
    client = opened(token_of(links["north"]))
    for _time in range(2):  # mail scanners open links, too
        page = client.get(reverse("exchanges:approve"))
        assert page.status_code == 200 and page.context["approval"] == links["north"]
    assert states(links) == {"north": "asked", "south": "asked"}


def test_the_secret_is_not_on_the_page_and_goes_to_no_other_site(links):
    token = token_of(links["north"])
    client = opened(token)
    moved = client.get(reverse("exchanges:approve_link", args=[token]))
    page = client.get(reverse("exchanges:approve"))
    for answer in (moved, page):
        assert token not in answer.content.decode() and token not in str(answer.headers)
        assert answer["Referrer-Policy"] == "same-origin" and "no-store" in answer["Cache-Control"]


def test_a_link_signs_once_and_only_its_own_part(links):
    client = opened(token_of(links["north"]))
    client.post(reverse("exchanges:approve"), DECISION)
    assert states(links) == {"north": "approved", "south": "asked"}
    again = client.post(reverse("exchanges:approve"), {**DECISION, "decision": "refused", "comment": "No"})
    assert again.status_code == 200 and states(links) == {"north": "approved", "south": "asked"}
    assert opened(token_of(links["north"])).get(reverse("exchanges:approve")).status_code == 200


def test_the_link_of_another_approval_replaces_the_first_and_never_mixes(links):
    client = opened(token_of(links["north"]))
    client.get(reverse("exchanges:approve_link", args=[token_of(links["south"])]))
    assert client.get(reverse("exchanges:approve")).context["approval"] == links["south"]
    client.post(reverse("exchanges:approve"), DECISION)
    assert states(links) == {"north": "asked", "south": "approved"}


def test_a_link_opens_nothing_else(links, sides):
    client, north = opened(token_of(links["north"])), sides[0]
    for url in (
        reverse("exchanges:application", args=[links["north"].application.public_id]),
        reverse("exchanges:consent", args=[links["north"].public_id]),
        reverse("documents:download", args=[north["paper"].public_id]),
        "/admin/",
    ):
        assert client.get(url, follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))


def test_an_expired_link_shows_nothing_and_renews_only_to_the_address_on_record(links):
    row = links["north"]
    Approval.objects.filter(pk=row.pk).update(token_expires_at=timezone.now() - dt.timedelta(seconds=1))
    client = Client()
    session = client.session
    session["link:exchanges.approval_link"] = token_of(row)
    session.save()
    page = client.get(reverse("exchanges:approve"))
    assert page.status_code == 410 and str(row.application.applicant) not in page.content.decode()
    assert client.post(reverse("exchanges:approve"), DECISION).status_code == 410
    client.post(reverse("exchanges:approve_renew"), {"email": "somebody.else@example.org"})
    assert states(links)["north"] == "asked"
    letters = OutboxMessage.objects.filter(kind__contains="link")
    assert [letter.recipient_email for letter in letters] == [row.approver_email] and not mail.outbox
    assert client.get(reverse("exchanges:approve")).status_code == 404  # the old link is forgotten


def test_guesses_look_alike(links):
    """Random secrets, the stored hash, nothing, another kind of identifier, something much too long."""
    row = links["north"]
    guesses = [secrets.token_urlsafe(32) for _number in range(20)]
    guesses += [row.token_hash, hash_of(""), str(row.public_id), str(row.pk), token_of(row)[:-1], "x" * 4000]
    answers = {
        (page.status_code, strip(page.content, guess))
        for guess, page in zip(guesses, map(page_of, guesses), strict=True)
    }
    assert len(answers) == 1 and {status for status, _body in answers} == {404}
    assert Client().get(reverse("exchanges:approve")).status_code == 404


def page_of(token: str):
    """What a guess gets; nothing of it is kept."""
    client = Client()
    page = client.get(reverse("exchanges:approve_link", args=[token]))
    assert not client.cookies.get("sessionid")
    return page


def strip(body: bytes, guess: str) -> bytes:
    """Without the random tokens of forms and the guess itself, which stands in the address to come back to."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", body).replace(f"/{guess}/".encode(), b"")


def test_the_database_keeps_no_secret(links):
    token = token_of(links["north"])
    kept = [str(value) for value in Approval.objects.filter(pk=links["north"].pk).values_list().get()]
    assert not any(token in value for value in kept)
    assert len(token) >= 43  # 256 bits
