"""Figures of agreements, hubs, laboratories, papers and IP, worked out by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from portal.alliances.models import AllianceMember, Facility, IPItem, OrganisationRole
from portal.figures import Part, Period, Subject, compute
from tests.factories import AgreementFactory, AllianceFactory, OrganisationFactory
from tests.factories.organisations import OutcomeFactory

pytestmark = pytest.mark.django_db
D = dt.date
TODAY, DAY = D(2026, 11, 21), D(2025, 6, 1)


def asked(code, subject=None, period=None):
    return compute(code, subject=subject, period=period or Period.on(DAY), today=TODAY)


def north(world) -> Subject:
    return Subject.of("alliance", world.north.alliance)


def agreed(world, **fields):
    parties = fields.pop("parties", [world.north.home, world.north.host])
    return AgreementFactory(
        **{"alliance": world.north.alliance, "state": "in_force", "in_force_from": D(2024, 1, 1), **fields},
        parties=parties,
    )


# -- agreements --------------------------------------------------------------------------------------------------------
def test_agreements_in_force_on_a_day_by_level(world):
    agreed(world, in_force_from=DAY)
    agreed(world, expires_on=DAY)
    agreed(world, level="bilateral_government", state="expired", expires_on=D(2026, 1, 1))
    agreed(world, in_force_from=D(2025, 6, 2))
    agreed(world, expires_on=D(2025, 5, 31))
    agreed(world, level="unit")
    agreed(world, state="signed")
    result = asked("C01", north(world))
    assert (result.value, result.unknown) == (3, 0)
    assert {part.key: part.value for part in result.parts()} == {"bilateral_government": 1, "institutional": 2}


def test_of_a_day_gone_by_the_state_of_today_tells_nothing(world):
    agreed(world, in_force_from=None)  # in force today, nobody knows since when
    agreed(world, state="terminated", expires_on=None)  # ended, nobody knows when
    agreed(world, in_force_from=None, signed_on=D(2025, 1, 1), signed_precision="year")
    assert (asked("C01", north(world)).value, asked("C01", north(world)).unknown) == (None, 3)
    now = asked("C01", north(world), Period.on(TODAY))
    assert (now.value, now.unknown) == (2, 0)


def test_partner_countries_are_those_of_the_other_side(world):
    world.north.alliance.lead = world.north.host  # in Japan
    agreed(world, level="bilateral_government")
    agreed(world, level="multilateral_government", parties=[world.north.host, OrganisationFactory(country="FR")])
    agreed(world, level="institutional", parties=[world.north.host, OrganisationFactory(country="DE")])
    result = asked("C02", north(world))
    assert result.value == 2  # the US and France
    assert len(result.ids()) == 2


def test_hubs_are_dated_members_of_a_national_network(world):
    network = AllianceFactory(kind="national_network")

    def hub(since, precision="day", until=None):
        AllianceMember.objects.create(
            alliance=network, organisation=OrganisationFactory(), since_on=since, since_precision=precision,
            until_on=until,
        )  # fmt: skip

    hub(D(2021, 2, 1), "month")
    hub(DAY)
    hub(D(2025, 6, 2))
    hub(D(2021, 2, 1), until=D(2025, 5, 31))
    hub(None, "unknown")
    hub(D(2025, 1, 1), "year")
    result = asked("C03", Subject.of("alliance", network))
    assert (result.value, result.unknown) == (2, 2)
    assert asked("C03", north(world)).value == 0


def test_a_joint_laboratory_needs_an_agreement_of_two_sides(world):
    def laboratory(organisation, **fields):
        Facility.objects.create(
            **{
                "code": f"lab-{Facility.objects.count()}", "organisation": organisation, "name_en": "Laboratory",
                "kind": "joint_laboratory", "status": "operating", "access_mode": "joint_project",
                "opened_on": D(2024, 1, 1), "opened_precision": "day", **fields,
            }
        )  # fmt: skip

    laboratory(world.north.host)
    assert asked("C08", north(world)).value == 0
    agreed(world)
    assert asked("C08", north(world)).value == 1
    laboratory(world.north.host, kind="clean_room")
    laboratory(world.north.host, status="closed")
    laboratory(world.north.host, opened_on=D(2025, 6, 2))
    laboratory(world.north.host, opened_on=None, opened_precision="")
    result = asked("C08", north(world))
    assert (result.value, result.unknown) == (1, 1)


# -- what came out of it -----------------------------------------------------------------------------------------------
def test_joint_papers_have_authors_on_two_sides_units_included(world):
    AllianceMember.objects.filter(alliance=world.north.alliance, organisation=world.north.host).update(side="jp")
    AllianceMember.objects.filter(alliance=world.north.alliance, organisation=world.north.home).update(side="us")

    def paper(*organisations, **fields):
        row = OutcomeFactory(**{"alliance": world.north.alliance, "state": "verified", "published_on": DAY, **fields})
        row.organisations.set(organisations)

    paper(world.north.host, world.north.home)
    paper(world.north.host_unit, world.north.home_unit)
    paper(world.north.host, world.north.host_unit)
    paper(world.north.host, world.north.elsewhere)
    paper(world.north.host, world.north.home, state="reported")
    paper(world.north.host, world.north.home, published_on=D(2024, 12, 31))
    paper(world.north.host, world.north.home, published_on=None)
    result = asked("C09", north(world), Period.calendar(2025))
    assert (result.value, result.unknown) == (2, 1)


def an_item(world, **fields):
    row = IPItem.objects.create(**{"code": f"ip-{IPItem.objects.count()}", "title_en": "Clamp", **fields})
    row.owners.set([world.north.host, world.north.home])
    return row


def test_the_open_or_closed_decision_comes_by_the_first_day(world):
    for decided in (D(2025, 5, 31), DAY, D(2025, 6, 2), None):
        an_item(world, kind="patent_family", project_start_on=DAY, decision_on=decided)
    an_item(world, kind="know_how", project_start_on=D(2026, 4, 1), decision_on=DAY)
    result = asked("C10", north(world), Period.fiscal(2025))
    assert (result.numerator, result.denominator, result.value) == (2, 4, 50)
    assert asked("C10", north(world), Period.fiscal(2020)).text == "—"


def test_filings_count_each_family_once_with_peripheral_patents_apart(world):
    an_item(world, kind="patent_family", state="filed", priority_date=DAY)
    an_item(world, kind="patent_family", state="granted", priority_date=DAY)
    an_item(world, kind="peripheral_patent", state="filed", priority_date=DAY)
    an_item(world, kind="patent_family", state="filed", priority_date=None)
    an_item(world, kind="patent_family", state="disclosed", priority_date=DAY)
    an_item(world, kind="know_how", state="secret", priority_date=DAY)
    result = asked("C11", north(world), Period.fiscal(2025))
    assert (result.value, result.unknown) == (3, 1)
    assert {part.key: part.value for part in result.parts()} == {"patent_family": 2, "peripheral_patent": 1}


def test_a_contribution_without_its_day_is_unknown_in_a_year(world):
    body = OrganisationFactory(kind="standards_body")
    an_item(world, kind="standard_contribution", state="submitted", standard_body=body)
    an_item(world, kind="standard_contribution", state="disclosed", standard_body=body)
    assert asked("C12", north(world), Period.whole()).value == 1
    result = asked("C12", north(world), Period.fiscal(2025))
    assert (result.value, result.unknown) == (None, 1)


# -- offices -----------------------------------------------------------------------------------------------------------
def office(organisation, effort, **fields) -> OrganisationRole:
    return OrganisationRole.objects.create(
        organisation=organisation,
        fte_percent=effort,
        **{
            "role_en": "Deputy Director",
            "person_family": f"Family {OrganisationRole.objects.count()}",
            "from_date": D(2025, 4, 1),
            "from_precision": "month",
            **fields,
        },
    )


def test_cross_appointments_add_up_the_shares_of_effort_of_the_day(world):
    office(world.north.host, 40)
    office(world.north.host, 25, to_date=DAY, to_precision="day")
    office(world.north.host, 100)  # gives all her time to one employer
    office(world.north.host, 0)  # an honorary office
    office(world.north.host, 50, from_date=D(2025, 6, 2), from_precision="day")
    office(world.north.host, 50, to_date=D(2025, 5, 31), to_precision="month")
    result = asked("X15", Subject.of("organisation", world.north.host))
    assert (result.value, result.unknown, result.text) == (Decimal("0.65"), 0, "0.65")
    assert len(result.ids()) == 2
    assert result.parts() == [Part("appointments", "cross-appointments", 2)]
    assert asked("X15", Subject.of("organisation", world.north.home)).value == 0


def test_an_office_without_its_share_of_effort_is_not_known_to_be_a_cross_appointment(world):
    host = Subject.of("organisation", world.north.host)
    office(world.north.host, None)
    assert (asked("X15", host).text, asked("X15", host).unknown) == ("—", 1)
    office(world.north.host, 40)
    assert (asked("X15", host).value, asked("X15", host).unknown) == (Decimal("0.4"), 1)


def test_a_cross_appointment_whose_days_are_not_known_is_not_counted(world):
    office(world.north.host, 40, from_date=None, from_precision="")
    office(world.north.host, 30, from_date=D(2025, 1, 1), from_precision="year")
    office(world.north.host, 20, to_date=D(2025, 12, 31), to_precision="year")
    result = asked("X15", Subject.of("organisation", world.north.host))
    assert (result.value, result.unknown) == (None, 3)


def test_the_director_who_came_at_forty_per_cent(world):
    """QUP in 2025 as document 003 tells it: 40 % of a candidate director; of the other offices no share is given."""
    office(world.north.host, 40, to_date=D(2025, 12, 31), to_precision="month")
    office(world.north.host, None, from_date=D(2021, 12, 16), from_precision="day")
    result = asked("X15", Subject.of("organisation", world.north.host), Period.on(D(2026, 3, 31)))
    assert (result.value, result.unknown) == (None, 1)


def test_cross_appointments_of_an_alliance_are_those_at_its_members(world):
    office(world.north.host, 40)
    office(world.south.host, 30)
    world.north.alliance.members.get_or_create(organisation=world.north.host)
    assert asked("X15", north(world)).value == Decimal("0.4")


# -- what the portal keeps no records of -------------------------------------------------------------------------------
def test_a_consortium_alone_tells_neither_its_field_nor_its_age(world):
    """C04 counts consortia by technology field and founding date; the record of an organisation holds neither."""
    result = asked("C04", north(world))
    assert result.value is None and result.missing
    assert not {"founded_on", "technology_area"} & {field.name for field in OrganisationFactory()._meta.get_fields()}
