"""Who sits at a desk: on the organisation or above it, in force today, for this programme; in a walk and outside."""

from contextlib import nullcontext
from functools import partial

import pytest
from django.utils.timezone import localdate

from portal.accounts.desks import users_at
from portal.accounts.models.user import Seat
from portal.accounts.roles import Role
from portal.core.once import reading_once

pytestmark = pytest.mark.django_db


@pytest.fixture(params=(nullcontext, reading_once), ids=("alone", "in a walk"))
def surroundings(request):
    return request.param


def manager_seats(side):
    return Seat.objects.filter(user=side.manager, role=Role.PROGRAMME_MANAGER)


def test_a_seat_covers_its_organisation_and_no_other(world, surroundings):
    with surroundings():
        assert users_at(Role.PROGRAMME_MANAGER, world.north.host, today=localdate()) == [world.north.manager]
        assert world.north.manager not in users_at(Role.PROGRAMME_MANAGER, world.south.host, today=localdate())
        assert users_at(Role.PROGRAMME_MANAGER, None, today=localdate()) == []


def test_a_seat_for_one_programme_counts_for_that_programme_alone(world, surroundings):
    manager_seats(world.north).update(programme=world.north.programme)
    at_the_host = partial(users_at, Role.PROGRAMME_MANAGER, world.north.host, today=localdate())
    with surroundings():
        assert at_the_host(programme=world.north.programme) == [world.north.manager]
        assert at_the_host() == [] and at_the_host(programme=world.south.programme) == []


def test_whoever_left_or_has_no_account_any_more_reads_nothing(world, surroundings):
    world.north.manager.is_active = False
    world.north.manager.save()
    with surroundings():
        assert users_at(Role.PROGRAMME_MANAGER, world.north.host, today=localdate()) == []


def test_a_walk_asks_once_for_all_desks(world, django_assert_max_num_queries):
    with reading_once(), django_assert_max_num_queries(1):
        for side in (world.north, world.south):
            for role in (Role.PROGRAMME_MANAGER, Role.HOME_OFFICE, Role.SIGNATORY):
                users_at(role, side.host, today=localdate())
