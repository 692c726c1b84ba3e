"""What a demonstration opens is there only in one, and only for people at the machine."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as portal_settings
from django.urls import reverse

from portal.core.loopback import FORWARDED

REMOTE = [
    {"REMOTE_ADDR": "192.0.2.7"},
    {"REMOTE_ADDR": "10.0.0.1"},
    {"REMOTE_ADDR": ""},
    *({"REMOTE_ADDR": "127.0.0.1", header: "192.0.2.7"} for header in FORWARDED),
]


@pytest.fixture
def demonstration(settings, world, sides):
    settings.PORTAL_DEMO, settings.PRODUCTION, settings.DEV_MAILBOX = True, False, True
    person = world.north.fellow.person
    person.code, person.source = "p10", "invented"
    person.save()
    return sides[0]


@pytest.mark.parametrize("meta", REMOTE, ids=lambda meta: " ".join(meta))
def test_nothing_opens_through_a_proxy_or_from_elsewhere(client, demonstration, meta):
    assert client.post(reverse("accounts:demo"), {"who": "fellow"}, **meta).status_code == 404
    for url in (reverse("outbox:mailbox"), reverse("outbox:mail", args=[demonstration["mail"].public_id])):
        assert client.get(url, **meta).status_code == 404


def test_at_the_machine_both_open(client, demonstration):
    assert client.get(reverse("outbox:mailbox")).status_code == 200
    assert client.post(reverse("accounts:demo"), {"who": "fellow"}).status_code == 302


def test_the_name_of_another_site_that_leads_to_this_machine_opens_nothing(client, demonstration):
    """DNS rebinding: a page elsewhere whose name points to 127.0.0.1."""
    assert client.post(reverse("accounts:demo"), {"who": "fellow"}, HTTP_HOST="evil.example").status_code == 400


def test_a_demonstration_that_is_over_leaves_no_door_to_the_desk(client, world, settings):
    """The exemption from the second factor ends with the setting, not with the session."""
    settings.PORTAL_DEMO = True
    client.force_login(world.north.manager, backend="portal.accounts.backends.SignInBackend")
    session = client.session
    session["demo_sign_in"] = True
    session.save()
    assert client.get("/admin/").status_code == 200
    settings.PORTAL_DEMO = False
    assert client.get("/admin/").url.startswith(reverse("mfa_activate_totp"))


def started(*, tmp_path, **environment) -> subprocess.CompletedProcess:
    program = "import django; django.setup(); from django.urls import reverse; print(reverse('outbox:mailbox'))"
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "EMAIL_", "DATABASE"))
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=portal_settings.BASE_DIR,
        env={**clean, "DJANGO_SETTINGS_MODULE": "portal.settings", "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_in_production_the_mailbox_has_no_address_even_without_a_mail_server(tmp_path):
    done = started(tmp_path=tmp_path, SECRET_KEY="k" * 60, ALLOWED_HOSTS="portal.example.org")
    assert done.returncode != 0 and "NoReverseMatch" in done.stderr


def test_a_demonstration_does_not_start_with_production_settings(tmp_path):
    done = started(tmp_path=tmp_path, PORTAL_DEMO="1", ALLOWED_HOSTS="portal.example.org")
    assert done.returncode != 0 and "PORTAL_DEMO is on together with production settings" in done.stderr
    assert started(tmp_path=tmp_path, PORTAL_DEMO="1").stdout.strip() == "/dev/mailbox/"
