"""New startups are counted once, existing firms never; supported ones on a day."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.core.workflow import StepError
from portal.reports.models import KpiDefinition, KpiTarget
from startups.models import CountingDecision, FundingRound, LegalEntity, Startup
from startups.progress import new_startups
from startups.querysets import STRATEGY_DAY
from startups.services import counting, money
from tests.factories.anything import make
from tests.factories.startups import FundingRoundFactory, StartupFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 2)


def counted(as_of=TODAY, rule_set="strategy_2020") -> list[str]:
    return sorted(Startup.objects.counted_as_new(as_of, rule_set).values_list("code", flat=True))


def decide(venture, counts=True, startup=None, actor=None, rule_set="strategy_2020"):
    return counting.decide(
        startup=startup or venture.startup, rule_set=rule_set, counts=counts, actor=actor or venture.manager,
        today=TODAY, reason="Register extract seen",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, True),
        ({"founded_on": dt.date(2020, 1, 21)}, True),
        ({"founded_on": dt.date(2020, 1, 20)}, False),
        ({"founded_on": dt.date(2020, 1, 1), "founded_precision": "year"}, False),  # nobody knows on which side
        ({"founded_on": dt.date(2021, 1, 1), "founded_precision": "year"}, True),
        ({"founded_on": None, "founded_precision": ""}, False),
        ({"founded_on": TODAY + dt.timedelta(days=1)}, False),
        ({"origin_kind": "unknown"}, False),
        ({"origin_kind": "company"}, True),
        ({"technology_area": None}, False),
        ({"relation": "named_in_strategy"}, False),
        ({"relation": "applicant", "state": "applied"}, False),  # no venture of the alliance, whatever becomes of it
        ({"state": "closed_down"}, True),  # founded is founded
    ],
)
def test_the_rule_of_the_strategy(venture, fields, counts):
    decide(venture)
    Startup.objects.update(**fields)
    assert (counted() == ["north-startup"]) is counts


def test_nothing_counts_before_somebody_has_approved_it(venture):
    assert counted() == [] and Startup.objects.undecided_as_new(TODAY).count() == 1
    decide(venture, counts=False)
    assert counted() == [] and not Startup.objects.undecided_as_new(TODAY).exists()


def test_a_person_may_take_one_out_and_never_put_in_what_the_rule_forbids(venture):
    decide(venture, counts=False)
    assert counted() == []
    decide(venture, counts=True)
    assert counted() == ["north-startup"] and CountingDecision.objects.count() == 1
    for fields in ({"relation": "named_in_strategy"}, {"founded_on": dt.date(2019, 5, 1)}):
        startup = StartupFactory(cohort=venture.cohort, **fields)
        with pytest.raises(StepError):
            decide(venture, startup=startup)
        decide(venture, counts=False, startup=startup)


def test_who_decides_is_the_desk_and_not_the_founder(venture):
    for user in (venture.founder, venture.mentor, venture.partner, venture.auditor):
        with pytest.raises(PermissionDenied):
            decide(venture, actor=user)


def test_a_decision_names_who_decided_why_and_when(venture):
    decision = decide(venture, actor=venture.admin)
    assert (decision.decided_by, decision.decided_on, decision.reason) == (
        venture.admin.person, TODAY, "Register extract seen",
    )  # fmt: skip


def test_two_legal_entities_of_one_venture_and_two_records_of_it_count_once(venture):
    for country, name in (("JP", "North KK"), ("US", "North Inc.")):
        LegalEntity.objects.create(startup=venture.startup, country=country, name=name)
    StartupFactory(
        same_venture_as=venture.startup, technology_area=venture.startup.technology_area, cohort=venture.cohort
    )
    decide(venture)
    assert counted() == ["north-startup"]
    assert Startup.objects.supported(TODAY).count() == 1


def test_both_partners_count_it_and_the_alliance_once(venture):
    """Each partner counts it: where it came out of, and whose programme it is in."""
    decide(venture)
    rows = Startup.objects.counted_as_new(TODAY)
    assert rows.of_partner(venture.side.home.pk).count() == rows.of_partner(venture.side.host.pk).count() == 1
    assert rows.of_partner(venture.side.elsewhere.pk).count() == 0
    assert rows.count() == 1


def test_other_rule_sets_count_only_what_was_decided_under_them(venture):
    assert counted(rule_set="meti_like") == []
    decide(venture, rule_set="meti_like")
    assert counted(rule_set="meti_like") == ["north-startup"] and counted(rule_set="autm_like") == []


class Splitting(TestCase):
    @given(st.lists(st.dates(dt.date(2018, 1, 1), dt.date(2027, 1, 1)), max_size=6), st.dates(STRATEGY_DAY, TODAY))
    def test_the_number_never_falls_as_time_goes_on(self, founded, day):
        from portal.alliances.models import TechnologyArea

        area, _is_new = TechnologyArea.objects.get_or_create(code="x", defaults={"name_en": "x"})
        Startup.objects.all().delete()
        for founded_on in founded:
            startup = StartupFactory(founded_on=founded_on, technology_area=area)
            CountingDecision.objects.create(startup=startup, counts=True, reason="Register", decided_on=TODAY)
        expected = sum(STRATEGY_DAY <= founded_on <= day for founded_on in founded)
        assert Startup.objects.counted_as_new(day).count() == expected


@pytest.mark.parametrize(
    ("fields", "day", "is_supported"),
    [
        ({}, dt.date(2026, 3, 31), False),
        ({}, dt.date(2026, 4, 1), True),
        ({"state": "graduated", "left_on": dt.date(2026, 10, 1)}, dt.date(2026, 9, 30), True),
        ({"state": "graduated", "left_on": dt.date(2026, 10, 1)}, dt.date(2026, 10, 1), False),
        ({"state": "paused", "paused_on": dt.date(2026, 6, 1)}, dt.date(2026, 5, 31), True),
        ({"state": "paused", "paused_on": dt.date(2026, 6, 1)}, dt.date(2026, 6, 1), False),
        ({"admitted_on": None}, dt.date(2026, 4, 1), True),  # the first day of the cohort stands in
        ({"admitted_on": None}, dt.date(2026, 3, 31), False),
        ({"state": "applied", "admitted_on": None}, TODAY, False),
        ({"state": "declined", "admitted_on": None}, TODAY, False),
    ],
)
def test_supported_on_a_day(venture, fields, day, is_supported):
    Startup.objects.update(**fields)
    assert Startup.objects.supported(day).exists() is is_supported


def test_progress_shows_what_was_approved_against_the_target_on_record(venture, settings):
    assert new_startups(TODAY) is None
    definition = make(KpiDefinition, code="S01", deep=False)
    KpiTarget.objects.create(
        kpi=definition, target_value=10, comparator=">=", from_date=STRATEGY_DAY, by_date=dt.date(2030, 1, 20),
        text_en="Ten", text_ja="十", scope="Japan",
    )  # fmt: skip
    assert new_startups(TODAY).reached == 0
    decide(venture)
    progress = new_startups(TODAY)
    assert (progress.reached, progress.target, progress.until) == (1, 10, dt.date(2030, 1, 20))
    Startup.objects.update(is_demo=True)
    settings.PORTAL_DEMO = False
    assert new_startups(TODAY).reached == 0


# -- money -------------------------------------------------------------------------------------------------------------
def test_an_undisclosed_round_counts_as_a_round_and_stands_in_no_sum(venture):
    FundingRoundFactory(startup=venture.startup)
    FundingRoundFactory(startup=venture.startup, amount=None, currency="", is_undisclosed=True)
    FundingRoundFactory(startup=venture.startup, amount=5, currency="JPY", is_undisclosed=True)
    assert FundingRound.objects.count() == 3
    assert [row.amount for row in FundingRound.objects.disclosed()] == [Decimal(1_000_000)]
    assert [row.in_jpy for row in FundingRound.objects.filter(is_undisclosed=True)] == [None, None]


def test_a_round_is_converted_by_a_rate_with_day_and_source_and_keeps_its_amount(venture):
    row = FundingRoundFactory(startup=venture.startup, closed_on=dt.date(2026, 7, 3))
    row = money.convert(funding_round=row, actor=venture.manager)
    assert (row.amount, row.currency, row.in_jpy, row.in_usd) == (1_000_000, "USD", 155_000_000, 1_000_000)
    assert (row.rate_on, row.rate_source) == (dt.date(2026, 6, 30), "Example bank")


def test_without_a_rate_up_to_the_day_nothing_is_converted(venture):
    row = FundingRoundFactory(startup=venture.startup, closed_on=dt.date(2026, 6, 29))
    with pytest.raises(StepError, match="USD"):
        money.convert(funding_round=row, actor=venture.manager)


def test_a_round_is_verified_by_the_desk_with_evidence_and_by_no_mentor(venture):
    row = FundingRoundFactory(startup=venture.startup, evidence_en="")
    with pytest.raises(StepError):
        money.verify(funding_round=row, actor=venture.manager, today=TODAY)
    FundingRound.objects.update(evidence_en="Agreement")
    venture.startup.mentors.create(person=venture.colleague.person, state="confirmed")
    for user in (venture.colleague, venture.founder, venture.partner):
        with pytest.raises(PermissionDenied):
            money.verify(funding_round=row, actor=user, today=TODAY)
    row = money.verify(funding_round=row, actor=venture.manager, today=TODAY)
    assert FundingRound.objects.verified().exists() and row.verified_by == venture.manager.person
    money.take_back(funding_round=row, actor=venture.manager, reason="Another day")
    assert not FundingRound.objects.verified().exists()
