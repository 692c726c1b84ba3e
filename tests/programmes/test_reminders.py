"""Programmes are looked at before a new fiscal year begins."""

import datetime as dt

import pytest

from portal.programmes.models import Programme
from portal.reminders.registry import provider_of


def due_at(day: dt.date) -> dict[str, dt.date]:
    now = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
    return {due.subject.code: due.anchor for due in provider_of("N02")(now=now)}


@pytest.fixture
def programmes(world) -> tuple[str, str]:
    Programme.objects.update(state="published")
    return world.north.programme.code, world.south.programme.code


def test_each_owner_is_asked_before_the_year_of_the_own_country(programmes):
    japan, states = programmes
    assert due_at(dt.date(2027, 2, 1)) == {japan: dt.date(2027, 4, 1)}
    assert due_at(dt.date(2027, 5, 3)) == {states: dt.date(2027, 7, 1)}
    assert due_at(dt.date(2026, 12, 1)) == {}


def test_only_published_programmes_are_asked_about_and_only_their_managers(world, programmes):
    now = dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    (due,) = provider_of("N02")(now=now)
    assert {reader.email for reader in due.recipients} == {world.north.manager.email}
    Programme.objects.filter(pk=world.north.programme.pk).update(state="suspended")
    assert not list(provider_of("N02")(now=now))
