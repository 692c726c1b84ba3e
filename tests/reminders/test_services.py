"""Who may switch a rule, and what is written down about it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.core.audit import timeline
from portal.reminders import registry
from portal.reminders.desks import is_silent
from portal.reminders.models import ReminderRule, Silence
from portal.reminders.registry import reminder
from portal.reminders.services import switch_off, switch_on

pytestmark = pytest.mark.django_db


def test_managers_switch_for_their_house_and_the_trail_says_why(rule, world):
    switch_off(rule=rule, organisation=world.north.host, actor=world.north.manager, reason="too many mails")
    entry = timeline(rule).get()
    assert is_silent(rule, world.north.host)
    assert (entry.verb, entry.actor, entry.reason) == ("reminders.switch_off", world.north.manager, "too many mails")
    assert entry.organisation == world.north.host


def test_a_switch_counts_for_the_units_and_for_no_other_house(rule, world):
    switch_off(rule=rule, organisation=world.north.host, actor=world.north.manager)
    side = world.north
    assert is_silent(rule, side.host_unit)
    assert not any(is_silent(rule, other) for other in (side.home, world.south.host, world.south.home, None))


def test_a_unit_may_be_silent_alone(rule, world):
    switch_off(rule=rule, organisation=world.north.host_unit, actor=world.north.manager)
    assert is_silent(rule, world.north.host_unit) and not is_silent(rule, world.north.host)


def test_switching_to_what_it_is_already_leaves_no_trace(rule, world):
    switch_on(rule=rule, organisation=world.north.host, actor=world.north.manager)
    assert not timeline(rule).exists()


@pytest.mark.parametrize("who", ["home_office", "fellow", "stranger", "reviewer", "export_officer"])
@pytest.mark.parametrize("switch", [switch_on, switch_off])
def test_nobody_else_switches(rule, world, who, switch):
    with pytest.raises(PermissionDenied):
        switch(rule=rule, organisation=world.north.host, actor=getattr(world.north, who))
    assert not Silence.objects.exists()


@pytest.mark.parametrize("switch", [switch_on, switch_off])
def test_a_coordinator_of_another_alliance_switches_nothing_here(rule, world, switch):
    if switch is switch_on:
        switch_off(rule=rule, organisation=world.north.host, actor=world.north.manager)
    before = is_silent(rule, world.north.host)
    with pytest.raises(PermissionDenied):
        switch(rule=rule, organisation=world.north.host, actor=world.south.manager)
    assert is_silent(rule, world.north.host) == before


def test_a_rule_runs_when_somebody_gives_its_subjects_and_it_is_on(rule, open_step):
    assert rule.runs and list(ReminderRule.objects.running()) == [rule]
    ReminderRule.objects.update(is_active=False)
    assert not ReminderRule.objects.running().exists()


def test_a_rule_without_subjects_waits(rule):
    assert not rule.runs and not ReminderRule.objects.running().exists()


def test_a_code_has_one_provider(rule, open_step):
    with pytest.raises(ValueError, match="already has a provider"):
        reminder(rule.code)(lambda *, now, pk=None: ())
    assert registry.provider_of(rule.code) is open_step


def test_offsets_that_nobody_understands_are_refused(rule):
    rule.offsets = "-3d, soon"
    with pytest.raises(ValidationError, match="soon"):
        rule.full_clean()
