"""Every address, every role, every side: what the table does not open is as missing as what never was."""

import re

import pytest

from tests.permissions.cast import CAST, client_of
from tests.permissions.matrix import ELSEWHERE, TABLE
from tests.permissions.walking import patterns, problems


def test_every_address_has_a_line():
    there, named = {name for name, _module in patterns()}, {line.name for line in TABLE}
    unknown = {name for name in there - named if not re.fullmatch("|".join(ELSEWHERE), name)}
    assert not unknown, "add a line to tests/permissions/matrix.py"
    assert named <= there


def test_nameless_addresses_are_redirects_and_refusals_of_libraries():
    modules = {module for name, module in patterns() if name in ("", "admin:")}
    assert modules <= {"django.views.generic.base", "django.contrib.admin.sites", "portal.core.admin_site"}


@pytest.mark.parametrize("role", CAST)
def test_nobody_finds_more_than_the_table_says(sides, world, role):
    client = client_of(role, world)
    found = list(problems(client, role, TABLE, *sides))
    assert not found, "\n".join(found)
