"""The events of a series, made from its rule by the clock on the wall."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.dates import Precision, exact_wall_clock
from portal.core.workflow import StepError, lock
from workshops.models import Event, EventSeries
from workshops.rules.event import organises

# One press of the button makes no more than this; a slip in a year must not fill the calendar.
MOST_AT_ONCE = 60


def events_of(series: EventSeries) -> QuerySet[Event]:
    """Everything that was made from its rule or entered as part of it."""
    return Event.objects.filter(series_code=series.code)


@transaction.atomic
def create_events(*, eventseries: EventSeries, until: dt.date, actor) -> list[Event]:
    """Make an idea of an event for each day of the rule that has none yet; one that was moved is still its day's.

    All or nothing: on a day whose hour does not exist or comes twice, nothing is made and the sentence says which.
    """
    series = lock(eventseries)
    if not organises(actor, series):
        raise PermissionDenied("create_events")
    known = events_of(series).values_list("code", "starts_on")
    taken = {key for row in known for key in row}
    days = []
    for day in series.days(until):
        if not {day, _code(series, day)} & taken:
            days.append(day)
        if len(days) > MOST_AT_ONCE:
            raise StepError(
                _("That would be more than %(number)d events at once. Choose an earlier day.")
                % {"number": MOST_AT_ONCE}
            )
    if not days:
        raise StepError(_("There is no day left until then: every day of the rule has its event already."))
    _require_clear_hours(series, days)
    number = len(known)
    made = [_event(series, day, number + position) for position, day in enumerate(days, start=1)]
    audit.record(
        "event_series.create_events",
        series,
        actor=actor,
        audience=audit.DESKS,
        number=len(made),
        first=made[0].starts_on,
        last=made[-1].starts_on,
    )
    return made


def _require_clear_hours(series: EventSeries, days: list[dt.date]) -> None:
    sentences = []
    for day in days:
        for hour_day, hour in ((day, series.starts_time), series.ends_time_on(day)):
            try:
                exact_wall_clock(hour_day, hour, series.timezone)
            except ValidationError as refusal:
                sentences += refusal.messages
    if sentences:
        raise StepError(" ".join(sentences))


def _code(series: EventSeries, day: dt.date) -> str:
    """Named after the day of the rule, wherever the event moves."""
    return f"{series.code}-{day:%Y-%m-%d}"


def _event(series: EventSeries, day: dt.date, number: int) -> Event:
    last, ends_time = series.ends_time_on(day)
    event = Event(
        code=_code(series, day),
        series_code=series.code,
        alliance=series.alliance,
        host_organisation=series.host_organisation,
        kind=series.kind,
        title_en=f"{series.title_en} {number}",
        title_ja=_numbered_ja(series.title_ja, number),
        summary_en=series.summary_en,
        summary_ja=series.summary_ja,
        starts_on=day,
        starts_time=series.starts_time,
        ends_on=last,
        ends_time=ends_time,
        date_precision=Precision.DAY,
        timezone=series.timezone,
        format=series.format,
        venue_en=series.venue_en,
        venue_ja=series.venue_ja,
        city=series.city,
        country=series.country,
        capacity=series.capacity,
        language=series.language,
        source=series.source,
    )
    event.full_clean()
    event.save()
    return event


def _numbered_ja(title: str, number: int) -> str:
    return f"{title} 第{number}回" if title else ""
