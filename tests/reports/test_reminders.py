"""The reminder to verify the figures of a quarter (N39) speaks until one of them is verified."""

import datetime as dt

import pytest

from portal.operations.dataset import FOLDER
from portal.outbox.models import OutboxMessage
from portal.reminders.models import ReminderRule
from portal.reminders.planning import plan_rule
from portal.reminders.registry import provider_of
from portal.reports.models import KpiDefinition, KpiValue
from portal.reports.reminders import last_quarter_end
from portal.transfers.services import import_files

pytestmark = pytest.mark.django_db
D = dt.date
APRIL = dt.datetime(2027, 4, 5, 3, tzinfo=dt.UTC)


def dues(now=APRIL) -> dict:
    return {due.subject.code: due for due in provider_of("N39")(now=now)}


@pytest.mark.parametrize(
    ("today", "ended"),
    [
        (D(2027, 3, 31), D(2026, 12, 31)),
        (D(2027, 4, 1), D(2027, 3, 31)),
        (D(2027, 6, 30), D(2027, 3, 31)),
        (D(2027, 7, 1), D(2027, 6, 30)),
        (D(2027, 1, 1), D(2026, 12, 31)),
    ],
)
def test_quarters_end_with_the_fiscal_years(today, ended):
    assert last_quarter_end(today) == ended


def test_the_statistics_offices_of_each_alliance_are_reminded(world):
    found = dues()
    assert set(found) == {"north", "south"}
    north = found["north"]
    assert north.anchor == D(2027, 3, 31)
    assert {reader.email for reader in north.recipients} == {world.north.kpi_auditor.email}
    assert {reader.email for reader in north.escalate_to} == {world.north.alliance_admin.email}


def test_it_is_silent_once_a_figure_of_the_quarter_is_verified(world):
    import_files([FOLDER / "kpi_definitions.csv"])
    value = KpiValue.objects.create(
        kpi=KpiDefinition.objects.get(code="X01"), subject="alliance:north", alliance=world.north.alliance,
        period="2026-04-01/2027-03-31", from_date=D(2026, 4, 1), to_date=D(2027, 3, 31), unit="count", value=7,
        keys_hash="x", as_of=D(2027, 4, 2), frozen_by=world.north.kpi_auditor,
    )  # fmt: skip
    assert set(dues()) == {"north", "south"}
    value.verified_by, value.verified_at = world.north.kpi_auditor, APRIL
    value.save()
    assert set(dues()) == {"south"}
    assert set(dues(APRIL + dt.timedelta(days=100))) == {"north", "south"}


def test_mails_go_out_ten_and_twenty_days_after_the_end_and_then_to_the_administration(world):
    rule = ReminderRule.objects.get(code="N39")
    for days in range(40):
        plan_rule(rule, now=dt.datetime(2027, 4, 1, 0, 30, tzinfo=dt.UTC) + dt.timedelta(days=days))
    mails = OutboxMessage.objects.filter(organisation=world.north.host).order_by("not_before")
    assert [(mail.context["step"], mail.recipient_email) for mail in mails] == [
        ("+10d", world.north.kpi_auditor.email),
        ("+20d", world.north.kpi_auditor.email),
        ("escalation", world.north.alliance_admin.email),
    ]
