"""Mails of the sign-in pages take the way of all mails."""

import re

import pytest
from django.core import mail
from django.urls import reverse

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


@pytest.mark.parametrize(("language", "script"), [("en", r"[a-z]"), ("ja", r"[\u3040-\u30ff]")])
def test_a_link_for_a_new_password_is_a_button_in_the_language_of_the_page(client, language, script):
    user = UserFactory()
    client.cookies["django_language"] = language
    client.post(reverse("account_reset_password"), {"email": user.email})
    message = OutboxMessage.objects.get()
    assert message.language == language and re.search(script, message.body_text)
    link = re.search(r"https?://\S+", message.body_text)[0]
    assert f'href="{link}"' in message.body_html
