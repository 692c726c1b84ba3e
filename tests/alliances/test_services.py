"""Agreements signed by both sides, and outcomes that somebody else verifies."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.accounts.services import give_consents
from portal.alliances import services
from portal.alliances.models import Agreement, Outcome
from portal.core.workflow import ReasonMissing, StepError
from portal.reminders.registry import provider_of
from tests.factories import AgreementFactory, SeatFactory, user_with_seat

DAY = dt.timedelta(days=1)


def agreement(side, state: str, **fields) -> Agreement:
    return AgreementFactory(alliance=side.alliance, parties=[side.host, side.home], state=state, **fields)


def step(row, name, actor, today, **more):
    return services.take_agreement_step(agreement=row, step=name, actor=actor, today=today, **more)


@pytest.mark.parametrize(
    ("state", "name", "role", "target"),
    [("legal_review", "approve", "legal_officer", "approved_both"), ("approved_both", "sign", "signatory", "signed")],
)
def test_each_side_approves_and_signs_by_its_own_person(world, state, name, role, target):
    side, today = world.north, world.today
    row = agreement(side, state)
    ours, theirs = getattr(side, role), user_with_seat(role, side.home)
    assert step(row, name, ours, today).state == state
    with pytest.raises(StepError, match="already"):
        step(row, name, ours, today)
    with pytest.raises(PermissionDenied):
        step(row, name, getattr(world.south, role), today)
    assert step(row, name, theirs, today).state == target
    assert row.signatures.count() == 2


def test_nobody_signs_for_both_sides(world):
    side = world.north
    row = agreement(side, "approved_both")
    SeatFactory(user=side.signatory, organisation=side.home, role="signatory")
    step(row, "sign", side.signatory, world.today)
    with pytest.raises(StepError):
        step(row, "sign", side.signatory, world.today)
    assert row.signatures.count() == 1


def test_an_agreement_is_sent_back_with_a_reason_and_renewed_only_with_its_successor(world):
    side = world.north
    row = agreement(side, "internal_review")
    with pytest.raises(ReasonMissing):
        step(row, "send_back", side.legal_officer, world.today)
    ending = agreement(side, "expiring")
    with pytest.raises(StepError, match="follows"):
        step(ending, "renew", side.signatory, world.today)
    ending.successor = row
    ending.save()
    assert step(ending, "renew", side.signatory, world.today).state == "renewed"


def test_the_calendar_moves_agreements(world):
    side, today = world.north, world.today
    starts = agreement(side, "signed", in_force_from=today)
    ends_in_a_year = agreement(side, "in_force", expires_on=today + 365 * DAY)
    ends_later = agreement(side, "in_force", expires_on=today + 366 * DAY)
    last_day = agreement(side, "expiring", expires_on=today)
    over = agreement(side, "expiring", expires_on=today - DAY)
    services.move_agreements(today=today)
    states = dict(Agreement.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in (starts, ends_in_a_year, ends_later, last_day, over)] == [
        "in_force", "expiring", "in_force", "expiring", "expired",
    ]  # fmt: skip


def test_both_administrations_hear_of_the_end(world):
    side = world.north
    theirs = user_with_seat("alliance_admin", side.home)
    row = agreement(side, "in_force", expires_on=world.today + 180 * DAY)
    (due,) = provider_of("N01")(now=world.now)
    assert due.subject == row
    assert {reader.email for reader in due.recipients} == {side.alliance_admin.email, theirs.email}
    assert {reader.email for reader in due.escalate_to} == {side.signatory.email}


def report(side, **fields) -> Outcome:
    given = {"title": "Cold detectors", "kind": "paper", "actor": side.fellow, "stay": side.stay("closed")}
    people = [side.fellow.person, side.host_researcher.person]
    return services.report_outcome(**{**given, "people": people, "organisations": [side.host], **fields})


def test_a_doi_is_checked_and_taken_once(world):
    side = world.north
    with pytest.raises(ValidationError, match="looks like"):
        report(side, doi="not a doi")
    outcome = report(side, doi="doi:10.1000/XYZ")
    assert (outcome.doi, outcome.state) == ("10.1000/xyz", "evidence")
    with pytest.raises(ValidationError, match="exists already"):
        report(side, doi="https://doi.org/10.1000/xyz")


def test_evidence_comes_from_those_who_took_part(world):
    side = world.north
    outcome = report(side)
    assert outcome.state == "reported"
    with pytest.raises(StepError, match="DOI"):
        services.attach_evidence(outcome=outcome, actor=side.fellow)
    with pytest.raises(PermissionDenied):
        services.attach_evidence(outcome=outcome, actor=side.stranger, url="https://example.org/paper")
    assert (
        services.attach_evidence(outcome=outcome, actor=side.host_researcher, url="https://example.org/p").state
        == "evidence"
    )


def test_the_verifier_is_not_the_reporter(world):
    side = world.north
    own = report(side, doi="10.1000/a")
    Outcome.objects.filter(pk=own.pk).update(reported_by=side.kpi_auditor)
    own.refresh_from_db()
    with pytest.raises(PermissionDenied):
        services.verify_outcome(outcome=own, actor=side.kpi_auditor)
    other = report(side, doi="10.1000/b")
    assert services.verify_outcome(outcome=other, actor=side.kpi_auditor).state == "verified"
    with pytest.raises(PermissionDenied):
        services.verify_outcome(outcome=report(side, doi="10.1000/c"), actor=world.south.kpi_auditor)


def test_nobody_is_named_in_public_without_consent(world):
    side = world.north
    outcome = report(side, doi="10.1000/d")
    services.verify_outcome(outcome=outcome, actor=side.kpi_auditor)
    give_consents(person=side.fellow.person, codes={"publish_name"}, language="en", actor=side.fellow)
    with pytest.raises(StepError, match="Host Researcher"):
        services.publish_outcome(outcome=outcome, actor=side.manager)
    give_consents(person=side.host_researcher.person, codes={"publish_name"}, language="ja", actor=side.host_researcher)
    assert services.publish_outcome(outcome=outcome, actor=side.manager).state == "published"
    assert Outcome.objects.visible_to(world.south.stranger).get() == outcome


def test_an_alliance_is_founded_renewed_and_ended_by_the_heads(world):
    side = world.north
    take = {"alliance": side.alliance}
    services.take_alliance_step(step="start_renewal", actor=side.alliance_admin, **take)
    services.take_alliance_step(step="renew", actor=side.signatory, **take)
    with pytest.raises(ReasonMissing):
        services.take_alliance_step(step="dissolve", actor=side.signatory, **take)
    ended = services.take_alliance_step(step="dissolve", actor=side.signatory, reason="Merged", **take)
    assert ended.state == "dissolved"
