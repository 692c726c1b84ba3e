"""A passkey is made and used to sign in, in a real browser with a key of its own."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery staple"


@pytest.fixture
def user(transactional_db):
    cache.clear()  # the counters of the rate limits
    user = User.objects.create_user(email="maria@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_a_passkey_opens_the_account_without_a_password(window, live_server, user):
    account = reverse("account_email")
    page = window(f"{reverse('account_login')}?next={account}")
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]:not([form])")
    page.wait_for_url(live_server.url + account)

    page.goto(live_server.url + reverse("mfa_add_webauthn"))
    page.fill("[name=password]", PASSWORD)  # asked once more before a key is added
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{reverse('mfa_add_webauthn')}")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")

    page.click(".menu > summary")
    page.click(".menu-panel button")
    page.wait_for_url(lambda url: reverse("mfa_view_recovery_codes") not in url)

    page.goto(f"{live_server.url}{reverse('account_login')}?next={account}")
    page.click("#passkey_login")
    page.wait_for_url(live_server.url + account)
    assert user.email in page.inner_text("main")
    assert page.complaints == []
