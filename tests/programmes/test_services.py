"""Programmes and calls: complete in both languages, moved by the clock, closed by hand where that is meant."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.core import audit
from portal.core.workflow import ReasonMissing, StepError
from portal.programmes import services
from portal.programmes.admin import may_extend
from portal.programmes.models import Call
from portal.reminders.registry import provider_of
from tests.factories import CallFactory, CriterionFactory, ProgrammeFactory, user_with_seat

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("gap", ["name_ja", "duration_text_en", "support_ja"])
def test_a_programme_is_published_only_when_both_languages_are_complete(world, gap):
    side = world.north
    programme = ProgrammeFactory(owner=side.host, alliance=side.alliance, state="draft", **{gap: " "})
    services.approve_programme(programme=programme, actor=side.alliance_admin)
    with pytest.raises(services.NotReady, match="both languages"):
        services.publish_programme(programme=programme, actor=side.manager)
    setattr(programme, gap, "something")
    programme.save()
    assert services.publish_programme(programme=programme, actor=side.manager).state == "published"


def test_a_programme_with_an_open_call_is_not_closed(world):
    side = world.north
    with pytest.raises(StepError, match="open"):
        services.close_programme(programme=side.programme, actor=side.alliance_admin)
    Call.objects.filter(pk=side.call.pk).update(state="closed")
    assert services.close_programme(programme=side.programme, actor=side.alliance_admin).state == "closed"


def test_pausing_and_resuming_a_programme(world):
    side = world.north
    with pytest.raises(ReasonMissing):
        services.pause_programme(programme=side.programme, actor=side.manager, reason="")
    services.pause_programme(programme=side.programme, actor=side.manager, reason="Budget")
    assert services.resume_programme(programme=side.programme, actor=side.manager).state == "published"


def test_a_call_names_what_is_missing_before_it_is_approved(world):
    side = world.north
    call = CallFactory(programme=side.programme, state="draft", opens_on=None, closes_on=None)
    with pytest.raises(services.NotReady) as error:
        services.approve_call(call=call, actor=side.manager)
    assert str(error.value) == "Please add first: the opening day, the closing day and criteria for the reviewers."
    CriterionFactory(call=call)
    call.opens_on, call.closes_on = world.today + DAY, world.today + 30 * DAY
    call.save()
    assert services.approve_call(call=call, actor=side.manager).state == "approved"


def test_a_seat_limited_to_a_programme_or_an_alliance_manages_just_that(world):
    side = world.north
    own = user_with_seat("", side.elsewhere)
    own.seats.create(organisation=side.elsewhere, role="programme_manager", programme=side.programme)
    allied = user_with_seat("", side.elsewhere)
    allied.seats.create(organisation=side.elsewhere, role="programme_manager", alliance=side.alliance)
    other = CallFactory(programme=ProgrammeFactory(owner=side.host), state="open")
    for manager in (own, allied):
        services.pause_call(call=side.call, actor=manager, reason="Flood")
        services.resume_call(call=side.call, actor=manager, now=world.now)
        with pytest.raises(PermissionDenied):
            services.pause_call(call=other, actor=manager, reason="Flood")


def test_calls_open_and_close_at_their_minute_in_their_zone(world):
    side = world.south
    Call.objects.all().delete()
    day = dt.date(2027, 3, 14)  # clocks go forward in Chicago in this night
    call = CallFactory(
        programme=side.programme, state="approved", timezone="America/Chicago", opens_on=day, opens_time=dt.time(9),
        closes_on=day + 10 * DAY, closes_time=None,
    )  # fmt: skip
    nine = dt.datetime(2027, 3, 14, 14, tzinfo=dt.UTC)  # 9:00 in summer time
    midnight = dt.datetime(2027, 3, 25, 5, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)
    assert (services.open_due_calls(now=nine - second), services.open_due_calls(now=nine)) == (0, 1)
    assert (services.close_due_calls(now=midnight - second), services.close_due_calls(now=midnight)) == (0, 1)
    assert services.close_due_calls(now=midnight) == 0
    assert [entry.verb for entry in audit.timeline(call)] == ["call.close", "call.open"]


def test_only_a_rolling_call_is_closed_by_hand(world):
    side = world.north
    with pytest.raises(PermissionDenied):
        services.close_call(call=side.call, actor=side.manager)
    rolling = CallFactory(programme=side.programme, intake_mode="rolling", closes_on=None, closes_time=None)
    assert services.close_call(call=rolling, actor=side.manager).state == "closed"


def test_a_rolling_call_has_no_closing_day(world):
    side = world.north
    rolling = CallFactory(programme=side.programme, intake_mode="rolling", closes_on=None, closes_time=None)
    rolling.full_clean()
    with pytest.raises(ValidationError, match="no closing day"):
        services.extend_call(
            call=rolling, closes_on=world.today + 60 * DAY, closes_time=None, actor=side.manager, now=world.now
        )
    rolling.closes_on = world.today + 60 * DAY
    with pytest.raises(ValidationError, match="no closing day") as refusal:
        rolling.full_clean()
    assert list(refusal.value.message_dict) == ["closes_on"]
    assert not may_extend(side.manager, rolling)
    assert may_extend(side.manager, side.call)


def test_a_paused_call_whose_time_has_passed_is_not_resumed(world):
    side = world.north
    services.pause_call(call=side.call, actor=side.manager, reason="Flood")
    with pytest.raises(StepError, match="passed"):
        services.resume_call(call=side.call, actor=side.manager, now=side.call.closes_at)


def test_a_deadline_moves_only_to_the_future_and_leaves_a_trace(world):
    side = world.north
    extend = {"call": side.call, "closes_time": dt.time(12), "now": world.now}
    with pytest.raises(PermissionDenied):
        services.extend_call(closes_on=world.today + 60 * DAY, actor=side.home_office, **extend)
    with pytest.raises(StepError, match="passed"):
        services.extend_call(closes_on=world.today - 2 * DAY, actor=side.manager, **extend)
    services.extend_call(closes_on=world.today + 60 * DAY, actor=side.manager, **extend)
    assert side.call.closes_on == world.today + 60 * DAY
    assert audit.timeline(side.call).get().verb == "call.extend"


def test_the_panels_way_to_the_end(world):
    side = world.north
    Call.objects.filter(pk=side.call.pk).update(state="closed")
    call = Call.objects.get(pk=side.call.pk)
    services.hand_over_call(call=call, actor=side.manager)
    services.announce_results(call=call, actor=side.manager)
    assert services.complete_call(call=call).state == "completed"


def test_managers_hear_of_a_call_that_opens_soon(world):
    side = world.north
    CallFactory(programme=side.programme, state="approved", opens_on=world.today + 10 * DAY)
    (due,) = provider_of("N03")(now=world.now)
    assert {reader.email for reader in due.recipients} == {side.manager.email}
    assert {reader.email for reader in due.escalate_to} == {side.alliance_admin.email}
