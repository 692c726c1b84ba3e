"""Milestones: evidence, a verifier who is not the mentor, thirty days of grace, waivers of two offices."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from portal.core.workflow import StepError
from portal.outbox.models import OutboxMessage
from portal.reminders.models import ReminderRule
from portal.reminders.planning import plan
from startups.models import Founder, Milestone, Startup
from startups.services import milestones
from startups.tasks import miss_milestones
from tests.factories.journeys import pdf

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 2)


def handed_in(venture, **fields) -> Milestone:
    row = venture.milestone("in_progress", **fields)
    return milestones.hand_in(milestone=row, evidence="Report of 30 October", actor=venture.founder, today=TODAY)


def test_a_milestone_is_handed_in_with_words_or_a_paper_and_read_by_the_desk(venture):
    row = venture.milestone()
    with pytest.raises(StepError, match="evidence"):
        milestones.hand_in(milestone=row, evidence=" ", actor=venture.founder, today=TODAY)
    row = milestones.hand_in(milestone=row, evidence="", upload=pdf("proof.pdf"), actor=venture.founder, today=TODAY)
    assert (row.state, row.submitted_on, row.evidence_file.name) == ("submitted", TODAY, "proof.pdf")
    assert OutboxMessage.objects.filter(kind="milestone_submitted", recipient_email=venture.manager.email).exists()


def test_the_mentor_never_verifies_also_with_a_seat_and_after_the_end(venture):
    """A startup manager who advises this startup judges those of others only."""
    row = handed_in(venture)
    mentor = venture.startup.mentors.create(person=venture.manager.person, state="confirmed")
    for state in ("confirmed", "ended"):
        type(mentor).objects.filter(pk=mentor.pk).update(state=state)
        with pytest.raises(PermissionDenied):
            milestones.verify(milestone=Milestone.objects.get(), actor=venture.manager, today=TODAY)
    row = milestones.verify(milestone=row, actor=venture.colleague, today=TODAY)
    assert (row.state, row.verified_by, row.verified_on) == ("verified", venture.colleague.person, TODAY)


def test_sent_back_it_says_what_is_missing_and_can_be_handed_in_again(venture):
    row = milestones.send_back(milestone=handed_in(venture), actor=venture.manager, reason="Page 2 is missing")
    assert (row.state, row.returned_reason, row.submitted_on) == ("in_progress", "Page 2 is missing", None)
    mail = OutboxMessage.objects.filter(kind="milestone_settled").get()
    assert mail.recipient_email == venture.founder.email and "Page 2 is missing" in mail.body_text
    row = milestones.hand_in(milestone=row, evidence="Now complete", actor=venture.founder, today=TODAY)
    assert (row.state, row.returned_reason) == ("submitted", "")


def test_founders_of_other_firms_hand_in_nothing(venture, foreign):
    for user in (foreign.founder, venture.mentor, venture.manager, venture.side.stranger):
        with pytest.raises(PermissionDenied):
            milestones.hand_in(milestone=venture.milestone(), evidence="x", actor=user, today=TODAY)


def test_it_is_missed_thirty_days_after_the_day_and_not_before(venture):
    today = timezone.localdate()
    row = venture.milestone(due_on=today - dt.timedelta(days=30))
    assert milestones.miss_overdue(today=today) == 0
    assert milestones.miss_overdue(today=today + dt.timedelta(days=1)) == 1
    row.refresh_from_db()
    assert row.state == "missed"
    assert milestones.miss_overdue(today=today + dt.timedelta(days=1)) == 0


def test_whoever_is_asked_to_complete_it_after_the_day_has_thirty_days_for_that(venture):
    today = timezone.localdate()
    row = handed_in(venture, due_on=today - dt.timedelta(days=50))
    milestones.send_back(milestone=row, actor=venture.manager, reason="Page 2 is missing")
    assert milestones.miss_overdue(today=today + milestones.GRACE) == 0
    assert milestones.miss_overdue(today=today + milestones.GRACE + dt.timedelta(days=1)) == 1


def test_what_was_handed_in_in_time_is_never_missed_and_a_startup_that_left_misses_nothing(venture):
    handed_in(venture, due_on=dt.date(2020, 2, 1))
    venture.milestone("planned", due_on=dt.date(2020, 2, 1))
    Startup.objects.update(state="withdrawn")
    assert miss_milestones() == {"missed": 0}


def test_a_waiver_takes_two_offices_and_two_people(venture):
    row = venture.milestone("in_progress")
    with pytest.raises(StepError, match="not proposed"):
        milestones.waive(milestone=row, actor=venture.admin, reason="agreed")
    with pytest.raises(PermissionDenied):
        milestones.propose_waiver(milestone=row, actor=venture.admin, reason="x")
    row = milestones.propose_waiver(milestone=row, actor=venture.manager, reason="The visit became a call")
    with pytest.raises(PermissionDenied):
        milestones.waive(milestone=row, actor=venture.colleague, reason="agreed")
    with pytest.raises(StepError, match="yourself"):
        milestones.waive(milestone=row, actor=venture.manager, reason="agreed")
    assert milestones.waive(milestone=row, actor=venture.admin, reason="agreed").state == "waived"


def test_reminders_go_to_the_founder_and_then_to_manager_and_mentor(venture):
    """N36: 30 and 7 days before, on the day, a week after; then startup manager and mentor."""
    ReminderRule.objects.exclude(code="N36").update(is_active=False)
    due = dt.date(2026, 11, 12)  # a Thursday
    row = venture.milestone("in_progress", due_on=due)
    Milestone.objects.update(created_at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC))
    sent = {}
    for offset in (-30, -7, 0, 7, 8):
        plan(now=dt.datetime.combine(due + dt.timedelta(days=offset), dt.time(), dt.UTC))
    for mail in OutboxMessage.objects.filter(about_label="startups.milestone"):
        sent.setdefault(mail.recipient_email, []).append(mail.not_before.date())
    assert len(sent[venture.founder.email]) == 4
    assert {venture.manager.email, venture.mentor.email} <= set(sent)
    milestones.hand_in(milestone=row, evidence="Done", actor=venture.founder, today=due)
    plan(now=dt.datetime.combine(due + dt.timedelta(days=8), dt.time(), dt.UTC))
    assert not OutboxMessage.objects.filter(about_label="startups.milestone", kind="reminder", state="queued").exists()


def test_a_founder_without_an_address_breaks_nothing(venture):
    person = Founder.objects.get().person
    type(person).objects.filter(pk=person.pk).update(email="", user=None)
    Founder.objects.create(startup=venture.startup, person=venture.side.supervisor)
    ReminderRule.objects.exclude(code="N36").update(is_active=False)
    venture.milestone(due_on=timezone.localdate() + dt.timedelta(days=7))
    assert plan(now=timezone.now())["broken"] == 0
