"""Figures about applications, stays and the people who moved (X01–X14, X16–X17, C13–C15)."""

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    Min,
    OuterRef,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchanges.models import Application, Approval, Offer, Stay
from exchanges.models.application import Purpose
from portal.accounts.models import Person
from portal.alliances.kpis import PAPERS, VERIFIED
from portal.alliances.models import Organisation, Outcome
from portal.figures import Ask, Basis, Measure, Part, Period, Source, Unit, figure, not_yet
from portal.figures.measures import (
    Days,
    MonthsLater,
    count_if,
    day_in_zone,
    days_inside,
    distinct,
    mean,
    median,
    ratio,
    share,
    total,
)
from portal.figures.periods import years_before
from portal.programmes.models import IntakeMode
from portal.screening.models import Screening

STAYS = Source(
    Stay,
    {
        "alliance": "programme__alliance",
        "programme": "programme",
        "call": "application__call",
        "organisation": ("home_organisation", "host_organisation"),
    },
)
APPLICATIONS = Source(
    Application,
    {
        "call": "call",
        "programme": "programme",
        "alliance": "programme__alliance",
        "organisation": ("home_organisation", "host_organisation"),
    },
)
SCREENINGS = Source(
    Screening,
    {
        "alliance": "application__programme__alliance",
        "programme": "application__programme",
        "organisation": "organisation",
    },
    key=("application__code", "organisation__code"),
    demo="application__is_demo",
)
PAPERS_OF_STAYS = Source(
    Outcome,
    {
        "alliance": "stay__programme__alliance",
        "programme": "stay__programme",
        "organisation": ("stay__home_organisation", "stay__host_organisation"),
    },
)

ENDED = (Stay.State.DEPARTED, Stay.State.REPORT_DUE, Stay.State.CLOSED)
ARRIVED_OR_LATER = (
    Stay.State.ARRIVED, Stay.State.ACTIVE, Stay.State.SUSPENDED, Stay.State.CURTAILED, Stay.State.ENDING, *ENDED,
)  # fmt: skip
FIRST_DAY, LAST_DAY = Coalesce("arrived_on", "start_on"), Coalesce("departed_on", "end_on")
# The line of the checklists with which the exit pledge is collected.
EXIT_PLEDGE = "JI22"
SHORT_TRIP_DAYS = 30
LINK_MONTHS = 36
HOME_ABROAD = ~Q(home_organisation__country=F("host_organisation__country"))
HOME_UNKNOWN = Q(home_organisation=None) | Q(home_organisation__country="") | Q(host_organisation__country="")


def _dated(ask: Ask):
    """Stays that took place, with their real first and last day where these are known, else the agreed ones."""
    return ask.rows(STAYS).filter(state__in=ARRIVED_OR_LATER).annotate(came_on=FIRST_DAY, left_on=LAST_DAY)


def _started(ask: Ask):
    return _dated(ask).filter(ask.period.holds("came_on"))


def _ended(ask: Ask):
    return _dated(ask).filter(ask.period.holds("left_on"), state__in=ENDED)


# -- people ------------------------------------------------------------------------------------------------------------
@figure("X01", unit=Unit.COUNT, basis=Basis.PERIOD, source=STAYS, counts_people=True)
def fellows_hosted(ask: Ask) -> Measure:
    """Different people whose stay began in the period; who came twice counts once."""
    return distinct(_started(ask), "person", Person.objects.all())


@figure("X02", unit=Unit.PERCENT, basis=Basis.PERIOD, source=STAYS, counts_people=True)
def overseas_share(ask: Ask) -> Measure:
    """Fellows whose home institution lies outside the host country; an unknown home is not a domestic one."""
    return share(
        _started(ask),
        HOME_ABROAD & ~HOME_UNKNOWN,
        unknown=HOME_UNKNOWN,
        each="person",
        things=Person.objects.all(),
    )


@figure("X03", unit=Unit.COUNT, basis=Basis.PERIOD, source=STAYS)
def home_institutions(ask: Ask) -> Measure:
    return distinct(_started(ask), "home_organisation", Organisation.objects.all())


@figure("X07", unit=Unit.COUNT, basis=Basis.FISCAL_YEAR, source=STAYS, counts_people=True)
def people_moved(ask: Ask) -> Measure:
    """Different people whose stay began in the year, split by category and direction."""
    rows = _started(ask)
    return distinct(rows, "person", Person.objects.all(), parts=lambda: _by_category_and_direction(rows))


STAGE = Person.CareerStage
CATEGORIES = {
    "student": (_("students"), (STAGE.UNDERGRADUATE, STAGE.MASTER_STUDENT, STAGE.DOCTORAL_STUDENT)),
    "postdoc": (_("postdocs"), (STAGE.POSTDOC,)),
    "faculty": (_("faculty"), (STAGE.FACULTY,)),
    "staff": (_("staff"), (STAGE.STAFF,)),
    "other": (_("others"), (STAGE.INDUSTRY, STAGE.OTHER)),
    "unknown": (_("unknown"), ("",)),
}


def _by_category_and_direction(rows) -> list[Part]:
    category = Case(
        *(When(person__career_stage__in=stages, then=Value(key)) for key, (_label, stages) in CATEGORIES.items()),
        default=Value("unknown"),
        output_field=CharField(),
    )
    counted = {
        (key, direction): n
        for key, direction, n in rows.annotate(category=category)
        .values_list("category", "direction")
        .annotate(n=Count("person", distinct=True))
    }
    return [
        Part(
            f"{key}.{direction}",
            gettext("%(category)s, %(direction)s") % {"category": label, "direction": direction_label},
            counted[key, direction],
        )
        for key, (label, _stages) in CATEGORIES.items()
        for direction, direction_label in Stay.Direction.choices
        if (key, direction) in counted
    ]


# -- days --------------------------------------------------------------------------------------------------------------
@figure("X04", unit=Unit.DAYS, basis=Basis.PERIOD, source=STAYS)
def person_days(ask: Ask) -> Measure:
    """Days of stays that lie in the period, both ends counted."""
    rows = _dated(ask).filter(ask.period.touches("came_on", "left_on"))
    return total(rows, days_inside(ask.period, FIRST_DAY, LAST_DAY))


@figure("X05", unit=Unit.DAYS, basis=Basis.PERIOD, source=STAYS)
def mean_length(ask: Ask) -> Measure:
    """Mean length of the stays closed whose last day lies in the period, both ends counted."""
    rows = _dated(ask).filter(ask.period.holds("left_on"), state=Stay.State.CLOSED)
    return mean(rows, Days(FIRST_DAY, LAST_DAY))


@figure("X06", unit=Unit.RATIO, basis=Basis.FISCAL_YEAR, source=STAYS)
def balance(ask: Ask) -> Measure:
    """Outbound person-days for each inbound one."""
    rows = _dated(ask).filter(ask.period.touches("came_on", "left_on"))
    days = days_inside(ask.period, FIRST_DAY, LAST_DAY)
    outbound, inbound = Q(direction=Stay.Direction.OUTBOUND), Q(direction=Stay.Direction.INBOUND)
    found = rows.aggregate(out=Sum(days, filter=outbound), into=Sum(days, filter=inbound))
    return ratio(
        found["out"] or 0, found["into"] or 0, factor=1, behind=rows.filter(outbound), base=rows.filter(inbound)
    )


@figure("X16", unit=Unit.COUNT, basis=Basis.FISCAL_YEAR, source=STAYS)
def short_trips(ask: Ask) -> Measure:
    """Laboratory visits and short trips of fewer than 30 days; without an application the purpose is not known."""
    rows = _started(ask).annotate(length=Days(FIRST_DAY, LAST_DAY)).filter(length__lt=SHORT_TRIP_DAYS)
    purpose = "application__purpose"
    return count_if(
        rows,
        Q(**{f"{purpose}__in": (Purpose.LAB_VISIT, Purpose.SHORT_TRIP)}),
        Q(application=None) | Q(**{purpose: ""}),
    )


# -- selection ---------------------------------------------------------------------------------------------------------
DECIDED = (
    Application.State.SELECTED,
    Application.State.WAITLISTED,
    Application.State.DECLINED,
)


@figure("X08", unit=Unit.PERCENT, basis=Basis.CALL, source=APPLICATIONS, counts_people=True)
def selection_rate(ask: Ask) -> Measure:
    """Selected applications of all eligible ones that were decided; who withdrew before the decision is left out."""
    offered = Exists(Offer.objects.filter(application=OuterRef("pk")))
    rows = (
        ask.rows()
        .annotate(was_offered=offered)
        .filter(
            Q(state__in=DECIDED) | Q(state=Application.State.WITHDRAWN, was_offered=True),
            _decided_in(ask),
        )
    )
    return share(rows, Q(state=Application.State.SELECTED) | Q(was_offered=True))


@figure("X09", unit=Unit.DAYS, basis=Basis.CALL, source=APPLICATIONS)
def time_to_decision(ask: Ask) -> Measure:
    """Median days from the closing day (window) or from submission (rolling) to the decision."""
    zone = ask.period.zone
    since = Case(
        When(call__intake_mode=IntakeMode.WINDOW, call__closes_on__isnull=False, then=F("call__closes_on")),
        default=day_in_zone("submitted_at", zone),
    )
    rows = ask.rows().filter(_decided_in(ask), state__in=DECIDED, decided_on__isnull=False, submitted_at__isnull=False)
    return median(rows.annotate(taken=Days(since, "decided_on") - 1), F("taken"))


def _decided_in(ask: Ask) -> Q:
    return Q() if ask.period == Period.whole() else ask.period.holds("decided_on")


# -- export control ----------------------------------------------------------------------------------------------------
@figure("C13", unit=Unit.PERCENT, basis=Basis.FISCAL_YEAR, source=STAYS)
def screened_before_consent(ask: Ask) -> Measure:
    """Stays whose first screening decision came before the host's consent, of all with consent in the year.

    The host consents with two signatures; the later one is the consent.
    """

    def signed(part):
        approved = Q(application__approvals__part=part, application__approvals__state=Approval.State.APPROVED)
        return Max("application__approvals__decided_at", filter=approved)

    rows = (
        ask.rows()
        .filter(application__isnull=False)
        .annotate(
            by_researcher=signed(Approval.Part.HOST_RESEARCHER),
            by_unit=signed(Approval.Part.HOST_UNIT_HEAD),
            screened_at=Min("application__screenings__decided_at"),
        )
        .filter(by_researcher__isnull=False, by_unit__isnull=False)
        .annotate(consented_at=Greatest("by_researcher", "by_unit"))
        .filter(ask.period.holds_instant("consented_at"))
    )
    return share(rows, Q(screened_at__lt=F("consented_at")))


@figure("C14", unit=Unit.DAYS, basis=Basis.FISCAL_YEAR, source=SCREENINGS)
def screening_time(ask: Ask) -> Measure:
    """Median days from handing in a case to its decision, over cases decided in the year."""
    zone = ask.period.zone
    rows = ask.rows().filter(ask.period.holds_instant("decided_at"), submitted_at__isnull=False)
    taken = Days(day_in_zone("submitted_at", zone), day_in_zone("decided_at", zone)) - 1
    return median(rows.annotate(taken=taken), F("taken"))


@figure("C15", unit=Unit.PERCENT, basis=Basis.FISCAL_YEAR, source=STAYS)
def exit_pledges(ask: Ask) -> Measure:
    """Stays ended in the year whose exit pledge was signed by the last day, of all that needed one."""
    rows = (
        _ended(ask)
        .annotate(pledge=FilteredRelation("tasks", condition=Q(tasks__item_code=EXIT_PLEDGE)))
        .filter(pledge__state__in=("open", "done"))
    )
    return share(rows, Q(pledge__state="done", pledge__done_on__lte=F("left_on")))


# -- what follows from a stay ------------------------------------------------------------------------------------------
@figure("X12", unit=Unit.PERCENT, basis=Basis.FISCAL_YEAR, source=STAYS)
def extensions(ask: Ask) -> Measure:
    """Stays that were given a later last day than first agreed, of all that ended in the year."""
    return share(_ended(ask), Q(end_on__gt=F("original_end_on")))


@figure("X13", unit=Unit.PERCENT, basis=Basis.FISCAL_YEAR, source=STAYS)
def reports_in_time(ask: Ask) -> Measure:
    """Reports received by their day, of all whose day lies in the year and has come."""
    rows = ask.rows().filter(ask.period.holds("report_due_on"), report_due_on__lte=ask.today, state__in=ENDED)
    return share(rows, Q(report_received_on__lte=F("report_due_on")))


@figure("X14", unit=Unit.COUNT, basis=Basis.FISCAL_YEAR, source=PAPERS_OF_STAYS)
def papers_of_stays(ask: Ask) -> Measure:
    """Verified papers linked to a stay; beside them the papers for ten stays ended in the three years before."""
    rows = ask.rows().filter(stay__isnull=False, kind__in=PAPERS, state__in=VERIFIED)
    published = ask.period.holds("published_on")
    return count_if(rows, published, Q(published_on=None), parts=lambda: _for_ten_stays(ask, rows.filter(published)))


def _for_ten_stays(ask: Ask, papers) -> list[Part]:
    if not ask.period.first:
        return []
    first = ask.period.first
    stays = _dated(ask).filter(state__in=ENDED, left_on__gte=years_before(first, 3), left_on__lt=first)
    for_ten = ratio(papers.count(), stays.count(), factor=10, behind=papers, base=stays)
    return [Part("per_ten_stays", gettext("for ten stays ended in the three years before"), for_ten.value)]


@figure("X17", unit=Unit.PERCENT, basis=Basis.COHORT, source=STAYS, counts_people=True)
def continuing_links(ask: Ask) -> Measure:
    """Alumni with another stay, a talk or a paper within 36 months of leaving, of those whose 36 months are over."""
    since, until = {"gt": OuterRef("left_on")}, {"lte": OuterRef("window_end")}

    def later(path: str) -> dict:
        return {f"{path}__{name}": value for name, value in {**since, **until}.items()}

    alumni = Person.objects.filter(pk=OuterRef("person"))
    stays = Stay.objects.filter(ask.real, person=OuterRef("person"), state__in=ARRIVED_OR_LATER, **later("start_on"))
    papers = Outcome.objects.filter(
        ask.real, people=OuterRef("person"), kind__in=PAPERS, state__in=VERIFIED, **later("published_on")
    )
    rows = (
        _ended(ask)
        .annotate(window_end=MonthsLater(LAST_DAY, LINK_MONTHS))
        .filter(window_end__lt=ask.today)
        .annotate(
            is_linked=Exists(stays) | Exists(papers) | Exists(alumni.filter(**later("event_roles__event__starts_on")))
        )
    )
    return share(rows, Q(is_linked=True), each="person", things=Person.objects.all())


# -- what the portal keeps no records of yet ---------------------------------------------------------------------------
not_yet(
    "X10",
    unit=Unit.PERCENT,
    basis=Basis.MARCH,
    missing=_("researchers of a centre with the nationality they declared themselves"),
)
not_yet("X11", unit=Unit.PERCENT, basis=Basis.FISCAL_YEAR, missing=_("posts and how they were filled"))
