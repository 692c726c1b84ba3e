"""What every kind of application has to bring along, asked of all that are registered."""

import uuid

import pytest
from django.template.loader import select_template

from portal.applications.kinds import PAGES, kind_for, kind_of, kinds
from portal.applications.models import BaseApplication, State
from portal.applications.reminders import drafts_of_closing_calls, returned_applications, reviews_due
from portal.applications.sections import PAPERS, SENDING
from portal.programmes.models import Call, Programme
from tests.factories.ventures import build_incubator

STEPS = (
    "submit", "lapse", "start_check", "return", "resubmit", "expire", "refuse_ineligible", "shortlist", "recommend",
    "recommend_directly", "select", "waitlist", "promote", "decline", "withdraw",
)  # fmt: skip

every_kind = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.namespace)


def test_every_table_of_applications_belongs_to_a_kind():
    assert {kind.model for kind in kinds()} == set(BaseApplication.__subclasses__())
    assert len({kind.code_prefix for kind in kinds()}) == len(kinds())


@every_kind
def test_its_workflow_has_the_steps_of_the_engine_and_a_word_for_every_state(kind):
    assert set(STEPS) <= set(kind.workflow.by_name)
    assert set(State.values) <= set(kind.model.State.values) == {str(state) for state in kind.standings}


@every_kind
def test_its_sections_name_fields_that_exist_once_and_have_a_form(kind):
    keys = [section.key for section in kind.sections]
    assert keys[-2:].count(SENDING) == 1 and PAPERS in keys and len(keys) == len(set(keys))
    named = [name for section in kind.sections for name in section.fields]
    assert len(named) == len(set(named))
    for section in kind.sections:
        for name in section.fields:
            kind.model._meta.get_field(name)
        assert {*section.required, *section.prose, *section.private} <= {*section.fields, *section.person_fields}
        if section.key not in (PAPERS, SENDING):
            assert set(kind.forms[section.key].base_fields) <= {*section.fields, *section.person_fields}


@every_kind
def test_its_pages_have_addresses_and_templates(kind):
    arguments = {"start": ["call"], "reviews": [], "section": [uuid.uuid4(), "about"], "attach": [uuid.uuid4(), "cv"],
                 "remove": [uuid.uuid4(), uuid.uuid4()]}  # fmt: skip
    for page in PAGES:
        assert kind.url(page, *arguments.get(page, [uuid.uuid4()]))
    for name in ("application", "conflict", "receipt"):
        select_template(kind.templates(name))


@pytest.mark.parametrize("programme_kind", Programme.Kind.values)
def test_one_kind_and_no_other_takes_the_calls_of_a_programme(programme_kind):
    call = Call(programme=Programme(kind=programme_kind))
    assert [kind for kind in kinds() if kind.takes(call)] == [kind_for(call)]


def test_nobody_applies_to_a_call_without_a_programme():
    assert kind_for(Call()) is None


def test_reminders_speak_of_every_kind(world):
    side = world.north
    incubator = build_incubator(side)
    made = (side, incubator)
    for maker in made:
        maker.application("draft")
        maker.application("returned", returned_until=world.today)
        maker.review(maker.application("under_review"))
    for provider in (drafts_of_closing_calls, returned_applications, reviews_due):
        subjects = [getattr(due.subject, "application", due.subject) for due in provider(now=world.now)]
        assert {kind_of(row) for row in subjects} == set(kinds()), provider
