"""Figures about events, the people in them and the meetings of missions (W01–W10, S06)."""

from django.conf import settings
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext

from portal.accounts.models import Person
from portal.core.countries import country_name
from portal.figures import Ask, Basis, Measure, Part, Period, Source, Unit, figure
from portal.figures.measures import MonthsLater, by_choice, count_if, day_in_zone, share
from workshops.models import CheckIn, Event, EventPerson, Registration
from workshops.models.meeting import Meeting
from workshops.querysets.meetings import AGREEMENTS
from workshops.querysets.meetings import HELD as MEETING_HELD
from workshops.querysets.speakers import COUNTRY

EVENTS = Source(
    Event,
    {"event": "pk", "series": "series_code", "alliance": "alliance", "organisation": "host_organisation"},
)
_OF_EVENT = {
    "event": "event",
    "series": "event__series_code",
    "alliance": "event__alliance",
    "organisation": "event__host_organisation",
}
REGISTRATIONS = Source(Registration, _OF_EVENT)
PEOPLE = Source(EventPerson, _OF_EVENT, key=("event__code", "family_name", "given_name", "role"))
MEETINGS = Source(Meeting, _OF_EVENT)

STATE, KIND = Event.State, Event.Kind
HELD = (STATE.HELD, STATE.REPORTED, STATE.ARCHIVED)
CALLED_OFF = (STATE.CANCELLED, STATE.POSTPONED)
INFERRED = Q(evidence=Event.Evidence.INFERRED)
CONFIRMED = (Registration.State.CONFIRMED, Registration.State.ATTENDED, Registration.State.NO_SHOW)
STAGE = Person.CareerStage
EARLY_CAREER = (STAGE.UNDERGRADUATE, STAGE.MASTER_STUDENT, STAGE.DOCTORAL_STUDENT, STAGE.POSTDOC)
INTERNATIONAL = "international"
DEAL_MONTHS, FOLLOW_UP_MONTHS = 12, 24


def _held_in(period: Period) -> tuple[Q, Q]:
    """(surely, perhaps) held in the period: what is only inferred, or has no state, perhaps took place."""
    surely = period.surely_holds("starts_on", "date_precision")
    perhaps = period.perhaps_holds("starts_on", "date_precision")
    held = Q(state__in=HELD)
    return held & ~INFERRED & surely, (held & (perhaps | (INFERRED & surely))) | (
        Q(state=STATE.UNKNOWN) & (surely | perhaps)
    )


def _of_period(ask: Ask, rows, path: str = "event__"):
    """Rows of events held in the period; of all of them where no period is asked for."""
    rows = rows.filter(**{f"{path}state__in": HELD})
    if ask.period == Period.whole():
        return rows
    return rows.filter(ask.period.surely_holds(f"{path}starts_on", f"{path}date_precision"))


# -- events ------------------------------------------------------------------------------------------------------------
@figure("W01", unit=Unit.COUNT, basis=Basis.FISCAL_YEAR, source=EVENTS)
def events_held(ask: Ask) -> Measure:
    rows = ask.rows()
    surely, perhaps = _held_in(ask.period)
    return count_if(rows, surely, perhaps, parts=lambda: by_choice(rows.filter(surely), "kind", KIND.choices))


@figure("W02", unit=Unit.BOOLEAN, basis=Basis.FISCAL_YEAR, source=EVENTS)
def symposium_held(ask: Ask) -> Measure:
    """A symposium with people from abroad; of one without any count nobody knows who came."""
    came_from_abroad = (
        Q(audience__contains=INTERNATIONAL)
        | Q(overseas_count__gt=0)
        | Q(countries_count__gt=1)
        | Q(overseas_speakers_count__gt=0)
        | Exists(_came(Registration.objects.filter(ask.real, event=OuterRef("pk"))).exclude(_domestic()))
        | Exists(
            EventPerson.objects.filter(ask.real, event=OuterRef("pk"))
            .coming()
            .speaking()
            .with_abroad()
            .filter(is_abroad=True)
        )
    )
    unheard_of = Q(overseas_count=None, countries_count=None, overseas_speakers_count=None)
    surely, perhaps = _held_in(ask.period)
    rows = ask.rows().filter(kind=KIND.SYMPOSIUM)
    measure = count_if(
        rows, surely & came_from_abroad, (perhaps | (surely & unheard_of)) & ~(surely & came_from_abroad)
    )
    value = None if measure.value is None else measure.value > 0
    return Measure(value=value, unknown=0 if value else measure.unknown, behind=measure.behind)


def _domestic() -> Q:
    return Q(affiliation_country="") | Q(affiliation_country=OuterRef("country"))


# -- who came ----------------------------------------------------------------------------------------------------------
def _came(registrations: QuerySet) -> QuerySet:
    """Those who came: checked in, or marked so after the event."""
    door = CheckIn.objects.filter(registration=OuterRef("pk"), undone_at=None)
    return registrations.filter(Q(state=Registration.State.ATTENDED) | Exists(door))


def _with_numbers(ask: Ask, events: QuerySet) -> QuerySet:
    """`registered` and `attended` of each event: counted from its people, else the number that was reported."""

    def number(rows: QuerySet) -> Subquery:
        own = rows.filter(ask.real, event=OuterRef("pk")).order_by()
        return Subquery(own.values("event").annotate(n=Count("pk")).values("n"))

    people = Registration.objects.all()
    return events.annotate(
        registered=Coalesce(
            number(people.filter(state__in=CONFIRMED)), "registered_count", output_field=IntegerField()
        ),
        attended=Coalesce(number(_came(people)), "attended_count", output_field=IntegerField()),
    )


@figure("W03", unit=Unit.COUNT, basis=Basis.EVENT, source=EVENTS, counts_people=True)
def registered_and_attended(ask: Ask) -> Measure:
    """People who came, and beside them the registrations confirmed: never one number for the other."""
    rows = ask.rows().exclude(state__in=CALLED_OFF)
    if ask.period != Period.whole():
        rows = rows.filter(ask.period.surely_holds("starts_on", "date_precision"))
    events = _with_numbers(ask, rows)
    found = events.aggregate(
        came=Sum("attended"),
        signed_up=Sum("registered"),
        events=Count("pk"),
        unknown=Count("pk", filter=Q(attended=None)),
    )
    value = found["came"] if found["events"] else 0
    return Measure(
        value=value,
        unknown=found["unknown"],
        behind=(events.filter(attended__isnull=False),),
        parts=lambda: [
            Part("registered", gettext("registered"), found["signed_up"] if found["events"] else 0),
            Part("attended", gettext("attended"), value),
        ],
    )


def _confirmed_where_counted(ask: Ask) -> QuerySet:
    """Confirmed registrations of events at which somebody was checked in; elsewhere nobody knows who came."""
    used = _came(Registration.objects.filter(ask.real, event=OuterRef("event")))
    door = CheckIn.objects.filter(registration=OuterRef("pk"), undone_at=None)
    rows = _of_period(ask, ask.rows(REGISTRATIONS)).filter(Exists(used), state__in=CONFIRMED)
    return rows.annotate(is_in=Exists(door))


CAME_IN = Q(state=Registration.State.ATTENDED) | Q(is_in=True)


@figure("W04", unit=Unit.PERCENT, basis=Basis.EVENT, source=REGISTRATIONS, counts_people=True)
def show_up_rate(ask: Ask) -> Measure:
    """Who came of those confirmed; a dash where attendance is a reported head count."""
    return share(_confirmed_where_counted(ask), CAME_IN)


@figure("W05", unit=Unit.COUNT, basis=Basis.EVENT, source=REGISTRATIONS)
def countries_represented(ask: Ask) -> Measure:
    """Countries of affiliation of those who came; those of the registered are kept apart."""
    rows = _of_period(ask, ask.rows()).filter(state__in=CONFIRMED).annotate(place=NullIf(COUNTRY, Value("")))
    came = _came(rows)
    found = came.aggregate(
        value=Count("place", distinct=True), unknown=Count("pk", filter=Q(place=None)), people=Count("pk")
    )
    return Measure(
        value=found["value"] if found["value"] or not found["unknown"] and found["people"] else None,
        unknown=found["unknown"],
        behind=(came,),
        parts=lambda: [
            *_by_country(came),
            Part(
                "registered",
                gettext("countries of the registered"),
                rows.aggregate(n=Count("place", distinct=True))["n"] or None,
            ),
        ],
    )


def _by_country(came) -> list[Part]:
    """The countries that are counted, each with how many people came from there."""
    found = came.exclude(place=None).order_by().values_list("place").annotate(people=Count("pk"))
    return [Part(code, country_name(code), people) for code, people in sorted(found, key=lambda one: (-one[1], one[0]))]


@figure("W06", unit=Unit.COUNT, basis=Basis.SERIES, source=PEOPLE)
def overseas_speakers(ask: Ask) -> Measure:
    """Speakers from outside the host country on the day; the denominator is all speakers, not events."""
    rows = _of_period(ask, ask.rows())
    speaking = rows.coming().speaking().with_abroad()
    numbers = rows.speaker_counts()
    nothing_known = numbers.unknown == numbers.speakers  # of a series without named speakers nobody knows either
    return Measure(
        value=None if nothing_known else numbers.overseas,
        numerator=numbers.overseas,
        denominator=numbers.speakers,
        unknown=numbers.unknown,
        behind=(speaking.filter(is_abroad=True),),
        base=(speaking,),
    )


@figure("W07", unit=Unit.PERCENT, basis=Basis.EVENT, source=REGISTRATIONS, counts_people=True)
def early_career_share(ask: Ask) -> Measure:
    """Students and postdocs of those who came."""
    return share(_came(_of_period(ask, ask.rows())), Q(career_stage__in=EARLY_CAREER), unknown=Q(career_stage=""))


@figure("W08", unit=Unit.COUNT, basis=Basis.FISCAL_YEAR, source=EVENTS)
def small_workshops(ask: Ask) -> Measure:
    """Workshops held with few people; one without a number may be small or not."""
    rows = _with_numbers(ask, ask.rows().filter(kind=KIND.WORKSHOP))
    surely, perhaps = _held_in(ask.period)
    small = Q(attended__lte=settings.SMALL_WORKSHOP_ATTENDED)
    return count_if(rows, surely & small, (surely & Q(attended=None)) | (perhaps & (small | Q(attended=None))))


@figure("W09", unit=Unit.COUNT, basis=Basis.FISCAL_YEAR, source=EVENTS)
def outreach_reach(ask: Ask) -> Measure:
    """People reached by outreach, split by whom it was for; events without a number are unknown."""
    surely, _perhaps = _held_in(ask.period)
    rows = _with_numbers(ask, ask.rows().filter(surely, kind=KIND.OUTREACH))
    found = rows.aggregate(value=Sum("attended"), events=Count("pk"), unknown=Count("pk", filter=Q(attended=None)))
    return Measure(
        value=found["value"] if found["events"] else 0,
        unknown=found["unknown"],
        behind=(rows,),
        parts=lambda: [
            Part(audience or "unknown", audience.replace("|", ", ") or gettext("unknown"), number)
            for audience, number in rows.values_list("audience").annotate(n=Sum("attended")).order_by("audience")
        ],
    )


# -- meetings ----------------------------------------------------------------------------------------------------------
def _meetings_held(ask: Ask) -> QuerySet:
    rows = ask.rows(MEETINGS).filter(state__in=MEETING_HELD)
    return rows if ask.period == Period.whole() else rows.filter(ask.period.holds_instant("starts_at"))


def _agreed_within(ask: Ask, months: int) -> Q:
    deadline = MonthsLater(day_in_zone("starts_at", ask.period.zone), months)
    return Q(followup__outcome__in=AGREEMENTS, followup__outcome_on__lte=deadline)


@figure("S06", unit=Unit.PERCENT, basis=Basis.MISSION, source=MEETINGS)
def meetings_to_deals(ask: Ask) -> Measure:
    """Meetings with an agreement within twelve months, of those held."""
    return share(_meetings_held(ask), _agreed_within(ask, DEAL_MONTHS))


@figure("W10", unit=Unit.COUNT, basis=Basis.EVENT, source=MEETINGS)
def follow_ups(ask: Ask) -> Measure:
    """Agreements recorded as following from meetings at the event, within 24 months.

    Stays, papers and agreements do not name an event they came from; meetings do.
    """
    return count_if(_meetings_held(ask), _agreed_within(ask, FOLLOW_UP_MONTHS), Q(pk__in=()))
