"""Who may switch a rule, and what is written down about it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.core.audit import timeline
from portal.reminders import registry
from portal.reminders.models import ReminderRule
from portal.reminders.registry import reminder
from portal.reminders.services import switch_off, switch_on

pytestmark = pytest.mark.django_db


def test_managers_switch_and_the_trail_says_why(rule, world):
    switch_off(rule=rule, actor=world.north.manager, reason="too many mails")
    rule.refresh_from_db()
    entry = timeline(rule).get()
    assert not rule.is_active
    assert (entry.verb, entry.actor, entry.reason) == ("reminders.switch_off", world.north.manager, "too many mails")


def test_switching_to_what_it_is_already_leaves_no_trace(rule, world):
    switch_on(rule=rule, actor=world.north.manager)
    assert not timeline(rule).exists()


@pytest.mark.parametrize("who", ["home_office", "fellow", "stranger", "reviewer", "export_officer"])
def test_nobody_else_switches(rule, world, who):
    with pytest.raises(PermissionDenied):
        switch_off(rule=rule, actor=getattr(world.north, who))
    rule.refresh_from_db()
    assert rule.is_active


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
