"""Reading changes nothing: no address writes anything but the session on GET and HEAD."""

import re
from functools import partial

import pytest
from django.db import connection
from django.test import Client

from tests.permissions.cast import client_of
from tests.permissions.matrix import PROBES, TABLE
from tests.permissions.walking import address

WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)
SESSIONS = {"django_session", "usersessions_usersession"}
# Reading a file of somebody else, or taking a table out, is itself an act that leaves a trace.
TRACED = {"documents:download": {"core_auditentry"}, "admin:transfers_export": {"core_auditentry"}}


def tables_written(ask) -> set[str]:
    written = set()

    def watch(execute, sql, params, many, context):
        if found := WRITES.match(sql):
            written.add(found[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        response = ask()
        if response.streaming:
            b"".join(response.streaming_content)
    return written - SESSIONS


@pytest.mark.parametrize("role", ["anonymous", "fellow", "host", "reviewer", "home_office", "manager"])
def test_reading_writes_nothing(sides, world, role):
    client, (north, _south) = client_of(role, world), sides
    for line in TABLE:
        if line.get is None:
            continue
        url = address(line, north.get(line.about))
        for method in ("get", "head"):
            written = tables_written(partial(getattr(client, method), url))
            assert written <= TRACED.get(line.name, set()), (role, method, url, written)
    for url in PROBES:
        assert not tables_written(partial(client.get, url))


def test_the_watch_sees_what_is_written(world, sides):
    client = client_of("fellow", world)
    line = next(line for line in TABLE if line.name == "accounts:consent_give")
    written = tables_written(lambda: client.post(address(line, None), line.data))
    assert "accounts_consent" in written


def test_only_the_announced_methods_exist(sides, world):
    client, (north, _south) = client_of("fellow", world), sides
    for line in TABLE:
        url = address(line, north.get(line.about))
        for method in ("put", "patch", "delete"):
            answer = getattr(client, method)(url)
            assert answer.status_code in (403, 404, 405), (method, url, answer.status_code)
    for url in PROBES:
        assert client.post(url).status_code == 405


def test_without_the_token_of_a_form_nothing_is_posted(sides, world):
    strict, (north, _south) = Client(enforce_csrf_checks=True), sides
    strict.cookies = client_of("fellow", world).cookies
    for line in TABLE:
        if line.post is not None:
            assert strict.post(address(line, north.get(line.about)), line.data).status_code in (403, 404), line
