"""Mails of the sign-in pages take the way of all mails."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from portal.outbox import delivery
from portal.outbox.models import OutboxMessage, State
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_sign_in_code_waits_in_the_outbox_and_is_forgotten_there_once_sent(client):
    user = UserFactory()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    message = OutboxMessage.objects.get()
    assert (message.klass, message.recipient_email, mail.outbox) == ("security", user.email, [])
    assert delivery.deliver() == {"sent": 1}
    message.refresh_from_db()
    assert (message.state, message.body_text, message.body_html) == (State.SENT, "", "")


def test_a_link_for_a_new_password_is_a_button(client):
    client.post(reverse("account_reset_password"), {"email": UserFactory().email})
    message = OutboxMessage.objects.get()
    link = re.search(r"https?://\S+", message.body_text)[0]
    assert f'href="{link}"' in message.body_html


def sign_up(email: str) -> tuple[str, dict]:
    password = "correct horse battery staple"
    names = {"given_name": "Ada", "family_name": "Lovelace", "timezone": "UTC"}
    return "account_signup", {"email": email, "password1": password, "password2": password, **names}


ASKING = {
    "a second account": sign_up,
    "a new password": lambda email: ("account_reset_password", {"email": email}),
    "a code to sign in": lambda email: ("account_request_login_code", {"email": email}),
}


@pytest.mark.parametrize("asked_for", ASKING)
@pytest.mark.parametrize(("language", "page"), [("en", "ja"), ("ja", "en")])
def test_who_has_the_address_reads_her_own_language_and_name_whoever_typed_it(client, world, asked_for, language, page):
    owner = world.north.fellow
    owner.language = language
    owner.save()
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    client.cookies["django_language"] = page
    name, data = ASKING[asked_for](owner.email)
    client.post(reverse(name), data)
    message = OutboxMessage.objects.get()
    assert (message.language, message.recipient_name) == (language, owner.person.name_in(language))
    assert owner.person.name_in(language) in message.body_text.splitlines()[0]
    assert_ours(message)


@pytest.mark.parametrize("page", ["en", "ja"])
@pytest.mark.parametrize("asked_for", ASKING)
def test_somebody_new_reads_the_language_of_the_page(client, db, asked_for, page):
    client.cookies["django_language"] = page
    name, data = ASKING[asked_for]("new@example.org")
    client.post(reverse(name), data)
    message = OutboxMessage.objects.get()
    assert message.language == page
    assert_ours(message)


def assert_ours(message) -> None:
    """The portal says its name, and greets nobody from a machine."""
    with translation.override(message.language):
        assert gettext("Alliance Portal") in message.body_text
    assert not re.search(r"Hello from|Thank you for using|example\.com", message.subject + message.body_text)
