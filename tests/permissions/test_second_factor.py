"""Staff enter the desk with a second factor only, at every address; who is sent away is out with the next request."""

import datetime as dt
import re
import uuid

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from portal.accounts.models import Seat, User
from tests.permissions.cast import BACKEND, client_of, sign_in
from tests.permissions.matrix import EVERYBODY, TABLE
from tests.permissions.walking import address

pytestmark = pytest.mark.django_db
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
# Ways of writing an address that must not lead around the guard.
SPELLINGS = (
    "/admin//", "/ADMIN/", "/%61dmin/", "/admin/./", "/admin/../admin/", "/admin;/", "/desk/../admin/",
    "/admin/%2e%2e/admin/", "/admin", "/admin/exchanges/application", "/admin/login/", "/admin/jsi18n/",
)  # fmt: skip


def admin_addresses() -> list[str]:
    """Every address below /admin/, with arguments that exist or not: the guard stands before them."""
    values = {
        "object_id": "1", "name": "approve", "public_id": uuid.uuid4(), "call_id": 1, "content_type_id": 1, "url": "x",
        "app_label": "exchanges", "file_format": "csv", "form": "csv", "anything": "1/1", "key": "x", "code": "X01",
        "event_id": 1, "session_id": 1, "table": "people",
    }  # fmt: skip
    found = []

    def walk(resolver, path):
        for pattern in resolver.url_patterns:
            route = f"{path}{pattern.pattern}"
            if hasattr(pattern, "url_patterns"):
                walk(pattern, route)
            elif route.startswith("admin/") and "(?P<" not in route and not route.endswith("$"):
                found.append("/" + CONVERTER.sub(lambda match: str(values[match[1]]), route))

    walk(get_resolver(), "")
    return found


@pytest.fixture
def manager(world) -> User:
    return world.north.manager


@pytest.fixture
def password_only(manager) -> Client:
    client = Client()
    sign_in(client, manager, second_factor=False)
    return client


def test_without_a_second_factor_every_address_of_the_desk_leads_to_setting_one_up(password_only):
    addresses = admin_addresses()
    assert len(addresses) > 300 and not any("<" in url for url in addresses)
    for url in addresses:
        for answer in (password_only.get(url), password_only.post(url, {"confirmed": "yes"})):
            password_only.cookies.pop("messages", None)  # else hundreds pile up that no page has shown
            assert answer.status_code == 302 and answer.url.startswith(reverse("mfa_activate_totp")), url


@pytest.mark.django_db(transaction=True)  # the new factor counts once it is committed
def test_from_setting_one_up_a_button_leads_on_to_the_page_that_was_wanted(manager):
    manager.set_password("correct horse battery staple")
    manager.save()
    client, wanted = Client(), "/admin/exchanges/application/?q=Lena"
    sign_in(client, manager, second_factor=False)
    setting_up = client.get(wanted).url
    client.post(reverse("account_reauthenticate"), {"password": "correct horse battery staple", "next": setting_up})
    secret = client.get(setting_up).context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    page = client.post(reverse("mfa_activate_totp"), {"code": code}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    for shown in (page, client.get(reverse("mfa_index"))):
        assert f'href="{wanted}"' in shown.content.decode()
    assert client.get(wanted).status_code == 200
    assert wanted not in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_who_signs_in_by_a_mailed_code_sets_one_up_without_being_asked_for_it_again(manager):
    manager.set_unusable_password()
    manager.save()
    client, wanted = Client(), "/admin/exchanges/application/"
    sign_in(client, manager, second_factor=False)
    secret = client.get(client.get(wanted).url).context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    page = client.post(reverse("mfa_activate_totp"), {"code": code}, follow=True)
    assert [url for url, _status in page.redirect_chain] == [reverse("mfa_view_recovery_codes")]
    assert f'href="{wanted}"' in page.content.decode()
    assert all(each in page.content.decode() for each in page.context["unused_codes"])


def test_the_page_to_which_staff_are_led_offers_a_passkey_as_well(manager):
    manager.set_unusable_password()
    manager.save()
    client = Client()
    sign_in(client, manager, second_factor=False)
    page = client.get("/admin/", follow=True)
    assert f'href="{reverse("mfa_add_webauthn")}"' in page.content.decode()
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


def test_with_one_that_was_not_shown_they_lead_to_showing_it(password_only, manager):
    TOTP.activate(manager, generate_totp_secret())
    for url in admin_addresses()[::7]:
        answer = password_only.get(url)
        assert answer.status_code == 302 and answer.url.startswith(reverse("mfa_reauthenticate")), url


def test_beside_the_desk_staff_see_public_pages_and_their_account_only(password_only, sides):
    north, _south = sides
    public = {
        line.name for line in TABLE if line.get == EVERYBODY or (line.absent and not line.get and not line.shared)
    }
    for line in TABLE:
        if line.get is None or line.name.startswith("admin:"):
            continue
        url = address(line, north.get(line.about))
        answer = password_only.get(url)
        is_led_to_a_factor = answer.status_code == 302 and answer.url.startswith(reverse("mfa_activate_totp"))
        assert is_led_to_a_factor is not (line.name in public or url.startswith("/accounts/")), url


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_other_spelling_leads_around_the_guard(password_only, spelling):
    answer = password_only.get(spelling, follow=True)
    assert answer.status_code == 404 or answer.redirect_chain[-1][0].startswith(reverse("mfa_activate_totp"))


def test_another_persons_proof_in_the_session_counts_for_nothing(manager, world):
    client = Client()
    sign_in(client, world.north.home_office, second_factor=True)
    session = client.session
    records = session["account_authentication_methods"]
    other = Client()
    sign_in(other, manager, second_factor=False)
    TOTP.activate(manager, generate_totp_secret())
    session = other.session
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(world.north.home_office.pk)
    session.save()
    assert other.get("/admin/").url.startswith(reverse("mfa_reauthenticate"))


def test_a_password_alone_does_not_sign_in_who_has_a_second_factor(manager):
    manager.set_password("correct horse battery staple")
    manager.save()
    TOTP.activate(manager, generate_totp_secret())
    manager.emailaddress_set.create(email=manager.email, verified=True, primary=True)
    client = Client()
    answer = client.post(reverse("account_login"), {"login": manager.email, "password": "correct horse battery staple"})
    assert answer.url.startswith(reverse("mfa_authenticate")) and "_auth_user_id" not in client.session
    for url in ("/admin/", reverse("home:desk"), reverse("accounts:profile")):
        last = client.get(url, follow=True).redirect_chain[-1][0]
        assert last.startswith((reverse("account_login"), reverse("mfa_authenticate")))


def test_removing_the_last_one_asks_again_and_then_closes_the_desk(world, manager):
    client = client_of("manager", world)
    assert client.get("/admin/").status_code == 200
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert "reauthenticate" in answer.url and Authenticator.objects.filter(user=manager).exists()
    Authenticator.objects.filter(user=manager).delete()
    assert client.get("/admin/").url.startswith(reverse("mfa_activate_totp"))


def test_the_admins_own_sign_in_is_the_portals(client, db):
    answer = client.get("/admin/login/?next=/admin/exchanges/application/")
    assert answer.url.startswith(reverse("account_login"))
    posted = client.post("/admin/login/", {"username": "a@example.org", "password": "x"})
    assert posted.url.startswith(reverse("account_login")) and "_auth_user_id" not in client.session


# -- out with the next request -----------------------------------------------------------------------------------------
def test_a_closed_sign_in_ends_with_the_next_request(world, manager):
    client = client_of("manager", world)
    assert client.get(reverse("home:desk")).status_code == 200
    User.objects.filter(pk=manager.pk).update(is_active=False)
    for url in (reverse("home:desk"), "/admin/", reverse("accounts:profile")):
        assert client.get(url, follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))


def test_a_seat_that_has_ended_closes_the_desk_with_the_next_request(world, manager):
    client = client_of("manager", world)
    Seat.objects.filter(user=manager).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert client.get("/admin/").status_code == 404
    assert client.get(reverse("home:desk")).status_code == 200


def test_a_new_password_ends_the_other_sessions(manager):
    client = Client()
    client.force_login(manager, backend=BACKEND)
    manager.set_password("another horse battery staple")
    manager.save()
    assert client.get(reverse("home:desk")).url.startswith(reverse("account_login"))


def test_the_session_gets_a_new_name_at_the_sign_in(manager):
    client = Client()
    guest = client.session
    guest["seen"] = True
    guest.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = guest.session_key
    client.force_login(manager, backend=BACKEND)
    assert client.session.session_key != before
