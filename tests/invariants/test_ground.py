"""Rows lent from test to test come whole to each, and lie below no test that does not ask for them."""

import pytest
from django.apps import apps
from django.db import connection, transaction

from portal.accounts.models import User
from portal.programmes.models import Call
from tests.ground import LAYERS, Ground, rolled_back, wanted_by
from tests.tables import FILLED_WHEN_MADE, emptying

pytestmark = pytest.mark.django_db


@pytest.fixture
def common():
    common = Ground()
    yield common
    common.clear()


def test_what_one_test_does_the_next_does_not_find(common):
    first = common.prepare(["world"])["world"]
    with rolled_back():
        Call.objects.all().delete()
        first.north.call.code = "spoilt"
    second = common.prepare(["world"])["world"]
    assert second.north.call.code == "north-call" and second.north.call.programme is second.north.programme
    assert Call.objects.count() == 2
    assert second.north.manager == first.north.manager  # the same rows, not others


def test_rows_are_gone_before_a_test_that_does_not_ask_for_them(common):
    common.prepare(["world"])
    assert User.objects.exists()
    assert common.prepare([]) == {}
    assert not User.objects.exists()


def test_what_a_higher_layer_does_to_what_lies_below_goes_with_it(common, monkeypatch):
    def upper(below):
        below["world"].north.call.code = "used"
        return below["world"].north.call

    monkeypatch.setitem(LAYERS, "upper", upper)
    both = common.prepare(["world", "upper"])
    assert both["upper"] is both["world"].north.call and both["upper"].code == "used"
    assert common.prepare(["world"])["world"].north.call.code == "north-call"


def test_a_transaction_that_a_test_broke_is_not_lent_on(common):
    common.prepare(["world"])
    transaction.set_rollback(True)
    world = common.prepare(["world"])["world"]
    assert Call.objects.filter(pk=world.north.call.pk).exists()


def test_only_tests_that_ask_stand_on_a_layer(request):
    assert wanted_by(request.node) == []


def test_what_a_test_has_committed_is_emptied_whole(world):
    world.north.application()
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        for statement in emptying(None, models):
            cursor.execute(statement)
    assert {table for table, model in models.items() if model._base_manager.exists()} == FILLED_WHEN_MADE
