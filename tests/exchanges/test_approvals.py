"""The two-sided rule: four signatures, by different people, on the version that was seen."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied

from exchanges.models import Application, Approval
from exchanges.services import approvals, prechecks
from portal.accounts.models import Seat
from portal.core.links import LinkExpired
from portal.core.workflow import IllegalTransition, ReasonMissing, StepError
from portal.outbox.models import OutboxMessage
from tests.factories import PersonFactory, SeatFactory, journeys


def ask(side, now, **fields) -> dict[str, Approval]:
    application = side.application("host_and_home", **fields)
    return {approval.part: approval for approval in approvals.ask(application=application, actor=None, now=now)}


def token_in_mail(address: str) -> str:
    mail = OutboxMessage.objects.filter(kind="approval_link", recipient_email=address).latest("pk")
    return re.search(r"/([\w-]{43})/?\s", mail.body_text)[1]


def test_consent_is_asked_only_after_the_pre_check(world):
    application = world.north.application("export_precheck")
    with pytest.raises(StepError, match="pre-check"):
        approvals.ask(application=application, actor=world.north.manager, now=world.now)


def test_each_part_is_asked_of_its_person_or_office(world):
    side = world.north
    parts = ask(side, world.now)
    assert parts["host_researcher"].approver == side.host_researcher
    assert (parts["host_unit_head"].signing_role, parts["host_unit_head"].organisation) == (
        "host_unit_head",
        side.host_unit,
    )
    assert parts["home_supervisor"].approver_email == side.supervisor.email
    assert (parts["home_office"].signing_role, parts["home_office"].organisation) == ("home_office", side.home_unit)
    assert {approval.due_on for approval in parts.values()} == {world.now.date() + dt.timedelta(days=14)}
    mails = set(OutboxMessage.objects.values_list("kind", "recipient_email"))
    assert mails == {
        ("approval_asked", side.host_researcher.email), ("approval_asked", side.host_head.email),
        ("approval_asked", side.home_office.email), ("approval_link", side.supervisor.email),
    }  # fmt: skip


def test_asking_again_repeats_nothing(world):
    side = world.north
    application = next(iter(ask(side, world.now).values())).application
    assert approvals.ask(application=application, actor=side.manager, now=world.now) == []


def test_without_a_unit_head_the_programme_signs_and_without_a_home_office_a_link_goes_out(world):
    side = world.north
    Seat.objects.filter(user__in=[side.host_head, side.home_office]).delete()
    parts = ask(side, world.now, home_office_email="office@home.example.org")
    assert (parts["host_unit_head"].signing_role, parts["host_unit_head"].organisation) == (
        "programme_manager",
        side.host,
    )
    assert parts["home_office"].approver_email == "office@home.example.org"
    nobody = ask(side, world.now)
    assert nobody["home_office"].state == "void"
    assert "does not work in this portal" in nobody["home_office"].comment


def test_a_host_without_sign_in_gets_a_link_and_a_missing_host_is_noted(world):
    side = world.north
    host = PersonFactory(organisation=side.host_unit, email="host@example.org")
    assert ask(side, world.now, host_person=host)["host_researcher"].approver_email == "host@example.org"
    assert ask(side, world.now, host_person=None)["host_researcher"].state == "void"


def test_the_last_of_four_signatures_moves_the_application_on(world):
    side = world.north
    application = journeys.at_both_sides(side)
    signers = [
        ("host_unit_head", side.host_head),
        ("home_office", side.home_office),
        ("host_researcher", side.host_researcher),
    ]
    for part, actor in signers:
        approvals.decide(approval=application.approvals.get(part=part), decision="approved", actor=actor, now=world.now)
    application.refresh_from_db()
    assert application.state == "host_and_home"
    approval = approvals.behind_link(token=token_in_mail(side.supervisor.email), now=world.now)
    assert approval.part == "home_supervisor"
    approvals.decide(approval=approval, decision="approved", token_holder_name=" Sam  ", now=world.now)
    application.refresh_from_db()
    assert application.state == "under_review"
    assert set(application.approvals.values_list("approver_name", "application_version")) == {
        (str(side.host_head), 1), (str(side.home_office), 1), (str(side.host_researcher), 1), ("Sam", 1),
    }  # fmt: skip
    assert OutboxMessage.objects.filter(kind="approvals_complete", recipient_email=side.manager.email).exists()


def test_one_refusal_ends_it_with_neutral_words_for_the_applicant(world):
    side = world.north
    parts = ask(side, world.now)
    with pytest.raises(ReasonMissing):
        approvals.decide(approval=parts["home_office"], decision="refused", actor=side.home_office, now=world.now)
    approvals.decide(
        approval=parts["home_office"],
        decision="refused",
        comment="No cost share",
        actor=side.home_office,
        now=world.now,
    )
    application = Application.objects.get(pk=parts["home_office"].application_id)
    assert application.state == "declined"
    assert set(application.approvals.values_list("state", flat=True)) == {"refused", "void"}
    mail = OutboxMessage.objects.get(kind="application_declined")
    assert mail.recipient_email == side.fellow.email
    assert "No cost share" not in mail.body_text


@pytest.mark.parametrize("who", ["fellow", "manager", "reviewer", "export_officer", "stranger", "alliance_admin"])
@pytest.mark.parametrize("part", ["host_researcher", "host_unit_head", "home_office", "home_supervisor"])
def test_nobody_else_signs(world, who, part):
    approval = ask(world.north, world.now)[part]
    with pytest.raises(PermissionDenied):
        approvals.decide(approval=approval, decision="approved", actor=getattr(world.north, who), now=world.now)


def test_nobody_signs_for_both_sides(world):
    side = world.north
    SeatFactory(user=side.host_head, organisation=side.home, role="home_office")
    parts = ask(side, world.now)
    approvals.decide(approval=parts["home_office"], decision="approved", actor=side.host_head, now=world.now)
    fresh = Approval.objects.get(pk=parts["host_unit_head"].pk)
    with pytest.raises(PermissionDenied):
        approvals.decide(approval=fresh, decision="approved", actor=side.host_head, now=world.now)


def test_an_applicant_with_a_seat_does_not_sign_the_own_application(world):
    side = world.north
    SeatFactory(user=side.fellow, organisation=side.home, role="home_office")
    with pytest.raises(PermissionDenied):
        approvals.decide(
            approval=ask(side, world.now)["home_office"], decision="approved", actor=side.fellow, now=world.now
        )


def test_a_signature_counts_for_the_version_that_was_seen(world):
    side = world.north
    approval = ask(side, world.now)["home_office"]
    Application.objects.filter(pk=approval.application_id).update(version=2)
    with pytest.raises(StepError, match="changed"):
        approvals.decide(approval=approval, decision="approved", actor=side.home_office, now=world.now)


def test_a_part_is_decided_once(world):
    side = world.north
    approval = ask(side, world.now)["home_office"]
    approvals.decide(approval=approval, decision="approved", actor=side.home_office, now=world.now)
    with pytest.raises(IllegalTransition):
        approvals.decide(approval=approval, decision="refused", comment="x", actor=side.home_office, now=world.now)


def test_a_link_lives_three_weeks_and_a_new_one_replaces_it(world):
    side, now = world.north, world.now
    approval = ask(side, now)["home_supervisor"]
    old = token_in_mail(side.supervisor.email)
    assert old not in approval.token_hash
    late = now + dt.timedelta(days=21)
    assert approvals.behind_link(token=old, now=late - dt.timedelta(seconds=1)) == approval
    with pytest.raises(LinkExpired):
        approvals.behind_link(token=old, now=late)
    with pytest.raises(LinkExpired):
        approvals.decide(approval=approval, decision="approved", token_holder_name="Sam", now=late)
    approvals.renew_token(approval=approval, now=late)
    new = token_in_mail(side.supervisor.email)
    assert new != old
    assert approvals.behind_link(token=old, now=late) is None
    assert approvals.behind_link(token=new, now=late) == approval
    assert approvals.behind_link(token="guess", now=late) is None


def test_a_link_does_not_open_what_is_signed_in_the_portal_and_wants_a_name(world):
    side = world.north
    parts = ask(side, world.now)
    with pytest.raises(PermissionDenied):
        approvals.decide(approval=parts["home_office"], decision="approved", token_holder_name="Sam", now=world.now)
    with pytest.raises(StepError, match="name"):
        approvals.decide(approval=parts["home_supervisor"], decision="approved", token_holder_name=" ", now=world.now)


def test_a_refusal_on_compliance_tells_nobody_outside_why(world):
    side = world.north
    screening = journeys.answered(side, {"JP-13": "yes"})
    prechecks.refer(screening=screening, actor=side.export_officer, reason="SECRET gap in the CV")
    assert OutboxMessage.objects.filter(kind="screening_referred").get().recipient_email == side.export_approver.email
    prechecks.refuse(screening=screening, actor=side.export_approver, reason="SECRET purpose", now=world.now)
    application = Application.objects.get(pk=screening.application_id)
    assert application.state == "declined"
    assert OutboxMessage.objects.filter(kind="application_declined", recipient_email=side.fellow.email).exists()
    assert not any(
        "SECRET" in mail.subject + mail.body_text + str(mail.context) for mail in OutboxMessage.objects.all()
    )


def test_two_signatures_after_expert_review_open_the_way(world):
    side = world.north
    screening = journeys.answered(side, {"JP-13": "yes"})
    prechecks.refer(screening=screening, actor=side.export_officer, reason="gap")
    prechecks.approve_after_review(
        screening=screening, actor=side.export_officer, now=world.now, conditions="Room 3 only"
    )
    screening.application.refresh_from_db()
    assert screening.application.state == "expert_review"
    prechecks.approve_after_review(screening=screening, actor=side.export_approver, now=world.now)
    application = Application.objects.get(pk=screening.application_id)
    assert (application.state, application.approvals.count()) == ("host_and_home", 4)
