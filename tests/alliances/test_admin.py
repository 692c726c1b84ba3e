"""Agreements, alliances and outcomes at the desk."""

import pytest

from portal.alliances.models import Agreement, Alliance, Outcome
from portal.core.models import AuditEntry
from tests.desk import address, sign_in
from tests.documents.samples import upload
from tests.factories import AgreementFactory, OutcomeFactory


@pytest.fixture
def agreement(world):
    row = AgreementFactory(alliance=world.north.alliance, state="drafting")
    row.parties.set([world.north.home, world.north.host])
    return row


@pytest.fixture
def desk(client, settings):
    return lambda user: sign_in(client, user, settings)


def test_an_administrator_submits_an_agreement_with_two_clicks(desk, world, agreement):
    step = address(Agreement, "step", agreement.pk, "submit")
    page = desk(world.north.alliance_admin).get(step)
    assert page.status_code == 200
    agreement.refresh_from_db()
    assert agreement.state == "drafting"
    assert desk(world.north.alliance_admin).post(step, {"reason": ""}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.state == "internal_review"


def test_a_step_of_another_role_has_no_button_and_is_refused(desk, world, agreement):
    page = desk(world.north.alliance_admin).get(address(Agreement, "change", agreement.pk)).content.decode()
    assert address(Agreement, "step", agreement.pk, "submit") in page
    assert address(Agreement, "step", agreement.pk, "pass") not in page
    other = desk(world.north.legal_officer).post(address(Agreement, "step", agreement.pk, "submit"), {})
    assert other.status_code == 403
    assert Agreement.objects.get(pk=agreement.pk).state == "drafting"


def test_a_signed_copy_is_filed_and_read_by_the_parties_alone(desk, world, agreement, client):
    step = address(Agreement, "step", agreement.pk, "attach_file")
    values = {"upload": upload(name="signed.pdf"), "language": "en", "is_signed_copy": "on"}
    assert desk(world.north.alliance_admin).post(step, values).status_code == 302
    kept = agreement.files.get()
    assert (kept.language, kept.is_signed_copy, kept.file.name) == ("en", True, "signed.pdf")
    assert AuditEntry.objects.filter(verb="documents.upload", target_id=str(agreement.pk)).exists()
    download = f"/files/{kept.file.public_id}/"
    assert desk(world.north.legal_officer).get(download).status_code == 200
    assert desk(world.south.legal_officer).get(download).status_code == 404


def test_a_file_of_a_wrong_type_is_refused_with_a_sentence_and_nothing_is_kept(desk, world, agreement):
    step = address(Agreement, "step", agreement.pk, "attach_file")
    values = {"upload": upload(b"<html></html>", "agreement.pdf"), "language": "en"}
    page = desk(world.north.alliance_admin).post(step, values)
    assert page.status_code == 200 and page.context["form"].non_field_errors()
    assert not agreement.files.exists()


def test_another_alliances_agreement_is_missing(desk, world, agreement):
    for name in ("submit", "attach_file"):
        assert desk(world.south.alliance_admin).get(address(Agreement, "step", agreement.pk, name)).status_code == 404


def test_an_alliance_moves_by_the_seats_of_its_members(desk, world):
    Alliance.objects.filter(pk=world.north.alliance.pk).update(state="active")
    step = address(Alliance, "step", world.north.alliance.pk, "start_renewal")
    assert desk(world.south.alliance_admin).post(step, {}).status_code == 403
    assert desk(world.north.alliance_admin).post(step, {}).status_code == 302
    assert Alliance.objects.get(pk=world.north.alliance.pk).state == "renewing"


def test_the_statistics_office_verifies_an_outcome(desk, world):
    outcome = OutcomeFactory(alliance=world.north.alliance, state="evidence")
    outcome.organisations.set([world.north.host])
    step = address(Outcome, "step", outcome.pk, "verify")
    assert desk(world.north.kpi_auditor).post(step, {}).status_code == 302
    assert Outcome.objects.get(pk=outcome.pk).state == "verified"
