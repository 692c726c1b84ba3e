"""The start-up check names what is missing or dangerous, and says nothing about a well-kept machine."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import override_settings

from portal.operations import checks

pytestmark = pytest.mark.once

PRODUCTION = {
    "SECRET_KEY": "F7x2Kq9Zp4Lw8Rt1Vb6Nm3Hc5Jd0GsF7x2Kq9Zp4Lw8Rt1Vb6Nm3Hc5",
    "ALLOWED_HOSTS": "portal.example.org",
    "BASE_URL": "https://portal.example.org",
    "DATABASE_URL": "postgres://portal:secret@db.example.org/portal",
    "REDIS_URL": "redis://:secret@redis.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "portal@portal.example.org",
    "TRUSTED_PROXY_COUNT": "1",
}
MISSING = {
    "SECRET_KEY": "operations.E001",
    "ALLOWED_HOSTS": "operations.E002",
    "EMAIL_URL": "operations.E003",
    "BASE_URL": "operations.W001",
    "DATABASE_URL": "operations.W002",
    "REDIS_URL": "operations.W003",
    "TRUSTED_PROXY_COUNT": "operations.W004",
    "DEFAULT_FROM_EMAIL": "operations.W005",
}


def portal_with(environment, *arguments, var_dir):
    """manage.py in a process of its own, with nothing in its environment but this."""
    return subprocess.run(
        [sys.executable, "manage.py", *(arguments or ("check", "--deploy", "--fail-level", "WARNING"))],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir), "ENV_FILE": os.devnull, **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_well_kept_machine_hears_nothing(tmp_path):
    run = portal_with(PRODUCTION, var_dir=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_bare_machine_hears_the_name_of_everything_that_is_missing(tmp_path):
    run = portal_with({}, var_dir=tmp_path)
    assert run.returncode == 1
    for name, identity in MISSING.items():
        if name != "TRUSTED_PROXY_COUNT":
            assert f"({identity}) {name}" in run.stderr.replace("?: ", "")


@pytest.mark.parametrize("name", MISSING)
def test_each_missing_setting_is_named_and_nothing_else(name, tmp_path):
    conf = settings_of({key: value for key, value in PRODUCTION.items() if key != name}, tmp_path)
    assert [message.id for message in checks.production_findings(conf)] == [MISSING[name]]


def test_the_local_key_and_a_wildcard_host_are_dangerous(tmp_path):
    conf = settings_of({**PRODUCTION, "SECRET_KEY": "short", "ALLOWED_HOSTS": "*"}, tmp_path)
    assert [message.id for message in checks.production_findings(conf)] == ["operations.E001", "operations.E002"]


@pytest.mark.parametrize("mode", ["PORTAL_DEMO", "DEBUG"])
@pytest.mark.parametrize("name", ["ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL"])
def test_modes_that_trust_everybody_are_refused_together_with_a_production_setting(mode, name, tmp_path):
    (sentence,) = checks.local_mode_dangers(settings_of({mode: "1", name: PRODUCTION[name]}, tmp_path))
    assert sentence.startswith(f"{mode} is on together with production settings ({name}):")


@pytest.mark.parametrize("mode", ["PORTAL_DEMO", "DEBUG"])
def test_modes_that_trust_everybody_are_welcome_on_the_loopback_address(mode, tmp_path):
    assert checks.local_mode_dangers(settings_of({mode: "1", "BASE_URL": "http://localhost:9000"}, tmp_path)) == []


def test_a_demo_sends_no_real_mail(tmp_path):
    (sentence,) = checks.local_mode_dangers(
        settings_of({"PORTAL_DEMO": "1", "EMAIL_URL": PRODUCTION["EMAIL_URL"]}, tmp_path)
    )
    assert "(EMAIL_URL)" in sentence


def test_a_refused_mode_does_not_start_at_all(tmp_path):
    run = portal_with({"PORTAL_DEMO": "1", "ALLOWED_HOSTS": "portal.example.org"}, "check", var_dir=tmp_path)
    assert run.returncode == 1
    assert "PORTAL_DEMO is on together with production settings (ALLOWED_HOSTS)" in run.stderr


@override_settings(PRODUCTION=False)
def test_outside_production_nothing_is_asked_for():
    assert checks.production_findings(settings) == []


class Settings:
    """The settings that an environment gives, read in another process."""

    def __init__(self, values):
        self.__dict__.update(values)


def settings_of(environment, var_dir):
    names = "PRODUCTION SECRET_KEY ALLOWED_HOSTS EMAIL_URL BASE_URL DATABASES REDIS_URL DEFAULT_FROM_EMAIL".split()
    names += ["SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER", "PORTAL_DEMO", "DEBUG"]
    code = f"import json, portal.settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir), "ENV_FILE": os.devnull, **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return Settings(json.loads(run.stdout))
