"""Mail without Celery: the commands that cron calls, and the tasks that Celery calls."""

from io import StringIO

import pytest
from django.core.management import call_command

from portal.outbox.models import OutboxMessage, State
from portal.outbox.tasks import deliver_due
from portal.reminders.tasks import plan_reminders
from tests.outbox.conftest import NOON

pytestmark = pytest.mark.django_db


def said(*arguments) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def overdue(a_mail):
    """Two mails that have been due since the year 2020."""
    mails = [a_mail("ada@example.org"), a_mail("bob@example.org")]
    OutboxMessage.objects.update(next_try_at=NOON.replace(year=2020))
    return mails


def test_due_mail_is_sent_once(sink, overdue):
    assert said("dispatch_due") == "sent: 2"
    assert said("dispatch_due") == "nothing is due"
    assert len(sink.mails) == 2


def test_a_dry_run_lists_and_sends_nothing(sink, overdue):
    listed = said("dispatch_due", "--dry-run").splitlines()
    assert listed == ["2020-06-17 12:00 ada@example.org Mail 1", "2020-06-17 12:00 bob@example.org Mail 2"]
    assert OutboxMessage.objects.filter(state=State.QUEUED).count() == 2 and sink.mails == []


def test_every_task_may_run_twice(sink, overdue):
    assert [deliver_due(), deliver_due()] == [{"sent": 2}, {}]
    assert plan_reminders() == plan_reminders()
    assert len(sink.mails) == 2


def test_reminders_are_planned_by_command(db):
    assert said("plan_reminders") == "no rule runs"
