"""Reading changes nothing: no address writes anything but the session on HEAD; test_matrix.py watches GET."""

import pytest
from django.test import Client

from tests.permissions.cast import client_of
from tests.permissions.matrix import PROBES, TABLE
from tests.permissions.walking import TRACED, address, tables_written


@pytest.mark.parametrize("role", ["anonymous", "fellow", "host", "reviewer", "home_office", "manager"])
def test_asking_for_the_headers_alone_writes_nothing(sides, world, role):
    """As little as reading the page does, which test_matrix.py watches for every role and side."""
    client, (north, _south) = client_of(role, world), sides
    for line in TABLE:
        if line.get is None:
            continue
        url = address(line, north.get(line.about))
        with tables_written() as written:
            b"".join(client.head(url))
        assert written <= TRACED.get(line.name, set()), (role, url, written)


def test_probes_write_nothing(sides):
    for url in PROBES:
        with tables_written() as written:
            Client().get(url)
        assert not written, url


def test_the_watch_sees_what_is_written(world, sides):
    client = client_of("fellow", world)
    line = next(line for line in TABLE if line.name == "accounts:consent_give")
    with tables_written() as written:
        client.post(address(line, None), line.data)
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
