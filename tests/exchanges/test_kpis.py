"""The figures about applications and stays, worked out by hand, and the laws they obey."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchanges.models import Approval, Stay, StayTask
from portal.alliances.models import Outcome
from portal.figures import Period, Subject, SubjectError, codes, compute
from portal.screening.models import Screening
from tests.factories import OfferFactory, PersonFactory, ScreeningFactory
from tests.factories.organisations import OrganisationFactory, OutcomeFactory

pytestmark = pytest.mark.django_db
D = dt.date
FY2025 = Period.fiscal(2025)
TODAY = D(2027, 1, 15)


def north(world) -> Subject:
    return Subject.of("alliance", world.north.alliance)


def value(code: str, subject=None, period=FY2025, **options):
    return compute(code, subject=subject, period=period, today=TODAY, **options).value


def came(side, first: D, last: D, state="closed", **fields) -> Stay:
    """A stay with its days; each by another person unless one is named."""
    return side.stay(state, **{"person": PersonFactory(), "start_on": first, "end_on": last, **fields})


# -- fellows -----------------------------------------------------------------------------------------------------------
def test_a_person_who_came_twice_is_one_fellow(world):
    person = PersonFactory()
    came(world.north, D(2025, 4, 1), D(2025, 4, 10), person=person)
    came(world.north, D(2026, 3, 31), D(2026, 4, 10), "active", person=person)
    came(world.north, D(2025, 6, 1), D(2025, 6, 1), "arrived")
    result = compute("X01", subject=north(world), period=FY2025)
    assert result.value == 2
    assert sorted(result.ids()) == sorted({stay.person.code for stay in Stay.objects.all()})


@pytest.mark.parametrize("state", ["planned", "pre_arrival", "cancelled", "no_show"])
def test_who_has_not_come_is_no_fellow(world, state):
    came(world.north, D(2025, 6, 1), D(2025, 6, 30), state)
    assert value("X01", north(world)) == 0
    assert value("X04", north(world)) == 0


def test_the_real_first_day_decides_the_year(world):
    came(world.north, D(2025, 3, 30), D(2025, 6, 1), arrived_on=D(2025, 4, 2))
    assert value("X01", north(world)) == 1
    assert value("X01", north(world), Period.fiscal(2024)) == 0


def test_overseas_means_a_home_institution_in_another_country_than_the_host(world):
    came(world.north, D(2025, 5, 1), D(2025, 5, 9))  # home in the US, host in Japan
    came(world.north, D(2025, 5, 1), D(2025, 5, 9))
    came(world.north, D(2025, 5, 1), D(2025, 5, 9), home_organisation=OrganisationFactory(country="JP"))
    result = compute("X02", subject=north(world), period=FY2025)
    assert (result.numerator, result.denominator, result.text) == (2, 3, "66.7 %")
    assert len(result.ids()) == 2
    assert len(result.base_ids()) == 3


def test_an_unknown_home_is_unknown_and_not_domestic(world):
    came(world.north, D(2025, 5, 1), D(2025, 5, 9))
    came(world.north, D(2025, 5, 1), D(2025, 5, 9), home_organisation=None)
    result = compute("X02", subject=north(world), period=FY2025)
    assert (result.numerator, result.denominator, result.unknown) == (1, 2, 1)


def test_where_no_home_is_known_there_is_no_share(world):
    came(world.north, D(2025, 5, 1), D(2025, 5, 9), home_organisation=None)
    result = compute("X02", subject=north(world), period=FY2025)
    assert (result.value, result.text, result.unknown) == (None, "—", 1)


def test_home_institutions_are_counted_once(world):
    other = OrganisationFactory(country="FR")
    for home in (world.north.home_unit, world.north.home_unit, other, None):
        came(world.north, D(2025, 5, 1), D(2025, 5, 9), home_organisation=home)
    result = compute("X03", subject=north(world), period=FY2025)
    assert (result.value, result.unknown) == (2, 1)
    assert sorted(result.ids()) == sorted([other.code, world.north.home_unit.code])


def test_people_are_split_by_category_and_direction(world):
    for stage, direction in (("doctoral_student", "inbound"), ("master_student", "inbound"), ("faculty", "outbound")):
        came(world.north, D(2025, 5, 1), D(2025, 5, 9), person=PersonFactory(career_stage=stage), direction=direction)
    came(world.north, D(2025, 5, 1), D(2025, 5, 9))
    result = compute("X07", subject=north(world), period=FY2025)
    assert result.value == 4
    assert {part.key: part.value for part in result.parts()} == {
        "student.inbound": 2,
        "faculty.outbound": 1,
        "unknown.inbound": 1,
    }


# -- days --------------------------------------------------------------------------------------------------------------
def test_ninety_days_from_the_first_of_june_end_on_29_august(world):
    came(world.north, D(2025, 6, 1), D(2025, 8, 29))
    assert value("X04", north(world)) == 90
    assert value("X05", north(world)) == 90


def test_a_one_day_visit_is_one_day(world):
    came(world.north, D(2025, 7, 7), D(2025, 7, 7))
    assert value("X04", north(world)) == 1


def test_a_stay_over_31_march_is_split_between_two_years(world):
    came(world.north, D(2026, 2, 16), D(2026, 4, 24))
    assert value("X04", north(world)) == 44
    assert value("X04", north(world), Period.fiscal(2026)) == 24
    assert value("X04", north(world), Period.whole()) == 68


def test_days_really_spent_count_where_they_are_known(world):
    came(world.north, D(2025, 6, 1), D(2025, 6, 30), arrived_on=D(2025, 6, 3), departed_on=D(2025, 6, 12))
    assert value("X04", north(world)) == 10


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stays=st.lists(st.tuples(st.dates(D(2025, 1, 1), D(2026, 12, 31)), st.integers(0, 200)), max_size=6),
    cut=st.dates(D(2025, 4, 1), D(2026, 3, 30)),
)
def test_splitting_a_period_and_adding_gives_the_whole(world, stays, cut):
    Stay.objects.all().delete()
    for first, days in stays:
        came(world.north, first, first + dt.timedelta(days=days))
    before, after = Period(FY2025.first, cut), Period(cut + dt.timedelta(days=1), FY2025.last)
    for code in ("X04", "X16"):
        whole = compute(code, period=FY2025, today=TODAY)
        parts = [compute(code, period=part, today=TODAY) for part in (before, after)]
        assert (whole.value or 0) == sum(part.value or 0 for part in parts)
        assert whole.unknown == sum(part.unknown for part in parts)
    # People are another matter: who comes in both parts is one person, never two.
    people = [set(compute("X01", period=part).ids()) for part in (before, after)]
    assert compute("X01", period=FY2025).value == len(people[0] | people[1])
    by_hand = sum(
        max(0, (min(first + dt.timedelta(days=days), FY2025.last) - max(first, FY2025.first)).days + 1)
        for first, days in stays
    )
    assert value("X04", north(world)) == by_hand


def test_balance_is_outbound_days_for_each_inbound_one_and_a_dash_without_any(world):
    assert value("X06", north(world)) is None
    came(world.north, D(2025, 5, 1), D(2025, 5, 30), direction="inbound")
    came(world.north, D(2025, 5, 1), D(2025, 5, 15), direction="outbound")
    result = compute("X06", subject=north(world), period=FY2025)
    assert (result.numerator, result.denominator, result.value, result.text) == (15, 30, Decimal("0.5"), "0.5")


def test_short_trips_are_shorter_than_thirty_days_and_their_purpose_is_known(world):
    def trip(days, purpose):
        application = world.north.application("selected", purpose=purpose, applicant=PersonFactory())
        first = D(2025, 5, 1)
        came(world.north, first, first + dt.timedelta(days=days - 1), application=application)

    trip(29, "lab_visit")
    trip(29, "short_trip")
    trip(30, "lab_visit")
    trip(5, "internship")
    came(world.north, D(2025, 5, 1), D(2025, 5, 2))
    result = compute("X16", subject=north(world), period=FY2025)
    assert (result.value, result.unknown) == (2, 1)


# -- selection ---------------------------------------------------------------------------------------------------------
def test_selection_rate_leaves_out_the_ineligible_and_who_withdrew_before_the_decision(world):
    def handed_in(state, **fields):
        return world.north.application(state, applicant=PersonFactory(), decided_on=D(2025, 6, 1), **fields)

    for state in ("selected", "declined", "declined", "waitlisted", "ineligible", "withdrawn", "under_review"):
        handed_in(state)
    withdrew_late = handed_in("withdrawn")
    OfferFactory(application=withdrew_late, state="declined")
    result = compute("X08", subject=Subject.of("call", world.north.call))
    assert (result.numerator, result.denominator, result.value) == (2, 5, 40)


def test_time_to_decision_counts_from_closing_or_from_submission(world):
    call = world.north.call
    type(call).objects.filter(pk=call.pk).update(closes_on=D(2025, 5, 1), intake_mode="window")
    for day in (D(2025, 5, 11), D(2025, 5, 21)):
        world.north.application("selected", applicant=PersonFactory(), decided_on=day)
    assert compute("X09", subject=Subject.of("call", call)).value == 15
    type(call).objects.filter(pk=call.pk).update(closes_on=None, intake_mode="rolling")
    type(call.applications.first()).objects.update(submitted_at=dt.datetime(2025, 5, 1, 3, tzinfo=dt.UTC))
    world.north.application(
        "declined", applicant=PersonFactory(), decided_on=D(2025, 5, 4),
        submitted_at=dt.datetime(2025, 5, 1, 3, tzinfo=dt.UTC),
    )  # fmt: skip
    assert compute("X09", subject=Subject.of("call", call)).value == 10


# -- export control ----------------------------------------------------------------------------------------------------
def consent(application, part, at):
    return Approval.objects.create(
        application=application, part=part, state="approved", asked_at=at, decided_at=at,
        due_on=at.date(), application_version=1,
    )  # fmt: skip


def test_screening_comes_before_the_later_of_the_hosts_two_signatures(world):
    def case(screened, researcher, unit):
        application = world.north.application("selected", applicant=PersonFactory())
        came(world.north, D(2025, 8, 1), D(2025, 8, 9), application=application)
        ScreeningFactory(application=application, organisation=world.north.host, decided_at=screened)
        consent(application, "host_researcher", researcher)
        if unit:
            consent(application, "host_unit_head", unit)

    def day(number):
        return dt.datetime(2025, 6, number, tzinfo=dt.UTC)

    case(day(5), day(4), day(6))  # before the consent was complete
    case(day(7), day(4), day(6))  # after it
    case(day(5), day(6), None)  # no consent yet
    result = compute("C13", subject=north(world), period=FY2025)
    assert (result.numerator, result.denominator, result.value) == (1, 2, 50)


def test_screening_time_is_the_median_in_days(world):
    for days in (2, 4, 10):
        handed_in = dt.datetime(2025, 6, 1, 3, tzinfo=dt.UTC)
        ScreeningFactory(
            application=world.north.application(applicant=PersonFactory()),
            organisation=world.north.host,
            submitted_at=handed_in,
            decided_at=handed_in + dt.timedelta(days=days),
        )
    result = compute("C14", subject=north(world), period=FY2025)
    assert (result.value, result.denominator, result.text) == (4, 3, "4 days")
    assert len(result.ids()) == Screening.objects.count()
    assert compute("C14", subject=north(world), period=Period.fiscal(2024)).value is None


def test_exit_pledges_count_when_signed_by_the_last_day(world):
    def left(state, done_on, item="JI22"):
        stay = came(world.north, D(2025, 6, 1), D(2025, 6, 30))
        StayTask.objects.create(
            stay=stay, item_code=item, sort_order=1, text_en="Pledge", owner_role="export_officer", anchor="end",
            offset=-14, offset_unit="days", due_on=D(2025, 6, 16), state=state, done_on=done_on,
        )  # fmt: skip

    left("done", D(2025, 6, 30))
    left("done", D(2025, 7, 1))
    left("open", None)
    left("waived", None)
    left("done", D(2025, 6, 1), item="JI14")
    result = compute("C15", subject=north(world), period=FY2025)
    assert (result.numerator, result.denominator) == (1, 3)


# -- what follows from a stay ------------------------------------------------------------------------------------------
def test_extensions_of_the_stays_that_ended(world):
    came(world.north, D(2025, 6, 1), D(2025, 7, 7), original_end_on=D(2025, 6, 30))
    came(world.north, D(2025, 6, 1), D(2025, 6, 20), original_end_on=D(2025, 6, 30))
    came(world.north, D(2025, 6, 1), D(2025, 6, 30), "active", original_end_on=D(2025, 6, 1))
    result = compute("X12", subject=north(world), period=FY2025)
    assert (result.numerator, result.denominator) == (1, 2)


def test_reports_are_in_time_until_their_day_and_count_from_then_on(world):
    def due(day, received):
        came(world.north, D(2025, 6, 1), D(2025, 6, 30), report_due_on=day, report_received_on=received)

    due(D(2025, 7, 30), D(2025, 7, 30))
    due(D(2025, 7, 30), D(2025, 7, 31))
    due(D(2025, 7, 30), None)
    result = compute("X13", subject=north(world), period=FY2025, today=D(2025, 8, 1))
    assert (result.numerator, result.denominator) == (1, 3)
    early = compute("X13", subject=north(world), period=FY2025, today=D(2025, 7, 29))
    assert (early.value, early.text) == (None, "—")


def test_papers_of_stays_are_verified_and_linked(world):
    stay = came(world.north, D(2024, 6, 1), D(2024, 6, 30))
    for state, published, linked in (
        ("verified", D(2025, 6, 1), stay),
        ("published", None, stay),
        ("reported", D(2025, 6, 1), stay),
        ("verified", D(2025, 6, 1), None),
    ):
        OutcomeFactory(state=state, published_on=published, stay=linked)
    result = compute("X14", subject=north(world), period=FY2025)
    assert (result.value, result.unknown) == (1, 1)
    assert [(part.key, part.value) for part in result.parts()] == [("per_ten_stays", 10)]


def test_links_continue_within_36_months_of_leaving(world):
    def alumna():
        return came(world.north, D(2022, 6, 1), D(2022, 6, 30)).person

    came(world.north, D(2025, 6, 30), D(2025, 7, 9), person=alumna())  # on the last day of her 36 months
    came(world.north, D(2025, 7, 1), D(2025, 7, 9), person=alumna())  # a day too late
    OutcomeFactory(state="verified", published_on=D(2024, 1, 1)).people.add(alumna())
    alumna()
    result = compute("X17", subject=north(world), period=Period.fiscal(2022), today=D(2025, 7, 10))
    assert (result.numerator, result.denominator) == (2, 4)
    running = compute("X17", subject=north(world), period=Period.fiscal(2022), today=D(2025, 6, 30))
    assert running.value is None


# -- laws of all figures -----------------------------------------------------------------------------------------------
def test_two_alliances_never_mix(world):
    came(world.north, D(2025, 6, 1), D(2025, 6, 10))
    came(world.south, D(2025, 6, 1), D(2025, 6, 20), direction="outbound")
    south = Subject.of("alliance", world.south.alliance)
    assert (value("X04", north(world)), value("X04", south), value("X04")) == (10, 20, 30)


def test_the_whole_is_for_the_desks_of_the_subject_and_strangers_see_their_own_rows(world):
    came(world.north, D(2025, 6, 1), D(2025, 6, 10))
    for user in (world.north.kpi_auditor, world.north.alliance_admin, world.north.home_office, world.north.manager):
        result = compute("X04", subject=north(world), period=FY2025, user=user)
        assert (result.value, result.is_whole) == (10, True)
    for user in (world.south.manager, world.north.stranger):
        result = compute("X04", subject=north(world), period=FY2025, user=user)
        assert (result.value, result.is_whole) == (0, False)


def test_drill_down_shows_only_what_the_person_may_see(world):
    came(world.north, D(2025, 6, 1), D(2025, 6, 10))
    result = compute("X04", subject=north(world), period=FY2025)
    assert [rows.count() for rows in result.rows(world.north.manager)] == [1]
    # The statistics office reads the figure, not the stays of people.
    assert [rows.count() for rows in result.rows(world.north.kpi_auditor)] == [0]
    assert [rows.count() for rows in result.rows(world.south.manager)] == [0]


def test_invented_rows_stay_out_unless_the_portal_is_a_demonstration(world, settings):
    settings.PORTAL_DEMO = False
    came(world.north, D(2025, 6, 1), D(2025, 6, 10), source="invented")
    came(world.north, D(2025, 6, 1), D(2025, 6, 10))
    assert value("X04", north(world)) == 10
    assert value("X04", north(world), with_demo=True) == 20
    settings.PORTAL_DEMO = True
    result = compute("X04", subject=north(world), period=FY2025)
    assert (result.value, result.has_demo()) == (20, True)


def test_few_people_are_recognised_and_said_to_be(world):
    for _number in range(4):
        came(world.north, D(2025, 6, 1), D(2025, 6, 10))
    assert compute("X01", subject=north(world), period=FY2025).is_small
    assert not compute("X04", subject=north(world), period=FY2025).is_small
    came(world.north, D(2025, 6, 1), D(2025, 6, 10))
    assert not compute("X01", subject=north(world), period=FY2025).is_small
    # Five from overseas and one from here: the one is a small cell.
    came(world.north, D(2025, 6, 1), D(2025, 6, 10), home_organisation=OrganisationFactory(country="JP"))
    assert compute("X02", subject=north(world), period=FY2025).is_small


def test_a_figure_refuses_a_subject_it_is_not_counted_for(world):
    with pytest.raises(SubjectError, match="alliance, programme"):
        compute("X04", subject=Subject("event", "x", world.north.alliance))


@pytest.mark.parametrize("code", [code for code in codes() if code[0] in "CX" and code != "C16"])
def test_every_figure_answers_for_each_kind_of_subject_without_rows(world, code):
    subjects = [None, north(world), Subject.of("programme", world.north.programme)]
    subjects += [Subject.of("call", world.north.call), Subject.of("organisation", world.north.host)]
    for subject in subjects:
        for period in (Period.whole(), FY2025, Period.on(D(2026, 3, 31))):
            try:
                result = compute(code, subject=subject, period=period)
            except SubjectError:
                continue
            assert result.missing or result.value in (None, 0)
            assert result.text in ("—", "0", "0 days", "0 %")
            assert result.ids() == []


@pytest.mark.parametrize("code", [code for code in codes() if code[0] == "X"])
def test_a_figure_takes_as_many_statements_for_many_rows_as_for_few(world, code, django_assert_max_num_queries):
    for number in range(3):
        came(world.north, D(2025, 6, 1), D(2025, 6, 1 + number))
    with django_assert_max_num_queries(2):
        compute(code, subject=north(world), period=FY2025)


def test_outcomes_of_invented_stays_are_no_new_link(world, settings):
    settings.PORTAL_DEMO = False
    person = came(world.north, D(2022, 6, 1), D(2022, 6, 30)).person
    OutcomeFactory(state="verified", published_on=D(2023, 1, 1), source="invented").people.add(person)
    assert Outcome.objects.get().is_demo
    assert compute("X17", subject=north(world), period=Period.fiscal(2022), today=timezone.localdate()).numerator == 0
