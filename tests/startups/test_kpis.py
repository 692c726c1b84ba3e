"""Figures of startups, cohorts, milestones and money, worked out by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from portal.alliances.models import AllianceMember, TechnologyArea
from portal.figures import Period, Subject, compute
from startups.models import CountingDecision
from tests.factories import ProgrammeFactory
from tests.factories.startups import CohortFactory, FundingRoundFactory, MilestoneFactory, StartupFactory

pytestmark = pytest.mark.django_db
D = dt.date
TODAY, DAY = D(2027, 1, 15), D(2026, 6, 30)


@pytest.fixture
def cohort(world):
    return CohortFactory(programme=world.north.programme)


@pytest.fixture
def firm(cohort):
    area = TechnologyArea.objects.create(code="qubits", name_en="Qubits")

    def make(**fields):
        return StartupFactory(**{"cohort": cohort, "technology_area": area, **fields})

    return make


def asked(code, subject=None, period=None, **more):
    return compute(code, subject=subject, period=period, today=TODAY, **more)


def about(cohort) -> Subject:
    return Subject.of("cohort", cohort)


def north(world) -> Subject:
    return Subject.of("alliance", world.north.alliance)


def approve(startup):
    CountingDecision.objects.create(startup=startup, counts=True, reason="Register", decided_on=D(2022, 1, 1))


def test_new_startups_are_founded_since_the_strategy(world, firm):
    new = firm(founded_on=D(2020, 1, 21))
    approve(new)
    firm(founded_on=D(2022, 1, 1))  # nobody has decided upon it
    firm(founded_on=D(2022, 1, 1), relation="applicant")
    firm(founded_on=D(2020, 1, 20))
    firm(founded_on=D(2020, 1, 1), founded_precision="year")  # perhaps before, perhaps after
    firm(founded_on=D(2024, 1, 1), origin_kind="unknown")
    firm(founded_on=D(2021, 1, 1), relation="named_in_strategy")
    firm(same_venture_as=new, founded_on=D(2021, 1, 1))
    refused = firm(founded_on=D(2021, 1, 1))
    CountingDecision.objects.create(startup=refused, counts=False, reason="Same firm", decided_on=D(2022, 1, 1))
    result = asked("S01", north(world), Period.on(D(2026, 12, 31)))
    assert (result.value, result.unknown) == (1, 3)
    assert result.ids() == [new.code]
    assert asked("S01", north(world), Period.on(D(2020, 1, 20))).value == 0


def test_a_startup_of_two_universities_counts_once_for_the_alliance_and_once_for_each(world, firm):
    approve(firm(origin_organisation=world.north.home))
    assert asked("S01", north(world)).value == 1
    for organisation in (world.north.home, world.north.host):
        assert asked("S01", Subject.of("organisation", organisation)).value == 1


def test_a_startup_in_a_cohort_is_new_for_the_alliance_of_its_programme_alone(world, firm):
    """Its university may be a member of several; without a cohort of an alliance it counts where it came out of."""
    AllianceMember.objects.create(alliance=world.south.alliance, organisation=world.north.home)
    supported = firm(origin_organisation=world.north.home)
    free = firm(origin_organisation=world.north.home, cohort=None)
    outside = ProgrammeFactory(owner=world.north.home, alliance=None)
    elsewhere = firm(origin_organisation=world.north.home, cohort=CohortFactory(programme=outside))
    for startup in (supported, free, elsewhere):
        approve(startup)
    firm(origin_organisation=world.north.home, founded_on=D(2022, 1, 1))  # nobody has decided upon it
    south = Subject.of("alliance", world.south.alliance)
    counted = {subject: asked("S01", subject) for subject in (north(world), south, None)}
    assert set(counted[north(world)].ids()) == set(counted[None].ids()) == {supported.code, free.code, elsewhere.code}
    assert set(counted[south].ids()) == {free.code, elsewhere.code}
    assert (counted[north(world)].unknown, counted[south].unknown) == (1, 0)


@pytest.mark.parametrize("code", ["S02", "S03", "S07"])
def test_an_alliance_supports_whom_its_programmes_support(world, firm, code):
    """Not everybody who came out of one of its members."""
    state = {} if code == "S02" else {"state": "graduated", "left_on": D(2025, 9, 30)}
    firm(origin_organisation=world.south.home, admitted_on=D(2025, 4, 1), **state)
    own, other = (asked(code, Subject.of("alliance", side.alliance)) for side in (world.north, world.south))
    assert own.value and (other.value or 0) == 0
    assert (own.denominator or 0, other.denominator or 0) == ((0, 0) if code == "S02" else (1, 0))
    assert asked(code, Subject.of("organisation", world.south.home)).value  # once for each partner


def test_supported_on_a_day(cohort, firm):
    firm(admitted_on=D(2026, 4, 1))
    firm(admitted_on=D(2026, 4, 1), state="graduated", left_on=D(2026, 9, 30))
    firm(state="applied")
    assert asked("S02", about(cohort), Period.on(D(2026, 9, 29))).value == 2
    assert asked("S02", about(cohort), Period.on(D(2026, 9, 30))).value == 1


def test_yield_of_a_cohort_keeps_who_closed_down_in_the_denominator(cohort, firm):
    for state in ("graduated", "exited", "closed_down", "active", "applied", "declined"):
        firm(state=state)
    result = asked("S03", about(cohort))
    assert (result.numerator, result.denominator, result.value) == (2, 4, 50)


def test_milestones_are_verified_by_their_day_and_waived_ones_left_out(cohort, firm):
    startup = firm()

    def due(state, due_on=DAY, verified_on=None):
        MilestoneFactory(startup=startup, cohort=cohort, state=state, due_on=due_on, verified_on=verified_on)

    due("verified", verified_on=D(2026, 6, 30))
    due("verified", verified_on=D(2026, 7, 1))
    due("missed")
    due("waived")
    due("planned", due_on=D(2027, 1, 16))
    result = asked("S04", about(cohort))
    assert (result.numerator, result.denominator) == (1, 3)


def test_money_is_converted_at_its_stored_rate_and_undisclosed_amounts_stand_in_no_sum(cohort, firm):
    startup = firm()
    rates = {"rate_to_jpy": Decimal(150), "rate_to_usd": Decimal(1), "verified_on": D(2026, 6, 1)}
    FundingRoundFactory(startup=startup, amount=Decimal(1000), **rates)
    FundingRoundFactory(startup=startup, amount=None, currency="", is_undisclosed=True, verified_on=D(2026, 6, 1))
    FundingRoundFactory(startup=startup, amount=Decimal(7), currency="EUR", verified_on=D(2026, 6, 1))
    FundingRoundFactory(startup=startup, amount=Decimal(999), verified_on=None)
    FundingRoundFactory(startup=startup, amount=Decimal(500), closed_on=D(2026, 3, 31), **rates)
    result = asked("S05", about(cohort), Period.fiscal(2026), tells_few=True)
    assert (result.value, result.unknown, result.text) == (150_000, 2, "JPY 150,000")
    assert {part.key: part.value for part in result.parts()} == {"in_usd": 1000, "USD": 1000, "EUR": 7}
    quarters = [
        asked("S05", about(cohort), Period.quarter(2026, number), tells_few=True).value for number in (1, 2, 3, 4)
    ]
    assert sum(quarters) == result.value


def test_nobody_reads_a_sum_of_money_that_stands_for_few_startups(cohort, firm):
    """Amounts are for the programme's team: a sum over one or two firms tells them to everybody who reads figures."""
    rates = {"rate_to_jpy": Decimal(150), "rate_to_usd": Decimal(1), "verified_on": D(2026, 6, 1)}
    assert not asked("S05", about(cohort), Period.fiscal(2026)).is_small  # nothing was raised: that is no secret
    for number in range(1, 6):
        startup = firm()
        FundingRoundFactory(startup=startup, **rates)
        FundingRoundFactory(startup=startup, **rates)
        result = asked("S05", about(cohort), Period.fiscal(2026))
        assert result.is_small is (number < 5)
        if number < 5:
            assert (result.value, result.parts(), result.text) == (None, [], "too few to tell")
        else:
            assert result.value == 10 * 1_000_000 * 150


def test_survival_counts_graduates_old_enough(cohort, firm):
    firm(state="graduated", left_on=D(2025, 12, 31))
    firm(state="closed_down", left_on=D(2025, 12, 31), ended_on=D(2026, 12, 31))  # on the day: not operating then
    firm(state="closed_down", left_on=D(2025, 6, 30), ended_on=D(2026, 7, 1))  # a day after its twelve months
    firm(state="graduated", left_on=D(2026, 6, 30))  # too young
    result = asked("S07", about(cohort))
    assert (result.numerator, result.denominator) == (2, 3)
    assert {part.key: part.value for part in result.parts()}["after_60"] is None
