"""The trail is written once and never changed."""

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.accounts.models import Seat
from portal.core import audit
from portal.core.models import AuditEntry
from portal.core.models.audit import AppendOnlyError
from portal.core.narrative import changes_in_words


def test_an_entry_outlives_its_subject_by_its_label(world):
    application = world.north.application(code="Q-1")
    entry = audit.record(
        "exchanges.tested", application, actor=world.north.manager, reason="why", before="a", after="b", day=world.today
    )
    label = str(application)
    application.delete()
    entry = AuditEntry.objects.get(pk=entry.pk)
    assert (entry.target_label, entry.actor_label, entry.reason) == (label, str(world.north.manager), "why")
    assert entry.detail == {"day": world.today.isoformat()}
    assert entry.organisation == world.north.programme.owner


@pytest.mark.parametrize("actor", [None, AnonymousUser()])
def test_the_system_and_token_holders_leave_no_false_name(world, actor):
    entry = audit.record("exchanges.tested", world.north.call, actor=actor)
    assert entry.actor is None and entry.actor_label == ""


def test_entries_cannot_be_changed_or_deleted(world):
    entry = audit.record("exchanges.tested", world.north.call, actor=None)
    for forbidden in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(verb="x"),
    ):
        with pytest.raises(AppendOnlyError):
            forbidden()
    assert AuditEntry.objects.get(pk=entry.pk).verb == "exchanges.tested"


def test_a_timeline_shows_each_reader_what_is_for_her(world):
    for audience in (audit.INTERNAL, audit.DESKS, audit.APPLICANT):
        audit.record(f"exchanges.{audience}", world.north.call, actor=None, audience=audience)
    assert [e.verb for e in audit.timeline(world.north.call, audit.APPLICANT)] == ["exchanges.applicant"]
    assert len(audit.timeline(world.north.call)) == 3


def test_a_desk_reads_only_the_trail_of_its_own_side(world):
    ours = audit.record("exchanges.tested", world.north.call, actor=None)
    theirs = audit.record("exchanges.tested", world.south.call, actor=None)
    visible = AuditEntry.objects.visible_to(world.north.manager)
    assert ours in visible and theirs not in visible


def test_changed_keeps_only_what_differs():
    assert audit.changed({"a": 1, "b": 2}, {"a": 1, "b": 3}) == ({"b": 2}, {"b": 3})


def test_a_step_that_leaves_the_state_as_it_was_tells_of_no_change():
    """A correction of what was handed in: “submitted → submitted” says nothing to anybody."""
    assert changes_in_words(AuditEntry(before="sent", after="sent"), Seat) == []
    (line,) = changes_in_words(AuditEntry(before="sent", after="read"), Seat)
    assert "sent → read" in line
