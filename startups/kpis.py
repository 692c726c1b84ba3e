"""Figures about startups, their cohorts, milestones and money (S01–S08)."""

from django.db.models import F, Q, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.figures import Ask, Basis, Measure, Part, Period, Source, ToMany, Unit, figure, not_yet
from portal.figures.measures import MonthsLater, count, share, total
from startups.models import FundingRound, Milestone, Startup
from startups.querysets import ONCE_ADMITTED, STRATEGY_DAY

STARTUPS = Source(
    Startup,
    {
        "cohort": "cohort",
        "programme": "cohort__programme",
        "alliance": "cohort__programme__alliance",
        "organisation": ("origin_organisation", "cohort__programme__owner"),
    },
)
# New ones come out of the members of an alliance too, whether or not a programme looks after them.
VENTURES = Source(
    Startup,
    {
        **STARTUPS.paths,
        "alliance": ("cohort__programme__alliance", ToMany("origin_organisation__memberships__alliance")),
    },
)
MILESTONES = Source(
    Milestone,
    {
        "cohort": "cohort",
        "programme": "cohort__programme",
        "alliance": "cohort__programme__alliance",
        "organisation": "cohort__programme__owner",
    },
)
ROUNDS = Source(
    FundingRound,
    {
        "cohort": "startup__cohort",
        "programme": "startup__cohort__programme",
        "alliance": "startup__cohort__programme__alliance",
        "organisation": ("startup__origin_organisation", "startup__cohort__programme__owner"),
    },
)
STATE = Startup.State
GRADUATED = (STATE.GRADUATED, STATE.EXITED)
SURVIVAL_MONTHS = (12, 36, 60)


@figure("S01", unit=Unit.COUNT, basis=Basis.DATE, source=VENTURES)
def new_startups(ask: Ask) -> Measure:
    """Founded since the strategy and approved with a reason, each venture once, existing firms and applicants never.

    Where the founding day is coarse, the origin unknown or the decision still to come, it is not known.
    """
    theirs = _of_one_alliance(ask)
    rows = theirs.counted_as_new(ask.day)
    if ask.day < STRATEGY_DAY:
        return count(rows)
    founded = Period(STRATEGY_DAY, ask.day)
    coarse = founded.perhaps_holds("founded_on", "founded_precision")
    of_unknown_origin = Q(origin_kind=Startup.Origin.UNKNOWN) & founded.surely_holds("founded_on", "founded_precision")
    undecided = Q(pk__in=theirs.undecided_as_new(ask.day).values("pk"))
    perhaps = (
        theirs.ventures()
        .filter(coarse | of_unknown_origin | undecided, founded_on__isnull=False, relation=Startup.Relation.SUPPORTED)
        .exclude(pk__in=theirs.refused_as_new().values("pk"))
    )
    return count(rows, perhaps=perhaps)


def _of_one_alliance(ask: Ask):
    """Whoever is in a cohort of an alliance's programme is that alliance's; its university may be a member of many."""
    if ask.subject is None or ask.subject.kind != "alliance":
        return ask.rows()
    path = "cohort__programme__alliance"
    return ask.rows().filter(Q(**{path: None}) | Q(**{path: ask.subject.row}))


@figure("S02", unit=Unit.COUNT, basis=Basis.DATE, source=STARTUPS)
def startups_supported(ask: Ask) -> Measure:
    return count(ask.rows().supported(ask.day))


@figure("S03", unit=Unit.PERCENT, basis=Basis.COHORT, source=STARTUPS, targets_size=True)
def cohort_yield(ask: Ask) -> Measure:
    """Graduated of those admitted; who left or closed down stays in the denominator: it is the size of the cohort."""
    rows = ask.rows().ventures().filter(cohort__isnull=False, state__in=ONCE_ADMITTED)
    if ask.period != Period.whole():
        rows = rows.filter(ask.period.surely_holds("cohort__starts_on", "cohort__date_precision"))
    return share(rows, Q(state__in=GRADUATED))


@figure("S04", unit=Unit.PERCENT, basis=Basis.COHORT, source=MILESTONES)
def milestones_verified(ask: Ask) -> Measure:
    """Milestones verified by their day, of those whose day has come; waived ones are left out."""
    rows = ask.rows().filter(ask.period.holds("due_on"), due_on__lte=ask.today).exclude(state=Milestone.State.WAIVED)
    return share(rows, Q(state=Milestone.State.VERIFIED, verified_on__lte=F("due_on")))


@figure("S05", unit=Unit.CURRENCY, basis=Basis.FISCAL_YEAR, source=ROUNDS)
def money_raised(ask: Ask) -> Measure:
    """Verified rounds in yen at their stored rates; an undisclosed amount counts as a round and stands in no sum.

    Amounts are for the programme's team: a sum that stands for few startups is told to nobody else.
    """
    rows = ask.rows().verified().filter(ask.period.surely_holds("closed_on", "closed_precision"))
    not_known = Q(is_undisclosed=True) | Q(amount=None) | Q(rate_to_jpy=None)
    return total(
        rows,
        F("amount") * F("rate_to_jpy"),
        unknown=not_known,
        parts=lambda: _in_currencies(rows.disclosed()),
        givers="startup",
    )


def _in_currencies(rows) -> list[Part]:
    """The sum in dollars, and the sums in the currencies the amounts were given in."""
    dollars = rows.aggregate(value=Sum(F("amount") * F("rate_to_usd"), filter=Q(rate_to_usd__isnull=False)))["value"]
    given = rows.values_list("currency").annotate(value=Sum("amount")).order_by("currency")
    return [
        Part("in_usd", gettext("converted to USD"), dollars),
        *(Part(currency, gettext("given in %(currency)s") % {"currency": currency}, sum_) for currency, sum_ in given),
    ]


@figure("S07", unit=Unit.PERCENT, basis=Basis.COHORT, source=STARTUPS)
def survival(ask: Ask) -> Measure:
    """Graduates still operating, acquired or listed twelve months after; beside it 36 and 60 months.

    Only graduates that old count, and who closed down stays in the denominator.
    """
    first, *later = SURVIVAL_MONTHS
    return share(*_alive_after(ask, first), parts=lambda: [_survival_part(ask, months) for months in (first, *later)])


def _alive_after(ask: Ask, months: int):
    """(graduates that old, the condition of being alive then)."""
    rows = (
        ask.rows()
        .ventures()
        .filter(Q(state__in=GRADUATED) | Q(state=STATE.CLOSED_DOWN, ended_on__gt=F("left_on")), left_on__isnull=False)
        .annotate(then=MonthsLater(F("left_on"), months))
        .filter(ask.period.holds("left_on"), then__lte=ask.today)
    )
    return rows, Q(state__in=GRADUATED) | Q(ended_on__gt=F("then"))


def _survival_part(ask: Ask, months: int) -> Part:
    measure = share(*_alive_after(ask, months))
    return Part(f"after_{months}", gettext("after %(months)d months") % {"months": months}, measure.value)


not_yet(
    "S08",
    unit=Unit.COUNT,
    basis=Basis.FISCAL_YEAR,
    missing=_("matches between technology seeds and the needs of companies"),
)
