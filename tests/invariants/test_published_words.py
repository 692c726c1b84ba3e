"""The tables that come with the portal speak in codes; people at the desk read words for every one of them."""

import ast
import csv
from pathlib import Path

import pytest
from django.contrib import admin
from django.utils import translation

from exchanges.models.checklist import CONDITIONS, HOST_COUNTRIES
from exchanges.models.residence import STATUSES
from portal.accounts.models.consent import KINDS, LEGAL_BASES, WITHDRAWALS
from portal.core.cities import CITIES
from portal.core.entities import ENTITIES
from portal.core.lifecycles import actor_in_words, states_in_words
from portal.core.narrative import _WORDS, words_of
from portal.figures.registry import Basis, Unit
from portal.reports.terms import AGGREGATIONS, PARTS, PERIODS, QUALITIES
from portal.screening.models import Screening
from portal.screening.terms import EFFECTS, HITS, RESULTS

DATA = Path("portal/data")
APPS = ("portal", "exchanges", "workshops", "startups")
WORDS = [
    ("checklist_items", "applies_if", CONDITIONS),
    ("checklist_templates", "host_country", HOST_COUNTRIES),
    ("consent_purposes", "kind", KINDS),
    ("consent_purposes", "legal_basis", LEGAL_BASES),
    ("consent_purposes", "withdrawable", WITHDRAWALS),
    ("demo_stays", "screening_state", dict(Screening.State.choices)),
    ("demo_stays", "status_of_residence_or_visa", STATUSES),
    ("events", "city", CITIES),
    ("kpi_definitions", "aggregation", AGGREGATIONS),
    ("kpi_definitions", "app", PARTS),
    ("kpi_definitions", "basis", dict(Basis.choices)),
    ("kpi_definitions", "unit", dict(Unit.choices)),
    ("kpi_observations", "period_kind", PERIODS),
    ("kpi_observations", "quality", QUALITIES),
    ("lifecycle_transitions", "entity", ENTITIES),
    ("organisations", "city", CITIES),
    ("screening_questions", "effect_on_hit", EFFECTS),
    ("screening_questions", "hit_when", HITS),
    ("screening_rules", "result", RESULTS),
]


@pytest.mark.parametrize(("table", "column", "words"), WORDS, ids=[f"{table}.{column}" for table, column, _ in WORDS])
def test_every_code_of_the_data_set_has_words(table, column, words):
    rows = csv.DictReader((DATA / f"{table}.csv").read_text(encoding="utf-8").splitlines())
    assert {row[column] for row in rows} - {""} <= set(words)


def recorded_verbs() -> set[str]:
    """The verbs written out in calls of `audit.record`."""
    calls = [
        node
        for app in APPS
        for path in Path(app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record" and node.args
    ]
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}


def test_every_act_in_the_audit_trail_has_words():
    admin.autodiscover()
    assert len(recorded_verbs()) > 100
    assert recorded_verbs() - set(_WORDS) == set()
    assert words_of("report.accept", "exchanges.stayreport") != "accept"


def test_kinds_that_share_a_life_cycle_keep_their_own_words():
    admin.autodiscover()
    kinds = ("exchanges.application", "startups.cohortapplication")
    of_a_stay, of_a_venture = (words_of("application.pass_eligibility", kind) for kind in kinds)
    assert "pre-check" in of_a_stay and "reviewers" in of_a_venture


def published_steps() -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / "lifecycle_transitions.csv").read_text(encoding="utf-8").splitlines()))


def test_published_life_cycles_name_states_and_people_without_codes():
    for step in published_steps():
        for states in (step["from_states"], step["to_state"]):
            told = states_in_words(step["entity"], states)
            assert "_" not in told, states
        assert "_" not in actor_in_words(step["actor"]), step["actor"]


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("lifecycle_transitions", ("action", "condition_or_documents", "deadline")),
        ("retention_rules", ("name", "data")),
        ("demo_stays", ("support",)),
        ("demo_founders", ("role",)),
        ("demo_mentors", ("topics",)),
        ("demo_people", ("position",)),
    ],
)
def test_texts_of_the_data_set_come_in_both_languages(table, columns):
    rows = csv.DictReader((DATA / f"{table}.csv").read_text(encoding="utf-8").splitlines())
    missing = [(row, name) for row in rows for name in columns if row[f"{name}_en"] and not row[f"{name}_ja"]]
    assert missing == []


@pytest.mark.parametrize(
    ("entity", "states", "told"),
    [
        ("event", "planned..registration_closed", "planned – registration closed"),
        ("stay", "active|curtailed", "under way, shortened"),
        ("booking", "requested", "requested"),
    ],
)
def test_several_states_are_told_as_a_list_or_a_range(entity, states, told):
    with translation.override("en"):
        assert states_in_words(entity, states) == told
