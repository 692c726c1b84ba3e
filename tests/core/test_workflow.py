"""The engine behind every state machine."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from exchanges.models import Application
from portal.core.models import AuditEntry
from portal.core.workflow import IllegalTransition, ReasonMissing, Workflow, step

STATES = Application.State


def anybody(user, obj):
    return True


def nobody(user, obj):
    return False


TABLE = Workflow(
    "probe",
    (
        step("take", STATES.SUBMITTED, STATES.SELECTED, anybody, "take"),
        step("drop", STATES.SUBMITTED, STATES.DECLINED, anybody, "drop", needs_reason=True),
        step("never", STATES.SUBMITTED, STATES.EXPIRED, nobody, "never", by_system=True),
    ),
)


def test_a_step_moves_saves_and_leaves_a_trace(world):
    application = world.north.application()
    row = TABLE.apply("take", application, actor=world.north.manager, changes={"rank": 3})
    application.refresh_from_db()
    assert (row.state, application.state, application.rank) == ("selected", "selected", 3)
    entry = AuditEntry.objects.get(verb="probe.take")
    assert (entry.before, entry.after, entry.actor) == ("submitted", "selected", world.north.manager)


def test_a_step_from_a_wrong_state_changes_nothing_and_says_so(world):
    application = world.north.application("declined")
    with pytest.raises(IllegalTransition, match="take"):
        TABLE.apply("take", application, actor=world.north.manager)
    assert Application.objects.get(pk=application.pk).state == "declined"
    assert not AuditEntry.objects.filter(verb="probe.take").exists()


def test_an_old_page_cannot_undo_a_newer_step(world):
    application = world.north.application()
    old = Application.objects.get(pk=application.pk)
    TABLE.apply("take", application, actor=world.north.manager)
    with pytest.raises(IllegalTransition):
        TABLE.apply("drop", old, actor=world.north.manager, reason="late")


def test_who_may_not_is_refused(world):
    with pytest.raises(PermissionDenied):
        TABLE.apply("never", world.north.application(), actor=world.north.manager)


def test_the_system_takes_only_its_own_steps(world):
    with pytest.raises(PermissionDenied):
        TABLE.apply("take", world.north.application(), actor=None)
    assert (
        TABLE.apply("never", world.north.application(applicant=world.north.supervisor), actor=None).state == "expired"
    )


def test_a_reason_that_is_needed_must_be_given(world):
    application = world.north.application()
    with pytest.raises(ReasonMissing):
        TABLE.apply("drop", application, actor=world.north.manager, reason="  ")
    assert TABLE.apply("drop", application, actor=world.north.manager, reason="no place").state == "declined"


def test_available_draws_the_buttons(world):
    application = world.north.application()
    assert [t.name for t in TABLE.available(application, world.north.manager)] == ["take", "drop"]
    application.state = "selected"
    assert TABLE.available(application, world.north.manager) == []


def race(apply, application_pk, actor_pks, names):
    """Two threads take a step each on the same row at the same moment; what each got."""
    from portal.accounts.models import User

    gate, results = threading.Barrier(2), []

    def act(name, actor_pk):
        try:
            actor, row = User.objects.get(pk=actor_pk), Application.objects.get(pk=application_pk)
            gate.wait(10)
            results.append(apply(name, row, actor))
        except IllegalTransition:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=pair) for pair in zip(names, actor_pks, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_two_people_at_once_have_one_winner(world, attempt):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole database; rows are locked on PostgreSQL")
    application = world.north.application()
    results = race(
        lambda name, row, actor: TABLE.apply(name, row, actor=actor, reason="because").state,
        application.pk,
        [world.north.manager.pk, world.north.alliance_admin.pk],
        ["take", "drop"],
    )
    assert sorted(results) in (["declined", "refused"], ["refused", "selected"])
    assert AuditEntry.objects.filter(verb__startswith="probe.").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_win(world):
    """The positive control: the race is real where the row is not locked."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole database; rows are locked on PostgreSQL")
    read = threading.Barrier(2)

    def naive(name, row, actor):
        if row.state not in TABLE.by_name[name].sources:
            raise IllegalTransition
        read.wait(10)
        row.state = TABLE.by_name[name].target
        row.save(update_fields=["state"])
        return row.state

    application = world.north.application()
    actors = [world.north.manager.pk, world.north.alliance_admin.pk]
    assert sorted(race(naive, application.pk, actors, ["take", "drop"])) == ["declined", "selected"]
