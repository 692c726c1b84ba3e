"""The walk must be able to fail: each wall that is taken away is noticed, and where there are two, either one holds."""

import pytest

from exchanges import rules
from exchanges.models import Application, Approval, Offer, Review, Stay, StayTask
from exchanges.querysets import ApplicationQuerySet
from portal.accounts.models import Consent
from portal.core.scoping import ScopedQuerySet
from portal.documents.querysets import AboutQuerySet
from portal.programmes.models import Call
from portal.transfers.models import ImportJob
from tests.permissions.cast import client_of
from tests.permissions.matrix import TABLE
from tests.permissions.walking import problems


def walk(role: str, world, sides, *names: str) -> list[str]:
    lines = [line for line in TABLE if line.name in names or line.about in names]
    assert lines, names
    return list(problems(client_of(role, world), role, lines, *sides))


def take_away(monkeypatch, *models) -> None:
    """`visible_to` of these models shows everything."""
    scoped = ScopedQuerySet.visible_to
    monkeypatch.setattr(
        ScopedQuerySet, "visible_to", lambda rows, user: rows if rows.model in models else scoped(rows, user)
    )


@pytest.mark.parametrize(
    ("model", "page"),
    [(Application, "exchanges:questions"), (Stay, "exchanges:stay"), (StayTask, "exchanges:task"), (Stay, "leaving")],
)
@pytest.mark.parametrize("role", ["stranger", "foreign_manager"])
def test_a_view_without_its_scope_is_noticed(world, sides, monkeypatch, model, page, role):
    assert not walk(role, world, sides, page)
    take_away(monkeypatch, model)
    assert walk(role, world, sides, page)


def test_a_canary_is_noticed(world, sides, monkeypatch):
    take_away(monkeypatch, Stay)
    assert any("with a canary" in line for line in walk("stranger", world, sides, "exchanges:stay"))


def test_a_page_that_writes_is_noticed(world, sides, monkeypatch):
    scoped = ScopedQuerySet.visible_to

    def seen(rows, user):
        Stay.objects.filter(pk=0).update(arrived_on=world.today)
        return scoped(rows, user)

    monkeypatch.setattr(ScopedQuerySet, "visible_to", seen)
    assert any("writes to exchanges_stay" in line for line in walk("fellow", world, sides, "exchanges:stay"))


def test_files_without_their_scope_are_noticed(world, sides, monkeypatch):
    monkeypatch.setattr(AboutQuerySet, "get_visible", lambda rows, actor, **lookup: rows.get(**lookup))
    assert walk("stranger", world, sides, "documents:download")


TWO_WALLS = {
    Application: "exchanges:application",
    Approval: "exchanges:consent",
    Call: "home:call",
    Consent: "accounts:consent_withdraw",
    ImportJob: "admin:transfers_job",
    Offer: "exchanges:offer",
    Review: "exchanges:review",
}


@pytest.mark.parametrize("model", TWO_WALLS, ids=lambda model: model.__name__)
def test_where_a_view_also_asks_for_the_own_record_the_scope_is_not_the_only_wall(world, sides, monkeypatch, model):
    take_away(monkeypatch, model)
    assert not walk("manager", world, sides, TWO_WALLS[model])


def test_without_either_wall_it_is_noticed(world, sides, monkeypatch):
    take_away(monkeypatch, Application)
    assert not walk("stranger", world, sides, "exchanges:application")
    monkeypatch.setattr(ApplicationQuerySet, "owned_by", lambda rows, user: rows)
    assert walk("stranger", world, sides, "exchanges:application")


@pytest.mark.parametrize(
    ("rule", "page", "role"),
    [
        ("holds_part", "exchanges:consent", "manager"),
        ("is_fellow", "exchanges:report", "host"),
        ("hosts", "exchanges:outcome", "home_office"),
    ],
)
def test_a_rule_that_says_yes_to_everybody_is_noticed(world, sides, monkeypatch, rule, page, role):
    monkeypatch.setattr(rules, rule, lambda user, row: True)
    assert walk(role, world, sides, page)
