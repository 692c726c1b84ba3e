"""Health and readiness, asked of real things: a dead Redis, a missing table, an unwritable folder, late mail."""

import datetime as dt
import socket

import pytest
from celery import current_app
from django.db import connection
from django.test import Client, override_settings

from portal.operations import health
from portal.operations.models import LoadedDataset

ALL = {"database", "migrations", "storage", "broker", "outbox"}


def problems(response) -> dict:
    return {name: check["problem"] for name, check in response.json()["checks"].items() if check["problem"]}


def test_the_process_answers_without_touching_the_database(client, django_assert_num_queries):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["portal.example.org"])
@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/readyz/pages"])
def test_probes_come_by_address_without_tls(client, address):
    assert client.get(address, headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert client.head(address, headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert client.post(address).status_code == 405
    # the control: every other page insists on its name and on TLS
    assert Client(raise_request_exception=False).get("/", headers={"host": "10.0.0.7:8000"}).status_code in (301, 400)


@pytest.mark.django_db
def test_a_portal_that_works_is_ready(client):
    response = client.get("/readyz")
    assert (response.status_code, problems(response)) == (200, {})
    assert set(response.json()["checks"]) == ALL
    assert set(client.get("/readyz/pages").json()["checks"]) == {"database", "migrations", "storage"}


@pytest.mark.django_db
def test_a_missing_migration_is_told(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'operations'")
    response = client.get("/readyz/pages")
    assert (response.status_code, problems(response)) == (503, {"migrations": "1 not applied"})


@pytest.mark.django_db
def test_files_that_cannot_be_written_are_told(client, settings, tmp_path):
    (tmp_path / "in the way").write_text("a file where the folder should be")
    storages = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "in the way")},
        },
    }
    settings.STORAGES = storages
    response = client.get("/readyz/pages")
    assert (response.status_code, problems(response)) == (503, {"storage": "does not answer"})


@pytest.mark.django_db
def test_a_broker_that_is_away_is_told_and_pages_are_still_served(client, settings):
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{nobody_listens.getsockname()[1]}/0"
        before = current_app.conf.broker_url, current_app.conf.broker_write_url
        current_app.conf.broker_url = current_app.conf.broker_write_url = settings.REDIS_URL
        try:
            response = client.get("/readyz")
        finally:
            current_app.conf.broker_url, current_app.conf.broker_write_url = before
    assert (response.status_code, problems(response)) == (503, {"broker": "does not answer"})
    assert response.json()["checks"]["broker"]["milliseconds"] < 10_000
    assert client.get("/readyz/pages").status_code == 200


def test_a_broker_that_answers_is_well():
    health.broker()  # a folder on the SQLite lane, a real Redis on the other one


@pytest.mark.django_db
def test_mail_that_does_not_leave_is_told(client, waiting_mail):
    waiting_mail(dt.timedelta(minutes=14))
    assert client.get("/readyz").status_code == 200
    waiting_mail(dt.timedelta(minutes=23))
    response = client.get("/readyz")
    assert (response.status_code, problems(response)) == (503, {"outbox": "mail has been waiting for 23 minutes"})
    assert client.get("/readyz/pages").status_code == 200


def test_without_a_database_nothing_that_needs_it_is_asked():
    def away():
        raise ConnectionError("10.1.2.3 refused portal:secret")

    asked = []
    questions = [
        health.Question("database", away, needed_by_pages=True),
        health.Question("migrations", lambda: asked.append("migrations"), needed_by_pages=True, needs_database=True),
        health.Question("storage", lambda: asked.append("storage"), needed_by_pages=True),
    ]
    answers = health.ask_all(questions)
    assert asked == ["storage"]
    # no address, no password in what anybody may read
    assert [answer.problem for answer in answers] == ["does not answer", "not asked: no database", None]


@pytest.mark.django_db
def test_what_was_loaded_is_told_by_the_beginning_of_its_digest():
    assert str(LoadedDataset.objects.create(digest="a" * 64)) == "a" * 12


@pytest.fixture
def waiting_mail():
    """Puts a queued mail into the outbox that has been due for some time."""
    from django.utils import timezone

    from portal.outbox.models import OutboxMessage

    def put(age: dt.timedelta):
        return OutboxMessage.objects.create(
            kind="probe",
            message_id=f"<{age.total_seconds()}@example.org>",
            recipient_email="a@example.org",
            language="en",
            timezone="UTC",
            subject="-",
            body_text="-",
            next_try_at=timezone.now() - age,
        )

    return put
