"""Reviews without conflict, a ranking without zeros, and places that are given once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from exchanges.models import Application, Score
from portal.applications.services import decisions, reviews
from portal.core import audit
from portal.core.workflow import IllegalTransition, ReasonMissing, StepError
from portal.outbox.models import OutboxMessage
from portal.programmes.models import Call
from tests.factories import SeatFactory, user_with_seat

WEEK = dt.timedelta(days=7)


def assign(side, application, today, reviewer=None):
    return reviews.assign(
        application=application, reviewer=reviewer or side.reviewer, due_on=today + WEEK, actor=side.manager
    )


def handed_in(side, world, application, value=4, reviewer=None):
    reviewer = reviewer or side.reviewer
    review = assign(side, application, world.today, reviewer)
    reviews.accept(review=review, has_no_conflict=True, actor=reviewer)
    scores = {criterion.pk: value for criterion in side.call.criteria.all()}
    reviews.save(review=review, scores=scores, advice="yes", comment="", actor=reviewer)
    return reviews.submit(review=review, actor=reviewer, now=world.now)


@pytest.mark.parametrize("who", ["fellow", "host_researcher"])
def test_nobody_reviews_with_a_conflict(world, who):
    side = world.north
    person = getattr(side, who)
    SeatFactory(user=person, organisation=side.host, role="reviewer")
    application = side.application("under_review")
    assert reviews.conflicts(application=application, reviewer=person)
    with pytest.raises(StepError):
        assign(side, application, world.today, person)


def test_whoever_signed_for_a_side_does_not_review(world):
    side = world.north
    SeatFactory(user=side.home_office, organisation=side.host, role="reviewer")
    application = side.application("under_review")
    application.approvals.create(
        part="home_office", approver=side.home_office, state="approved", asked_at=world.now, due_on=world.today,
        application_version=1,
    )  # fmt: skip
    with pytest.raises(StepError, match="signs for one side"):
        assign(side, application, world.today, side.home_office)


def test_a_shared_unit_is_a_flag_and_is_written_down(world):
    side = world.north
    colleague = user_with_seat("reviewer", side.home_unit)
    application = side.application("under_review")
    assert reviews.conflicts(application=application, reviewer=colleague) == [
        "The reviewer works in the applicant's own unit."
    ]
    review = assign(side, application, world.today, colleague)
    assert audit.timeline(review).get().detail["flags"] == ["The reviewer works in the applicant's own unit."]


def test_only_reviewers_are_asked_and_each_once(world):
    side = world.north
    application = side.application("under_review")
    with pytest.raises(StepError, match="seat"):
        assign(side, application, world.today, side.stranger)
    assign(side, application, world.today)
    with pytest.raises(StepError, match="already"):
        assign(side, application, world.today)
    with pytest.raises(StepError, match="not under review"):
        assign(side, side.application("submitted"), world.today)
    assert OutboxMessage.objects.filter(kind="review_assigned").get().recipient_email == side.reviewer.email


def test_the_statement_comes_first(world):
    side = world.north
    review = assign(side, side.application("under_review"), world.today)
    with pytest.raises(StepError, match="decline"):
        reviews.accept(review=review, has_no_conflict=False, actor=side.reviewer)
    with pytest.raises(StepError):
        reviews.save(review=review, scores={}, advice="", comment="x", actor=side.reviewer)
    reviews.decline(review=review, reason="No time", actor=side.reviewer)
    assert OutboxMessage.objects.filter(kind="review_declined").get().recipient_email == side.manager.email
    assign(side, review.application, world.today)


def test_scores_stay_in_their_bounds_and_their_call(world):
    side = world.north
    review = assign(side, side.application("under_review"), world.today)
    reviews.accept(review=review, has_no_conflict=True, actor=side.reviewer)
    first, foreign = side.call.criteria.first(), world.south.call.criteria.first()
    save = {"review": review, "advice": "", "comment": "", "actor": side.reviewer}
    for scores in ({first.pk: 6}, {first.pk: -1}, {foreign.pk: 3}):
        with pytest.raises(ValidationError):
            reviews.save(scores=scores, **save)
    reviews.save(scores={first.pk: 5}, **save)
    with pytest.raises(StepError, match="Fit with the host"):
        reviews.submit(review=review, actor=side.reviewer, now=world.now)
    assert Score.objects.get(review=review).value == 5


def test_a_review_is_reopened_with_a_reason_until_a_decision_locks_it(world):
    side = world.north
    application = side.application("under_review")
    review = handed_in(side, world, application)
    with pytest.raises(ReasonMissing):
        reviews.reopen(review=review, reason="", actor=side.manager)
    reviews.reopen(review=review, reason="One score missing", actor=side.manager)
    reviews.submit(review=review, actor=side.reviewer, now=world.now)
    decisions.recommend(application=application, actor=side.manager, today=world.today)
    review.refresh_from_db()
    assert review.state == "locked"
    with pytest.raises(IllegalTransition):
        reviews.reopen(review=review, reason="Too late", actor=side.manager)


def test_a_review_that_is_not_needed_is_cancelled_and_the_reviewer_is_told(world):
    side = world.north
    review = assign(side, side.application("under_review"), world.today)
    with pytest.raises(ReasonMissing):
        reviews.cancel(review=review, reason="", actor=side.manager)
    reviews.cancel(review=review, reason="Enough reviews", actor=side.manager)
    assert OutboxMessage.objects.get(kind="review_cancelled").recipient_email == side.reviewer.email


def test_without_enough_reviews_nothing_is_decided(world):
    side = world.north
    application = side.application("under_review")
    for decide in (decisions.shortlist, decisions.recommend):
        with pytest.raises(StepError, match="1 more review"):
            decide(application=application, actor=side.manager, today=world.today)
    review = handed_in(side, world, application)
    reviews.declare_conflict(review=review, reason="Co-author", actor=side.reviewer)
    with pytest.raises(StepError, match="1 more review"):
        decisions.shortlist(application=application, actor=side.manager, today=world.today)


def test_the_ranking_shows_means_and_counts_and_no_zero_for_silence(world):
    side = world.north
    good, better, silent = (side.application("under_review") for _n in range(3))
    handed_in(side, world, good, 3)
    handed_in(side, world, better, 5)
    handed_in(side, world, better, 4, user_with_seat("reviewer", side.elsewhere))
    conflicted = handed_in(side, world, better, 0, user_with_seat("reviewer", side.elsewhere))
    reviews.declare_conflict(review=conflicted, reason="Co-author", actor=conflicted.reviewer)
    rows = decisions.ranking(call=side.call)
    assert [row.application for row in rows] == [better, good, silent]
    assert [(row.mean, row.count) for row in rows] == [(pytest.approx(0.9), 2), (pytest.approx(0.6), 1), (None, 0)]


@pytest.mark.parametrize("count", [1, 3, 12])
def test_the_ranking_asks_the_database_a_fixed_number_of_times(world, count, django_assert_num_queries):
    side = world.north
    criterion = side.call.criteria.first()
    for _n in range(count):
        review = side.review(side.application("under_review"), "submitted", has_no_conflict=True)
        Score.objects.create(review=review, criterion=criterion, value=3)
    with django_assert_num_queries(4):
        decisions.ranking(call=side.call)


def test_places_run_out_and_come_back(world):
    side = world.north
    first, second, third = (side.application("recommended") for _n in range(3))
    step = {"actor": side.manager, "today": world.today}
    decisions.select(application=first, **step)
    decisions.select(application=second, **step)
    with pytest.raises(decisions.NoPlaceFree):
        decisions.select(application=third, **step)
    decisions.waitlist(application=third, rank=1, **step)
    with pytest.raises(decisions.NoPlaceFree):
        decisions.promote(application=third, **step)
    side.offer(first, "declined")
    assert decisions.places_left(side.call) == 1
    decisions.promote(application=third, **step)
    assert decisions.places_left(side.call) == 0
    third.refresh_from_db()
    assert (third.state, third.rank, third.decided_on) == ("selected", 1, world.today)
    assert OutboxMessage.objects.filter(kind="application_waitlisted").count() == 1


def test_the_last_place_closes_a_call_until_capacity(world):
    side = world.north
    Call.objects.filter(pk=side.call.pk).update(places=1, intake_mode="until_capacity")
    application = Application.objects.get(pk=side.application("recommended").pk)
    decisions.select(application=application, actor=side.manager, today=world.today)
    assert Call.objects.get(pk=side.call.pk).state == "closed"


def test_declining_locks_cancels_and_tells_in_neutral_words(world):
    side = world.north
    application = side.application("under_review")
    done = handed_in(side, world, application)
    waiting = assign(side, application, world.today, user_with_seat("reviewer", side.elsewhere))
    decisions.decline(application=application, reason="SECRET weak plan", actor=side.manager, today=world.today)
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (application.state, done.state, waiting.state) == ("declined", "locked", "cancelled")
    mail = OutboxMessage.objects.get(kind="application_declined")
    assert "SECRET" not in mail.body_text


def test_a_manager_does_not_decide_about_herself(world):
    side = world.north
    application = side.application("recommended", applicant=side.manager.person)
    with pytest.raises(PermissionDenied):
        decisions.select(application=application, actor=side.manager, today=world.today)
