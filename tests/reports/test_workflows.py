"""The life of a report: which steps there are in which state, and for whom; its mails in both languages."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from portal.core.workflow import IllegalTransition
from portal.outbox.models import OutboxMessage
from portal.reports import emails
from portal.reports.models import ReportRun
from portal.reports.workflows import REPORT
from tests.reports.samples import TODAY, load_catalogue, requested

pytestmark = pytest.mark.django_db
State = ReportRun.State
OPEN = {State.QUEUED, State.RUNNING}


@pytest.fixture
def north(world):
    load_catalogue()
    return world.north


@pytest.mark.parametrize("state", State.values)
def test_people_only_stop_what_is_not_over(north, world, state):
    run = requested(north)
    run.state = state
    for name, user in north.users.items():
        steps = {step.name for step in REPORT.available(run, user)}
        may = name in {"alliance_admin", "kpi_auditor", "manager"} and state in OPEN
        assert steps == ({"cancel"} if may else set()), (name, state)
    assert REPORT.available(run, world.south.alliance_admin) == []


@pytest.mark.parametrize("name", ["begin", "finish", "fail"])
def test_the_steps_of_the_worker_are_nobody_elses(north, name):
    run = requested(north)
    with pytest.raises((PermissionDenied, IllegalTransition)):
        REPORT.apply(name, run, actor=north.alliance_admin)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_mails_name_the_alliance_in_the_language_of_their_reader(north, language):
    reader = north.alliance_admin
    reader.language = language
    reader.save()
    run = requested(north, actor=reader)
    emails.report_ready(run, today=TODAY)
    emails.report_failed(run)
    with translation.override(language):
        name = run.subject.name
    for kind in ("yearly_report_ready", "yearly_report_failed"):
        mail = OutboxMessage.objects.get(kind=kind)
        assert mail.language == language and name in mail.subject and name in mail.body_text
        assert mail.body_text.count(str(run.public_id)) == 1 and mail.organisation == north.host
