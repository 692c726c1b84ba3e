"""Frozen values are kept as they were; who entered what is counted does not verify it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.core import audit
from portal.core.models import AuditEntry
from portal.core.workflow import ReasonMissing, StepError
from portal.figures import Period, Subject
from portal.operations.dataset import FOLDER
from portal.reports.models import KpiDefinition, KpiValue
from portal.reports.services.values import NothingChanged, difference, freeze, readable, verify
from portal.transfers import exporting, registry
from portal.transfers.services import export_queryset, import_files, import_rows
from tests import desk
from tests.desk import sign_in
from tests.factories import PersonFactory
from tests.factories.startups import CohortFactory, FundingRoundFactory, StartupFactory

pytestmark = pytest.mark.django_db
D = dt.date
TODAY = D(2026, 4, 10)
NOW = dt.datetime(2026, 4, 10, 3, tzinfo=dt.UTC)
FY2025 = Period.fiscal(2025)


@pytest.fixture(autouse=True)
def definitions(db):
    import_files([FOLDER / "kpi_definitions.csv"])


def subject(world) -> Subject:
    return Subject.of("alliance", world.north.alliance)


def came(world, **fields):
    return world.north.stay(
        "closed", **{"person": PersonFactory(), "start_on": D(2025, 6, 1), "end_on": D(2025, 6, 10), **fields}
    )


def frozen(world, code="X04", **options) -> KpiValue:
    values = {"subject": subject(world), "period": FY2025, "actor": world.north.kpi_auditor, "today": TODAY}
    return freeze(code=code, **{**values, **options})


def test_a_frozen_value_keeps_value_records_hash_and_day(world):
    stay = came(world)
    value = frozen(world)
    assert (value.value, value.edition, value.as_of, value.period) == (10, 1, TODAY, "2025-04-01/2026-03-31")
    assert value.keys["counted"] == [stay.code]
    assert len(value.keys_hash) == 64
    entry = AuditEntry.objects.get(verb="reports.frozen")
    assert (entry.actor, entry.after) == (world.north.kpi_auditor, {"value": "10"})


def test_later_corrections_are_a_new_edition_with_a_reason_and_a_difference(world):
    first = came(world)
    frozen(world)
    second = came(world)
    with pytest.raises(ReasonMissing, match="why there is a new edition"):
        frozen(world)
    correction = frozen(world, reason="A stay was entered late.")
    assert (correction.edition, correction.value) == (2, 20)
    assert difference(correction) == {"added": [second.code], "removed": []}
    assert KpiValue.objects.get(edition=1).value == 10
    first.state = "cancelled"
    first.save()
    assert difference(frozen(world, reason="It did not take place."))["removed"] == [first.code]
    assert KpiValue.objects.latest_editions().get().edition == 3


def test_the_records_behind_a_frozen_value_are_named_to_whoever_may_see_them(world, client, settings):
    first = came(world)
    frozen(world)
    second = came(world)
    value = frozen(world, reason="A stay was entered late.")
    keys = value.keys["counted"]
    assert readable(keys, value, world.north.manager) == keys == sorted([first.code, second.code])
    assert readable(keys, value, world.south.manager) == []
    # The page of the value says how many there are: everybody at a desk of the alliance opens it.
    type(world.north.home_office).objects.update(language="en")
    page = sign_in(client, world.north.home_office, settings).get(desk.address(KpiValue, "change", value.pk))
    text = page.content.decode()
    assert page.status_code == 200 and first.code not in text and second.code not in text
    assert "froze the value" in text.casefold() and "added: 1; no longer counted: 0" in text


def test_the_same_value_over_other_records_is_another_edition(world):
    one = came(world)
    frozen(world)
    came(world)
    one.delete()
    assert frozen(world, reason="Another stay.").edition == 2


def test_without_a_change_there_is_no_new_edition(world):
    came(world)
    frozen(world)
    with pytest.raises(NothingChanged):
        frozen(world, reason="Once more")


def test_a_period_that_is_not_over_cannot_be_frozen(world):
    with pytest.raises(StepError, match="not over yet"):
        frozen(world, today=D(2026, 3, 30))
    with pytest.raises(StepError, match="not over yet"):
        frozen(world, period=Period.whole())


def test_a_figure_without_records_cannot_be_frozen(world):
    with pytest.raises(StepError, match="bookings of facilities"):
        frozen(world, "C06")


def test_a_sum_of_few_startups_cannot_be_frozen(world):
    startup = StartupFactory(cohort=CohortFactory(programme=world.north.programme))
    FundingRoundFactory(
        startup=startup, closed_on=D(2025, 6, 1), rate_to_jpy=150, rate_to_usd=1, verified_on=D(2025, 7, 1)
    )
    with pytest.raises(StepError, match="fewer than five"):
        frozen(world, "S05")


def test_an_empty_denominator_is_frozen_as_nothing(world):
    value = frozen(world, "X02")
    assert (value.value, value.denominator, value.text) == (None, 0, "—")


@pytest.mark.parametrize("who", ["manager", "home_office", "signatory", "stranger"])
def test_only_statistics_office_and_administration_freeze(world, who):
    with pytest.raises(PermissionDenied):
        frozen(world, actor=getattr(world.north, who))


def test_nobody_freezes_for_another_alliance(world):
    with pytest.raises(PermissionDenied):
        frozen(world, actor=world.south.kpi_auditor)


def test_verifying_makes_a_value_public_and_says_who(world):
    for _number in range(5):
        came(world)
    value = frozen(world, "X01")
    assert not KpiValue.objects.visible_to(None).exists()
    verify(kpi_value=value, actor=world.north.kpi_auditor, now=NOW)
    assert KpiValue.objects.visible_to(None).get().verified_by == world.north.kpi_auditor
    assert AuditEntry.objects.filter(verb="reports.verified").exists()


def test_a_value_by_which_people_are_recognised_is_never_public(world):
    came(world)
    value = frozen(world, "X01")
    verify(kpi_value=value, actor=world.north.kpi_auditor, now=NOW)
    assert value.is_small
    assert not KpiValue.objects.visible_to(None).exists()
    assert not KpiValue.objects.visible_to(world.south.kpi_auditor).exists()
    assert KpiValue.objects.visible_to(world.north.manager).exists()


def test_who_entered_a_record_behind_it_does_not_verify(world):
    stay = came(world)
    audit.record("core.added", stay, actor=world.north.kpi_auditor)
    value = frozen(world)
    with pytest.raises(StepError, match="Somebody else"):
        verify(kpi_value=value, actor=world.north.kpi_auditor, now=NOW)
    assert not KpiValue.objects.get().is_verified


def test_what_the_verifier_entered_elsewhere_does_not_matter(world):
    came(world)
    other = world.south.stay("closed", start_on=D(2025, 6, 1), end_on=D(2025, 6, 10))
    audit.record("core.added", other, actor=world.north.kpi_auditor)
    assert verify(kpi_value=frozen(world), actor=world.north.kpi_auditor, now=NOW).is_verified


@pytest.mark.parametrize("who", ["alliance_admin", "manager", "stranger"])
def test_only_the_statistics_office_verifies(world, who):
    came(world)
    value = frozen(world)
    with pytest.raises(PermissionDenied):
        verify(kpi_value=value, actor=getattr(world.north, who), now=NOW)


def test_a_verified_value_is_not_verified_again_and_an_old_edition_never(world):
    came(world)
    first = frozen(world)
    came(world)
    frozen(world, reason="Late")
    with pytest.raises(StepError, match="newer edition"):
        verify(kpi_value=first, actor=world.north.kpi_auditor, now=NOW)
    newest = KpiValue.objects.get(edition=2)
    verify(kpi_value=newest, actor=world.north.kpi_auditor, now=NOW)
    with pytest.raises(PermissionDenied):
        verify(kpi_value=newest, actor=world.north.kpi_auditor, now=NOW)


def test_the_database_refuses_a_second_row_of_an_edition(world):
    came(world)
    value = frozen(world)
    value.pk, value.public_id = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        KpiValue.objects.bulk_create([KpiValue(kpi=KpiDefinition.objects.get(code="X04"), subject=value.subject,
                                               period=value.period, edition=1, keys_hash="", as_of=TODAY,
                                               frozen_by=world.north.kpi_auditor)])  # fmt: skip


# -- as a table --------------------------------------------------------------------------------------------------------
def table_of(actor) -> list[dict[str, str]]:
    resource = registry.find("kpi_values")
    rows = exporting.rows_of(resource, export_queryset(resource=resource, actor=actor), reader=actor, complete=True)
    return [dict(zip(resource.header(complete=True), row, strict=True)) for row in rows]


def test_frozen_values_go_out_and_the_same_file_changes_nothing(world):
    came(world)
    frozen(world)
    (row,) = table_of(world.north.kpi_auditor)
    assert (row["kpi_code"], row["period"], row["value"]) == ("X04", "2025-04-01/2026-03-31", "10")
    result = import_rows(registry.find("kpi_values"), [row], user=world.north.kpi_auditor)
    assert (result.problems, result.unchanged) == ([], 1)
    assert table_of(world.south.kpi_auditor) == []


def test_no_file_adds_or_changes_a_frozen_value(world):
    came(world)
    frozen(world)
    (row,) = table_of(world.north.kpi_auditor)
    for cells, sentence in (
        ({"value": "11"}, "changes only by a step in the portal"),
        ({"verified_at": NOW.isoformat()}, "changes only by a step in the portal"),
        ({"edition": "2"}, "Enter what others counted in “kpi_observations”."),
    ):
        result = import_rows(registry.find("kpi_values"), [{**row, **cells}], user=None)
        assert sentence in result.problems[0].message
    assert KpiValue.objects.get().value == 10
