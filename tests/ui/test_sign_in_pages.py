"""Every page of the sign-in library wears the portal's look and works under its security policy."""

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from portal.accounts.models import User
from tests.ui.pages import faults_in

PASSWORD = "correct horse battery staple"
OUTSIDE = [
    "account_login",
    "account_signup",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
    "account_email_verification_sent",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]
INSIDE = [
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
    "socialaccount_connections",
]


@pytest.fixture(autouse=True)
def nobody_has_tried_before():
    cache.clear()  # the counters of the rate limits


@pytest.fixture
def user(db):
    user = User.objects.create_user(email="maria@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def signed_in(client, user):
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": reverse("account_email")})
    # Setting up a second factor asks for the password once more, even right after the sign-in.
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse("account_email")})
    return client


def opened(client, name, language, **kwargs):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(reverse(name, kwargs=kwargs))
    assert answer.status_code in (200, 401), name  # the failed provider sign-in answers 401
    return answer.content.decode()


def assert_ours(page, language):
    assert faults_in(page) == []
    assert page.count("<h1") == 1
    assert f'<html lang="{language}"' in page
    assert "portal/portal.css" in page


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", OUTSIDE)
def test_pages_before_the_sign_in(client, db, name, language):
    assert_ours(opened(client, name, language), language)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", INSIDE)
def test_pages_of_ones_own_account(signed_in, name, language):
    assert_ours(opened(signed_in, name, language), language)


def test_a_passkey_is_given_a_name_in_the_readers_language(signed_in):
    assert "Name of the device" in opened(signed_in, "mfa_add_webauthn", "en")
    page = opened(signed_in, "mfa_add_webauthn", "ja")
    assert "端末の名前" in page and ">Name" not in page


def test_one_page_offers_every_way_to_sign_in(client, db):
    page = opened(client, "account_login", "en")
    assert 'name="password"' in page
    assert reverse("account_request_login_code") in page
    assert 'id="passkey_login"' in page
    assert 'autocomplete="current-password"' in page


def test_the_page_of_the_second_factor_can_show_its_code(signed_in):
    page = opened(signed_in, "mfa_activate_totp", "en")
    assert 'class="qr"' in page and 'src="data:image/svg+xml' in page


def test_a_wrong_password_is_announced(client, user):
    page = client.post(reverse("account_login"), {"login": user.email, "password": "wrong"}).content.decode()
    assert 'class="error-summary"' in page
    assert faults_in(page) == []


def test_a_mailed_code_is_asked_for_on_a_page_of_ours(client, user):
    answer = client.post(reverse("account_request_login_code"), {"email": user.email}, follow=True)
    assert_ours(answer.content.decode(), "en")
    assert 'name="code"' in answer.content.decode()
    assert len(mail.outbox) <= 1  # delivered here, or by the outbox


def test_a_stranger_link_for_a_new_password_is_answered_calmly(client, db):
    page = opened(client, "account_reset_password_from_key", "en", uidb36="1", key="x-y")
    assert_ours(page, "en")
