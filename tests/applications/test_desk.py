"""The desk of every kind of application takes the steps: the same pages, each with its own tables."""

import inspect

import pytest
from django.contrib import admin
from django.urls import reverse

from portal.applications.kinds import kinds
from startups.models import CohortApplication
from tests.desk import prove_second_factor
from tests.factories.ventures import build_incubator

DESKS = [admin.site._registry[model] for kind in kinds() for model in (kind.model, kind.review_model)]


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.opts.label_lower)
def test_every_step_of_the_desk_calls_its_service_by_the_right_name(desk):
    for name, step in desk.steps.items():
        assert (desk.subject or desk.opts.model_name) in inspect.signature(step.service).parameters, name


@pytest.fixture
def incubator(world):
    return build_incubator(world.north)


@pytest.fixture
def manager(client, incubator):
    client.force_login(incubator.manager, backend="portal.accounts.backends.SignInBackend")
    prove_second_factor(client, incubator.manager)
    return client


def page(name, *args):
    return reverse(f"admin:startups_cohortapplication_{name}", args=args)


def test_the_startup_manager_takes_an_application_up(manager, incubator):
    row = incubator.submitted()
    assert manager.get(page("changelist")).status_code == 200
    assert manager.get(page("change", row.pk)).status_code == 200
    answer = manager.post(page("step", row.pk, "start_check"))
    assert answer["Location"] == page("change", row.pk)
    assert CohortApplication.objects.get(pk=row.pk).state == "eligibility_check"
    assert "export" in manager.post(
        page("step", row.pk, "pass_eligibility"), {"conflict_note": "none"}, follow=True
    ).content.decode().lower()  # fmt: skip
    assert CohortApplication.objects.get(pk=row.pk).state == "eligibility_check"


def test_the_ranking_shows_the_ventures_of_the_call(manager, incubator):
    row = incubator.application("under_review")
    text = manager.get(page("ranking", incubator.call.pk)).content.decode()
    assert page("change", row.pk) in text and row.venture_name in text
    assert manager.get(page("ranking", incubator.side.call.pk)).status_code == 404


def test_drafts_are_not_at_the_desk(manager, incubator):
    row = incubator.application("draft")
    assert manager.get(page("change", row.pk)).status_code in (302, 404)
    assert row.code not in manager.get(page("changelist")).content.decode()


def test_the_list_costs_the_same_for_many(manager, incubator, django_assert_max_num_queries):
    for _number in range(8):
        incubator.application("submitted")
    with django_assert_max_num_queries(24):
        manager.get(page("changelist"))
