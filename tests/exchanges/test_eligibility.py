"""The automatic rules: what each finds, what blocks, and what staff may decide otherwise."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from exchanges.eligibility import RULES_VERSION
from exchanges.models import ApplicationDocument
from exchanges.services.intake import pass_eligibility
from portal.applications.services import eligibility, intake
from portal.applications.views.applications import spoken_history
from portal.core.workflow import ReasonMissing, StepError
from portal.documents.services import store_content
from portal.outbox.models import OutboxMessage
from tests.factories import OrganisationFactory

DAY = dt.timedelta(days=1)


def findings(application, today) -> dict[str, bool | None]:
    return {row["rule"]: row["ok"] for row in eligibility.evaluate(application=application, today=today)}


def with_cv(application):
    file = store_content(
        content=b"x",
        name="cv.pdf",
        content_type="application/pdf",
        kind="cv",
        about=application,
        owner=None,
        actor=None,
    )
    ApplicationDocument.objects.create(application=application, kind="cv", file=file)
    return application


def test_a_sound_application_meets_every_rule(world):
    found = findings(with_cv(world.north.application()), world.today)
    assert set(found.values()) == {True}


@pytest.mark.parametrize(
    ("change", "rule", "expected"),
    [
        (lambda a, today: {"start_requested": today}, "starts_in_future", False),
        (lambda a, today: {"start_requested": None}, "days_in_order", False),
        (lambda a, today: {"end_requested": a.start_requested + 28 * DAY}, "long_enough", False),
        (lambda a, today: {"end_requested": a.start_requested + 29 * DAY}, "long_enough", True),
        (lambda a, today: {"end_requested": a.start_requested + 364 * DAY}, "short_enough", True),
        (lambda a, today: {"end_requested": a.start_requested + 365 * DAY}, "short_enough", False),
        (lambda a, today: {"enrolled_until": a.end_requested}, "enrolled_until_end", True),
        (lambda a, today: {"enrolled_until": a.end_requested - DAY}, "enrolled_until_end", False),
        (lambda a, today: {"enrolled_until": None}, "enrolled_until_end", None),
        (lambda a, today: {"home_organisation": a.host_organisation}, "another_institution", False),
    ],
)
def test_each_rule_at_its_edge(world, change, rule, expected):
    application = world.north.application()
    for name, value in change(application, world.today).items():
        setattr(application, name, value)
    assert findings(application, world.today)[rule] is expected


@pytest.mark.parametrize(
    ("audience", "stage", "expected"),
    [
        ("graduate_students|postdocs", "doctoral_student", True),
        ("graduate_students|postdocs", "undergraduate", False),
        ("postdocs", "", None),
        ("companies", "postdoc", None),
        ("", "staff", True),
    ],
)
def test_the_audience_is_compared_with_the_career_stage(world, audience, stage, expected):
    application = world.north.application()
    application.programme.audience, application.applicant.career_stage = audience, stage
    assert findings(application, world.today)["career_stage"] is expected


def test_a_programme_for_overseas_students_wants_another_country(world):
    application = world.north.application()
    application.programme.audience = "graduate_students_overseas"
    assert findings(application, world.today)["comes_from_abroad"] is True
    application.home_organisation = OrganisationFactory(country="JP")
    assert findings(application, world.today)["comes_from_abroad"] is False
    application.home_organisation = None
    assert findings(application, world.today)["comes_from_abroad"] is None


def test_stays_of_one_person_do_not_overlap_but_may_touch(world):
    side = world.north
    application = side.application()
    start = application.start_requested
    stay = side.stay("pre_arrival", start_on=start - 30 * DAY, end_on=start)
    assert findings(application, world.today)["no_overlapping_stay"] is True
    type(stay).objects.filter(pk=stay.pk).update(end_on=start + DAY)
    assert findings(application, world.today)["no_overlapping_stay"] is False
    type(stay).objects.filter(pk=stay.pk).update(state="cancelled")
    assert findings(application, world.today)["no_overlapping_stay"] is True


def test_findings_are_kept_with_the_version_of_the_rules_in_both_languages(world):
    check = eligibility.record_findings(application=world.north.application(), today=world.today)
    assert check.rules_version == RULES_VERSION
    assert check.outcome == "not_eligible"  # the CV is missing
    assert all(row["message_en"] and row["message_ja"] for row in check.findings)


def test_a_soft_no_wants_a_person_and_a_hard_no_refuses():
    soft, hard = {"ok": False, "hard": False}, {"ok": False, "hard": True}
    yes, unknown = {"ok": True, "hard": True}, {"ok": None, "hard": True}
    assert eligibility.outcome_of([yes, yes]) == "eligible"
    assert eligibility.outcome_of([yes, soft]) == "check"
    assert eligibility.outcome_of([yes, unknown]) == "check"
    assert eligibility.outcome_of([soft, hard]) == "not_eligible"


def test_the_manager_decides_otherwise_only_with_a_reason(world):
    side = world.north
    check = eligibility.record_findings(application=side.application("eligibility_check"), today=world.today)
    with pytest.raises(ReasonMissing):
        eligibility.override(check=check, outcome="eligible", reason=" ", actor=side.manager)
    with pytest.raises(PermissionDenied):
        eligibility.override(check=check, outcome="eligible", reason="why", actor=world.south.manager)
    eligibility.override(check=check, outcome="eligible", reason="CV came by post", actor=side.manager)
    check.refresh_from_db()
    assert (check.final_outcome, check.overridden_by) == ("eligible", side.manager)


def test_what_the_rules_refuse_does_not_pass_until_it_is_overridden(world):
    side = world.north
    application = side.application()
    intake.start_check(application=application, actor=side.manager, today=world.today)
    with pytest.raises(StepError, match="not eligible"):
        pass_eligibility(application=application, actor=side.manager, today=world.today)
    check = eligibility.latest_check(application)
    eligibility.override(check=check, outcome="eligible", reason="CV came by post", actor=side.manager)
    screening = pass_eligibility(application=application, actor=side.manager, today=world.today)
    assert (screening.organisation, screening.regime) == (side.host, "JP")
    application.refresh_from_db()
    assert application.state == "export_precheck"


def checked_with_a_soft_no(side, today):
    """An application that the rules let pass, but for one that says no."""
    application = with_cv(side.application("eligibility_check", enrolled_until=today))
    return application, eligibility.record_findings(application=application, today=today)


def test_where_a_rule_says_no_passing_on_needs_a_reason_that_stays_with_the_findings(world):
    side = world.north
    application, check = checked_with_a_soft_no(side, world.today)
    assert check.outcome == "check"
    passing = {"application": application, "today": world.today}
    with pytest.raises(ReasonMissing, match="enrolment or employment lasts"):
        pass_eligibility(actor=side.manager, reason=" ", **passing)
    with pytest.raises(PermissionDenied):
        pass_eligibility(actor=world.south.manager, reason="The contract is prolonged", **passing)
    pass_eligibility(actor=side.manager, reason="The contract is prolonged", **passing)
    check.refresh_from_db()
    assert (check.final_outcome, check.overridden_by) == ("eligible", side.manager)
    assert check.override_reason == "The contract is prolonged"
    assert not any("prolonged" in entry["text"] for entry in spoken_history(application))


def test_what_only_a_person_can_judge_needs_no_reason(world):
    side = world.north
    application = with_cv(side.application("eligibility_check", enrolled_until=None))
    assert eligibility.record_findings(application=application, today=world.today).outcome == "check"
    pass_eligibility(application=application, actor=side.manager, today=world.today)
    assert not application.eligibility_checks.exclude(overridden_outcome="").exists()


def test_whoever_has_decided_otherwise_is_not_asked_again(world):
    side = world.north
    application, check = checked_with_a_soft_no(side, world.today)
    eligibility.override(check=check, outcome="check", reason="The dean agrees", actor=side.manager)
    pass_eligibility(application=application, actor=side.manager, today=world.today)
    check.refresh_from_db()
    assert check.override_reason == "The dean agrees"


def test_the_applicant_is_not_told_that_everything_is_met(world):
    side = world.north
    application, _check = checked_with_a_soft_no(side, world.today)
    pass_eligibility(application=application, actor=side.manager, today=world.today, reason="The dean agrees")
    titles = [str(entry["title"]) for entry in spoken_history(application)]
    assert titles and not any("are met" in title for title in titles)


def test_a_manager_does_not_check_an_own_application(world):
    side = world.north
    application = side.application(applicant=side.manager.person)
    with pytest.raises(PermissionDenied):
        intake.start_check(application=application, actor=side.manager, today=world.today)


def test_a_refusal_quotes_the_rule_to_the_applicant(world):
    side = world.north
    application = side.application("eligibility_check")
    with pytest.raises(ReasonMissing):
        intake.refuse_ineligible(application=application, reason="", actor=side.manager, today=world.today)
    intake.refuse_ineligible(application=application, reason="Stay too short", actor=side.manager, today=world.today)
    mail = OutboxMessage.objects.get(kind="application_ineligible")
    assert "Stay too short" in mail.body_text
    assert mail.recipient_email == side.fellow.email
