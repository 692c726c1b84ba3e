"""The way through the programme: what must be proved before each step, and who is told."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from portal.core.workflow import StepError
from portal.outbox.models import OutboxMessage
from startups.models import Startup
from startups.services import lifecycle, updates

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 2)


def put(venture, state: str, **fields) -> Startup:
    Startup.objects.filter(pk=venture.startup.pk).update(state=state, **fields)
    venture.startup.refresh_from_db()
    return venture.startup


def test_from_lead_to_graduation(venture):
    startup = put(venture, "lead", relation="applicant", admitted_on=None)
    lifecycle.apply(startup=startup, actor=venture.founder)
    lifecycle.record_export_check(startup=startup, result="No concern", actor=venture.export_officer, today=TODAY)
    lifecycle.screen(startup=startup, conflict_note="none", actor=venture.manager)
    terms = {"terms_signed_on": TODAY, "support_kind": "grant", "ip_terms": "The firm owns what it makes."}
    startup = lifecycle.admit(startup=startup, **terms, actor=venture.manager, today=TODAY)
    assert (startup.relation, startup.admitted_on) == ("supported", TODAY)
    with pytest.raises(StepError, match="milestones"):
        lifecycle.kick_off(startup=startup, actor=venture.manager)
    milestone = venture.milestone()
    startup = lifecycle.kick_off(startup=startup, actor=venture.manager)
    with pytest.raises(StepError, match="milestones"):
        lifecycle.graduate(startup=startup, actor=venture.manager, today=TODAY)
    type(milestone).objects.update(state="verified")
    with pytest.raises(StepError, match="demo day"):
        lifecycle.graduate(startup=startup, actor=venture.manager, today=TODAY)
    type(venture.cohort).objects.update(state="demo_day")
    startup = lifecycle.graduate(startup=Startup.objects.get(), actor=venture.manager, today=TODAY)
    assert (startup.state, startup.left_on) == ("graduated", TODAY)
    mails = OutboxMessage.objects.filter(kind="startup_stage", recipient_email=venture.founder.email)
    assert mails.count() == 3


def test_a_waived_milestone_does_not_stand_in_the_way(venture):
    venture.milestone("waived")
    type(venture.cohort).objects.update(state="graduated")
    assert lifecycle.graduate(startup=Startup.objects.get(), actor=venture.manager, today=TODAY).state == "graduated"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"origin_kind": "unknown"}, "technology came from"),
        ({"technology_area": None}, "technology area"),
        ({"has_foreign_owners": None}, "foreign owners"),
        ({"has_foreign_owners": True, "foreign_owners": " "}, "who the foreign owners are"),
    ],
)
def test_an_application_says_what_is_missing(venture, fields, said):
    startup = put(venture, "lead", **fields)
    with pytest.raises(StepError, match=said):
        lifecycle.apply(startup=startup, actor=venture.founder)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"export_checked_on": None}, "export office"),
        ({"founding_evidence": ""}, "founding"),
        ({"origin_evidence": " "}, "origin"),
    ],
)
def test_nobody_is_screened_without_export_check_and_evidence(venture, fields, said):
    startup = put(venture, "applied", **{"export_checked_on": TODAY, **fields})
    with pytest.raises(StepError, match=said):
        lifecycle.screen(startup=startup, conflict_note="none", actor=venture.manager)


def test_a_team_without_a_company_needs_no_evidence_of_a_founding(venture):
    startup = put(venture, "applied", founded_on=None, founding_evidence="", export_checked_on=TODAY)
    assert lifecycle.screen(startup=startup, conflict_note="none", actor=venture.manager).state == "screened"


def test_only_the_export_office_records_its_check(venture):
    startup = put(venture, "applied")
    for user in (venture.manager, venture.admin, venture.founder, venture.side.export_approver):
        with pytest.raises(PermissionDenied):
            lifecycle.record_export_check(startup=startup, result="ok", actor=user, today=TODAY)


def test_nobody_is_admitted_without_signed_terms(venture):
    startup = put(venture, "screened")
    good = {"terms_signed_on": TODAY, "support_kind": "equity", "ip_terms": "As agreed"}
    for bad in ({"terms_signed_on": TODAY + dt.timedelta(days=1)}, {"support_kind": ""}, {"ip_terms": " "}):
        with pytest.raises(StepError):
            lifecycle.admit(startup=startup, **{**good, **bad}, actor=venture.manager, today=TODAY)


def test_a_manager_who_founded_it_does_not_judge_it(venture):
    venture.startup.founders.create(person=venture.manager.person)
    with pytest.raises(PermissionDenied):
        lifecycle.pause(startup=venture.startup, actor=venture.manager, today=TODAY)


def test_who_leaves_says_why_and_is_asked_for_nothing_any_more(venture):
    update = venture.update()
    startup = lifecycle.leave(startup=venture.startup, reason="We move on", actor=venture.founder, today=TODAY)
    update.refresh_from_db()
    assert (startup.state, startup.left_on, update.state) == ("withdrawn", TODAY, "skipped")
    told = set(OutboxMessage.objects.filter(kind="startup_left").values_list("recipient_email", flat=True))
    assert told == {venture.manager.email, venture.colleague.email, venture.mentor.email}
    assert updates.ask_everybody(now=dt.datetime(2026, 10, 5, tzinfo=dt.UTC)) == 0


@pytest.mark.parametrize("act", ["exit", "closure"])
def test_an_end_needs_a_day_that_has_come_and_evidence(venture, act):
    startup = put(venture, "graduated", left_on=dt.date(2026, 10, 1))

    def end(ended_on, end_evidence):
        values = {"startup": startup, "ended_on": ended_on, "end_evidence": end_evidence}
        if act == "exit":
            return lifecycle.record_exit(**values, exit_kind="acquired", actor=venture.manager, today=TODAY)
        return lifecycle.record_closure(**values, actor=venture.manager, today=TODAY)

    for day, evidence in ((TODAY + dt.timedelta(days=1), "Register"), (TODAY, " ")):
        with pytest.raises(StepError):
            end(day, evidence)
    row = end(TODAY, "Register")
    assert (row.ended_on, row.left_on, row.state) == (
        TODAY, dt.date(2026, 10, 1), "exited" if act == "exit" else "closed_down",
    )  # fmt: skip
