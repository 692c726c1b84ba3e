"""No file proves what nobody has seen: verified milestones and rounds, and decisions whether a startup counts."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from portal.core.workflow import StepError
from portal.transfers import registry
from portal.transfers.services import import_rows
from startups.models import Milestone
from startups.services import counting, updates

pytestmark = pytest.mark.django_db


@pytest.fixture
def codes(venture):
    """Everybody has a code by which a file names her."""
    for user, code in ((venture.manager, "manager"), (venture.mentor, "mentor"), (venture.founder, "founder")):
        type(user.person).objects.filter(pk=user.person.pk).update(code=code)


def refusals(table: str, row: dict[str, str], venture) -> list[str]:
    return [problem.message for problem in import_rows(registry.find(table), [row], user=venture.manager).problems]


@pytest.mark.parametrize(
    ("cells", "is_taken"),
    [
        ({}, True),
        ({"verified_by_code": "mentor"}, False),
        ({"verified_by_code": "founder"}, False),
        ({"verified_by_code": ""}, False),
        ({"verified_on": ""}, False),
        ({"evidence_en": ""}, False),
        ({"status": "submitted", "verified_by_code": "", "verified_on": ""}, True),
    ],
)
def test_a_milestone_comes_in_as_verified_only_with_evidence_and_by_an_outsider(venture, codes, cells, is_taken):
    row = {
        "code": "ms-1", "startup_code": venture.startup.code, "cohort_code": venture.cohort.code, "title_en": "Chip",
        "due_on": "2026-06-30", "submitted_on": "2026-06-01", "verified_on": "2026-06-02",
        "verified_by_code": "manager", "status": "verified", "evidence_en": "Report", "source": "minutes",
    }  # fmt: skip
    assert (refusals("demo_milestones", {**row, **cells}, venture) == []) is is_taken


@pytest.mark.parametrize(
    ("cells", "is_taken"),
    [
        ({}, True),
        ({"verified_by_code": "mentor"}, False),
        ({"verified_by_code": ""}, False),
        ({"evidence_en": ""}, False),
        ({"verified_on": "", "verified_by_code": ""}, True),
    ],
)
def test_money_comes_in_as_verified_only_with_evidence_and_by_an_outsider(venture, codes, cells, is_taken):
    row = {
        "code": "round-1", "startup_code": venture.startup.code, "kind": "seed", "closed_on": "2026-05-12",
        "closed_precision": "day", "amount": "500", "currency": "USD", "is_undisclosed": "no", "investors": "",
        "rate_to_jpy": "", "rate_to_usd": "", "rate_on": "", "rate_source": "", "evidence_en": "Agreement",
        "verified_on": "2026-05-20", "verified_by_code": "manager", "source": "letter",
    }  # fmt: skip
    assert (refusals("demo_funding_rounds", {**row, **cells}, venture) == []) is is_taken


def test_a_file_makes_nobody_a_mentor_who_has_verified_a_milestone(venture, codes):
    """Milestones come in before mentors, so it is the table of mentors that has to see it."""
    row = {
        "code": "mentor-1", "startup_code": venture.startup.code, "person_code": "manager", "is_primary": "no",
        "topics_en": "", "status": "ended", "confirmed_on": "2026-01-01", "ended_on": "2026-02-01", "source": "minutes",
    }  # fmt: skip
    assert refusals("demo_mentors", row, venture) == []
    type(venture.startup.mentors.get(code="mentor-1")).objects.filter(code="mentor-1").delete()
    venture.milestone("verified", title_en="Second chip", verified_by=venture.manager.person)
    (sentence,) = refusals("demo_mentors", row, venture)
    assert "“Second chip”" in sentence


def test_a_file_does_not_pass_a_verification_on_to_the_mentor(venture, codes):
    venture.milestone("verified", code="ms-1", verified_by=venture.colleague.person, due_on=dt.date(2026, 6, 30))
    row = {
        "code": "ms-1", "startup_code": venture.startup.code, "cohort_code": venture.cohort.code, "title_en": "Chip",
        "due_on": "2026-06-30", "submitted_on": "", "verified_on": "", "verified_by_code": "manager",
        "status": "verified", "evidence_en": "", "source": "minutes",
    }  # fmt: skip
    assert refusals("demo_milestones", row, venture) == []
    Milestone.objects.update(verified_by=venture.colleague.person)
    venture.startup.mentors.create(person=venture.manager.person, state="confirmed")
    (sentence,) = refusals("demo_milestones", row, venture)
    assert "advises the startup" in sentence


@pytest.mark.parametrize(
    ("cells", "fields", "is_taken"),
    [
        ({}, {}, True),
        ({"decided_by_code": ""}, {}, False),
        ({"decided_on": ""}, {}, False),
        ({}, {"relation": "named_in_strategy"}, False),
        ({}, {"relation": "applicant"}, False),
        ({}, {"origin_kind": "unknown"}, False),
        ({"counts": "no"}, {"relation": "named_in_strategy"}, True),
    ],
)
def test_a_file_approves_no_startup_that_could_not_be_approved(venture, codes, cells, fields, is_taken):
    type(venture.startup).objects.filter(pk=venture.startup.pk).update(**fields)
    row = {
        "startup_code": venture.startup.code, "rule_set": "strategy_2020", "counts": "yes", "reason": "Register seen",
        "decided_by_code": "manager", "decided_on": "2026-07-01", "source": "minutes",
    }  # fmt: skip
    assert (refusals("demo_counting_decisions", {**row, **cells}, venture) == []) is is_taken


@pytest.mark.parametrize("field", ["founding_evidence", "origin_evidence"])
def test_an_approval_has_proof_of_the_founding_and_of_the_origin(venture, field):
    setattr(venture.startup, field, " ")
    venture.startup.save()
    decision = {"startup": venture.startup, "rule_set": "strategy_2020", "actor": venture.manager, "reason": "Seen"}
    with pytest.raises(StepError):
        counting.decide(counts=True, today=dt.date(2026, 11, 2), **decision)
    counting.decide(counts=False, today=dt.date(2026, 11, 2), **decision)


@pytest.fixture
def table_of(client, settings):
    """The rows of a table as somebody downloads them at the desk; None where there is nothing for her."""
    settings.PORTAL_DEMO = True

    def rows(user, table: str) -> list[dict[str, str]] | None:
        client.force_login(user, backend="portal.accounts.backends.SignInBackend")
        session = client.session
        session["demo_sign_in"] = True
        session.save()
        answer = client.get(reverse("admin:transfers_export", args=[table]))
        if answer.status_code == 404:
            return None
        return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    return rows


def test_tables_without_a_list_of_their_own_go_out_to_those_who_read_their_rows(venture, foreign, table_of):
    figures = {"people": Decimal(5)}
    for side in (venture, foreign):
        now = dt.datetime(2026, 7, 10, 3, tzinfo=dt.UTC)
        updates.submit(update=side.update(), answers=updates.Answers(figures), actor=side.founder, now=now)
    for side in (venture, foreign):
        (row,) = table_of(side.manager, "demo_update_figures")
        assert (row["version_code"], row["metric"], row["value"]) == (
            f"{side.startup.code}-2026-q2-v1",
            "people",
            "5",
        )
    assert table_of(venture.outsider, "demo_update_figures") == []
    assert table_of(venture.founder, "demo_update_figures") is None
    assert table_of(venture.manager, "no_such_table") is None


def test_they_are_offered_beside_the_imports(venture, table_of, client):
    table_of(venture.manager, "demo_update_figures")
    html = client.get(reverse("admin:transfers_importjob_changelist")).text
    for table in ("demo_update_figures", "demo_update_versions", "demo_counting_decisions", "demo_legal_entities"):
        assert reverse("admin:transfers_export", args=[table]) in html
    assert reverse("admin:transfers_export", args=["startups"]) not in html
