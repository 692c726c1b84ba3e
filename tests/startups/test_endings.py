"""The record of a venture ends with the application that began it, however that ends, and only then."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.applications.services import applications, decisions, intake
from portal.core import audit
from portal.core.workflow import StepError
from startups.models import Cohort, CohortApplication, Startup
from startups.services import lifecycle
from startups.services.applications import record_startup
from tests.factories.programmes import CallFactory
from tests.factories.ventures import CONSENTS, build_incubator

DAY = dt.timedelta(days=1)


@pytest.fixture
def north(world):
    return build_incubator(world.north)


def refuse(north, row):
    CohortApplication.objects.filter(pk=row.pk).update(state="eligibility_check")
    intake.refuse_ineligible(
        application=row, reason="No evidence of the founding.", actor=north.manager, today=timezone.localdate()
    )


def withdraw(north, row):
    applications.withdraw_application(application=row, reason="No time.", actor=north.founder, now=timezone.now())


def decline(north, row):
    CohortApplication.objects.filter(pk=row.pk).update(state="under_review")
    decisions.decline(application=row, reason="too early", actor=north.manager, today=timezone.localdate())


def expire(north, row):
    CohortApplication.objects.filter(pk=row.pk).update(state="returned", returned_until=timezone.localdate() - 3 * DAY)
    assert applications.expire_returned(today=timezone.localdate()) == 1


ENDINGS = {"ineligible": refuse, "withdrawn": withdraw, "declined": decline, "expired": expire}


@pytest.mark.parametrize("screened", [False, True])
@pytest.mark.parametrize("state", ENDINGS)
def test_the_record_follows_every_ending(north, state, screened):
    row = north.submitted()
    if screened:
        Startup.objects.filter(pk=row.startup_id).update(state="screened")
    ENDINGS[state](north, row)
    assert CohortApplication.objects.get(pk=row.pk).state == state
    startup = Startup.objects.get(pk=row.startup_id)
    assert startup.state == "declined"
    entry = audit.timeline(startup).first()
    assert (entry.verb, entry.actor) == ("startup.decline", None)
    assert row.code in entry.reason


@pytest.mark.parametrize("state", ENDINGS)
def test_a_record_with_another_live_application_stays_where_it_is(north, state):
    row = north.submitted()
    other = north.application("under_review", startup=row.startup)
    before = row.startup.state
    ENDINGS[state](north, row)
    assert Startup.objects.get(pk=row.startup_id).state == before
    ENDINGS[state](north, other)
    assert Startup.objects.get(pk=row.startup_id).state == "declined"


def test_it_goes_on_in_the_cohort_of_the_other_application(north):
    row = north.submitted()
    call = CallFactory(code="next-call", programme=north.call.programme)
    second = Cohort.objects.create(code="next-cohort", name_en="Next", programme=call.programme, call=call)
    north.application("submitted", call=call, cohort=second, startup=row.startup)
    withdraw(north, row)
    startup = Startup.objects.get(pk=row.startup_id)
    assert (startup.state, startup.cohort) == ("applied", second)


@pytest.mark.parametrize("state", ["admitted", "active", "paused", "graduated", "closed_down"])
def test_what_was_admitted_does_not_end_with_an_application(north, state):
    row = north.submitted()
    Startup.objects.filter(pk=row.startup_id).update(state=state)
    CohortApplication.objects.filter(pk=row.pk).update(state="selected")
    row.refresh_from_db()
    with pytest.raises(StepError, match="has been admitted"):
        withdraw(north, row)
    assert Startup.objects.get(pk=row.startup_id).state == state
    later = north.application("under_review", startup=row.startup)
    decline(north, later)
    assert Startup.objects.get(pk=row.startup_id).state == state


def test_who_was_selected_may_still_withdraw_before_the_terms_are_signed(north):
    row = north.submitted()
    Startup.objects.filter(pk=row.startup_id).update(state="screened")
    CohortApplication.objects.filter(pk=row.pk).update(state="selected")
    withdraw(north, row)
    assert Startup.objects.get(pk=row.startup_id).state == "declined"


def test_a_refused_step_leaves_both_where_they_were(north):
    row = north.submitted()
    with pytest.raises(StepError):
        intake.refuse_ineligible(application=row, reason="x", actor=north.manager, today=timezone.localdate())
    assert Startup.objects.get(pk=row.startup_id).state == "applied"


def test_who_applies_again_after_the_end_is_one_venture(north):
    first = north.submitted()
    first.startup.counting_decisions.create(counts=True, reason="Licence", decided_on=timezone.localdate())
    withdraw(north, first)
    again = north.draft()
    again = applications.submit_application(
        application=again, consents=CONSENTS, language="en", actor=north.founder, now=timezone.now()
    )
    new = again.startup
    earlier = Startup.objects.get(pk=first.startup_id)
    assert (new.state, earlier.state, earlier.same_venture_as) == ("applied", "declined", new)
    assert list(Startup.objects.ventures()) == [new]
    assert new.counting_decisions.count() == 1 and not earlier.counting_decisions.exists()


def test_a_second_application_to_the_programme_finds_the_record_there_is(north):
    first = north.submitted()
    second = north.application("submitted")
    startup = record_startup(application=second, actor=north.founder, today=timezone.localdate())
    assert startup == first.startup and Startup.objects.count() == 1


def test_a_stranger_of_the_same_name_gets_a_record_of_her_own(north, world):
    first = north.submitted()
    other = north.application("submitted", applicant=world.north.fellow.person)
    startup = record_startup(application=other, actor=world.north.fellow, today=timezone.localdate())
    assert startup != first.startup


def test_the_desk_decides_the_application_while_it_is_in_hand(north):
    row = north.application("under_review")
    startup, today = north.screened_startup(row), timezone.localdate()
    with pytest.raises(StepError, match=row.code):
        lifecycle.decline(startup=startup, actor=north.manager, reason="no")
    terms = {"terms_signed_on": today, "support_kind": "grant", "ip_terms": "ours", "today": today}
    with pytest.raises(StepError, match="panel has not decided"):
        lifecycle.admit(startup=startup, actor=north.manager, **terms)
    CohortApplication.objects.filter(pk=row.pk).update(state="selected")
    assert lifecycle.admit(startup=startup, actor=north.manager, **terms).state == "admitted"
