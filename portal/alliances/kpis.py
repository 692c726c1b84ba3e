"""Figures about agreements, hubs, joint laboratories, papers, intellectual property and offices (C01–C12, X15)."""

import datetime as dt
from decimal import Decimal
from functools import reduce
from itertools import combinations
from operator import or_

from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.alliances.models import Agreement, Alliance, AllianceMember, Facility, IPItem, OrganisationRole, Outcome
from portal.figures import Ask, Basis, Measure, Part, Period, Source, ToMany, Unit, figure, not_yet
from portal.figures.measures import by_choice, count, count_if, distinct_if, share

NEVER = Q(pk__in=())
# The catalogue counts the frameworks of Japan; an alliance led from elsewhere counts those of its own country.
HOME_COUNTRY = "JP"

AGREEMENTS = Source(Agreement, {"alliance": "alliance", "organisation": ToMany("parties")})
MEMBERS = Source(
    AllianceMember,
    {"alliance": "alliance", "organisation": "organisation"},
    key=("alliance__code", "organisation__code"),
)
FACILITIES = Source(
    Facility, {"alliance": ToMany("organisation__memberships__alliance"), "organisation": "organisation"}
)
OUTCOMES = Source(Outcome, {"alliance": "alliance", "organisation": ToMany("organisations")})
IP_ITEMS = Source(IPItem, {"alliance": ToMany("owners__memberships__alliance"), "organisation": ToMany("owners")})
OFFICES = Source(
    OrganisationRole,
    {"alliance": ToMany("organisation__memberships__alliance"), "organisation": "organisation"},
    key=("organisation__code", "role_en", "person_family", "person_given"),
)

GOVERNMENTS = (Agreement.Level.MULTILATERAL_GOVERNMENT, Agreement.Level.BILATERAL_GOVERNMENT)
PAPERS = (Outcome.Kind.PAPER, Outcome.Kind.PAPER_PRESS_RELEASE)
VERIFIED = (Outcome.State.VERIFIED, Outcome.State.PUBLISHED)
PATENTS = ("patent_family", "peripheral_patent")
FILED_OR_LATER = (
    IPItem.State.FILED,
    IPItem.State.PUBLISHED,
    IPItem.State.GRANTED,
    IPItem.State.MAINTAINED,
    IPItem.State.LICENSED,
    IPItem.State.ASSIGNED,
    IPItem.State.ABANDONED,
)


# -- agreements --------------------------------------------------------------------------------------------------------
def in_force(day: dt.date, today: dt.date, to: str = "") -> tuple[Q, Q]:
    """(surely, perhaps) in force on a day. `to` is the path to the agreement.

    The state tells about today only; for days gone by the dates must, and where one is missing nobody knows.
    """

    def q(**conditions) -> Q:
        return Q(**{f"{to}{name}": value for name, value in conditions.items()})

    state, until = Agreement.State, Period.on(day)
    undated = q(in_force_from=None)
    signed, signed_precision = f"{to}signed_on", f"{to}signed_precision"
    begun = q(in_force_from__lte=day) | (undated & until.surely_holds(signed, signed_precision))
    perhaps_begun = undated & until.perhaps_holds(signed, signed_precision)
    lasting = q(expires_on=None) | q(expires_on__gte=day)
    running = q(state__in=(state.IN_FORCE, state.EXPIRING)) & lasting
    if day >= today:
        return running & (begun | perhaps_begun), NEVER
    ended_later = q(state__in=(state.RENEWED, state.EXPIRED), expires_on__gte=day)
    end_unknown = q(state__in=(state.RENEWED, state.EXPIRED), expires_on=None) | (q(state=state.TERMINATED) & lasting)
    was = running | ended_later
    return begun & was, (perhaps_begun & (was | end_unknown)) | (begun & end_unknown)


@figure("C01", unit=Unit.COUNT, basis=Basis.DATE, source=AGREEMENTS)
def active_agreements(ask: Ask) -> Measure:
    """Agreements in force on the day, split by level; those between departments are no figure of the catalogue."""
    rows = ask.rows().exclude(level=Agreement.Level.UNIT)
    surely, perhaps = in_force(ask.day, ask.today)
    return count_if(
        rows, surely, perhaps, parts=lambda: by_choice(rows.filter(surely), "level", Agreement.Level.choices)
    )


@figure("C02", unit=Unit.COUNT, basis=Basis.DATE, source=AGREEMENTS)
def partner_countries(ask: Ask) -> Measure:
    """Countries other than one's own with a government-level agreement in force on the day."""
    rows = ask.rows().filter(level__in=GOVERNMENTS)
    surely, perhaps = in_force(ask.day, ask.today)
    abroad = ~Q(parties__country__in=("", _own_country(ask)))
    found = rows.aggregate(
        value=Count("parties__country", distinct=True, filter=surely & abroad),
        unknown=Count("pk", distinct=True, filter=perhaps | (surely & Q(parties__country=""))),
    )
    value = found["value"] if found["value"] or not found["unknown"] else None
    return Measure(value=value, unknown=found["unknown"], behind=(rows.filter(surely),))


def _own_country(ask: Ask) -> str:
    if ask.subject is None:
        return HOME_COUNTRY
    owner = ask.subject.row.lead if ask.subject.kind == "alliance" else ask.subject.row
    return (owner.country if owner else "") or HOME_COUNTRY


# -- hubs, councils, laboratories --------------------------------------------------------------------------------------
@figure("C03", unit=Unit.COUNT, basis=Basis.DATE, source=MEMBERS)
def hubs_designated(ask: Ask) -> Measure:
    """Members of a national network of hubs on the day; a member since an unknown day is unknown, not one more."""
    rows = ask.rows().filter(alliance__kind=Alliance.Kind.NATIONAL_NETWORK)
    until = Period.on(ask.day)
    lasting = Q(until_on=None) | Q(until_on__gte=ask.day)
    return distinct_if(
        rows,
        "organisation",
        until.surely_holds("since_on", "since_precision") & lasting,
        until.perhaps_holds("since_on", "since_precision") & lasting,
    )


@figure("C08", unit=Unit.COUNT, basis=Basis.DATE, source=FACILITIES)
def joint_laboratories(ask: Ask) -> Measure:
    """Joint laboratories in operation whose organisation has an agreement with another side in force on the day."""
    party = Agreement.parties.through.objects
    other = party.filter(agreement=OuterRef("agreement")).exclude(organisation=OuterRef("organisation"))
    surely, perhaps = in_force(ask.day, ask.today, "agreement__")
    bound = party.filter(organisation=OuterRef("organisation")).filter(Exists(other))
    rows = (
        ask.rows()
        .filter(kind=Facility.Kind.JOINT_LABORATORY, status="operating")
        .annotate(is_bound=Exists(bound.filter(surely)), is_perhaps_bound=Exists(bound.filter(perhaps)))
    )
    until = Period.on(ask.day)
    opened = until.surely_holds("opened_on", "opened_precision")
    perhaps_opened = until.perhaps_holds("opened_on", "opened_precision")
    if ask.day >= ask.today:
        opened, perhaps_opened = opened | perhaps_opened, NEVER
    certain = opened & Q(is_bound=True)
    return count_if(
        rows,
        certain,
        (opened | perhaps_opened) & (Q(is_bound=True) | Q(is_perhaps_bound=True)) & ~certain,
    )


# -- what came out of it -----------------------------------------------------------------------------------------------
@figure("C09", unit=Unit.COUNT, basis=Basis.CALENDAR_YEAR, source=OUTCOMES)
def joint_publications(ask: Ask) -> Measure:
    """Verified papers with authors on two sides of an alliance at least; a DOI exists once, so each counts once."""
    sides = [_authors_on(side) for side, _label in AllianceMember._meta.get_field("side").choices]
    joint = reduce(or_, (one & another for one, another in combinations(sides, 2)))
    rows = ask.rows().filter(joint, kind__in=PAPERS, state__in=VERIFIED)
    return count_if(rows, ask.period.holds("published_on"), Q(published_on=None))


def _authors_on(side: str) -> Q:
    """The outcome has an organisation that is, or is a unit of, a member on this side of the outcome's alliance."""
    members = AllianceMember.objects.annotate(
        author=ExpressionWrapper(OuterRef("organisation__lineage"), output_field=CharField())
    ).filter(side=side, alliance=OuterRef("outcome__alliance"), author__startswith=F("organisation__lineage"))
    authors = Outcome.organisations.through.objects.filter(outcome=OuterRef("pk"))
    return Q(Exists(authors.filter(Exists(members))))


@figure("C10", unit=Unit.PERCENT, basis=Basis.FISCAL_YEAR, source=IP_ITEMS)
def decided_before_start(ask: Ask) -> Measure:
    """Projects whose open/closed decision was taken on or before their first day, of all that began in the year."""
    rows = ask.rows().filter(ask.period.holds("project_start_on"))
    return share(rows, Q(decision_on__lte=F("project_start_on")))


@figure("C11", unit=Unit.COUNT, basis=Basis.FISCAL_YEAR, source=IP_ITEMS)
def patent_filings(ask: Ask) -> Measure:
    """Patent families filed in the year, by their priority date; peripheral patents are shown apart."""
    rows = ask.rows().filter(kind__in=PATENTS, state__in=FILED_OR_LATER)
    filed = ask.period.holds("priority_date")
    return count_if(
        rows,
        filed,
        Q(priority_date=None),
        parts=lambda: by_choice(rows.filter(filed), "kind", IPItem._meta.get_field("kind").choices),
    )


@figure("C12", unit=Unit.COUNT, basis=Basis.FISCAL_YEAR, source=IP_ITEMS)
def standards_contributions(ask: Ask) -> Measure:
    """Contributions handed to a standards body; one without its day is unknown as soon as a period is asked for."""
    rows = ask.rows().filter(
        kind="standard_contribution",
        state__in=(IPItem.State.SUBMITTED, IPItem.State.ADOPTED),
        standard_body__isnull=False,
    )
    if ask.period == Period.whole():
        return count(rows)
    return count_if(rows, ask.period.holds("priority_date"), Q(priority_date=None))


# -- offices -----------------------------------------------------------------------------------------------------------
@figure("X15", unit=Unit.FTE, basis=Basis.DATE, source=OFFICES, counts_people=True)
def cross_appointments(ask: Ask) -> Measure:
    """Offices held on the day with a part of one's effort, added up as full-time equivalents.

    Who gives all her effort to one employer is not shared. Of an office without its share, or whose days are known too
    coarsely, nobody knows.
    """
    rows, until = ask.rows(), Period.on(ask.day)
    since = Period(ask.day, None)
    begun = until.surely_holds("from_date", "from_precision")
    lasting = Q(to_date=None) | since.surely_holds("to_date", "to_precision")
    perhaps_begun = begun | until.perhaps_holds("from_date", "from_precision")
    perhaps_lasting = lasting | since.perhaps_holds("to_date", "to_precision")
    shared = Q(fte_percent__gt=0, fte_percent__lt=100)
    surely = begun & lasting & shared
    perhaps = perhaps_begun & perhaps_lasting & (shared | Q(fte_percent=None)) & ~surely
    found = rows.aggregate(
        per_cent=Sum("fte_percent", filter=surely),
        certain=Count("pk", filter=surely),
        unknown=Count("pk", filter=perhaps),
    )
    is_known = found["certain"] or not found["unknown"]
    return Measure(
        value=Decimal(found["per_cent"] or 0) / 100 if is_known else None,
        unknown=found["unknown"],
        behind=(rows.filter(surely),),
        parts=lambda: [Part("appointments", gettext("cross-appointments"), found["certain"])],
    )


# -- what the portal keeps no records of yet ---------------------------------------------------------------------------
not_yet("C04", unit=Unit.COUNT, basis=Basis.DATE, missing=_("technology field and founding date of consortia"))
not_yet("C05", unit=Unit.COUNT, basis=Basis.FISCAL_YEAR, missing=_("funders of calls"))
not_yet("C06", unit=Unit.HOURS, basis=Basis.FISCAL_YEAR, missing=_("bookings of facilities"))
not_yet("C07", unit=Unit.PERCENT, basis=Basis.FISCAL_YEAR, missing=_("bookings of facilities with list fee and charge"))
not_yet("C17", unit=Unit.BUSINESS_DAYS, basis=Basis.FISCAL_YEAR, missing=_("enquiries and their first answers"))
