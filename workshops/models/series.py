"""Series of events by the clock on the wall: every second Thursday at 17:00 in Chicago, whatever the season."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.bilingual import bilingual
from portal.core.dates import validate_zone
from portal.core.models import SourcedModel
from workshops.models.event import EVENT_DESKS, AttendanceMode, Event

WEEK = 7


class EventSeries(SourcedModel):
    """What the events of a series have in common, and the rule that gives their days.

    The rule speaks of the clock on the wall: 17:00 stays 17:00 when clocks change, and moves for readers elsewhere.
    """

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("every so many weeks")
        MONTHLY = "monthly", _("on one weekday of every so many months")

    class Week(models.TextChoices):
        FIRST = "first", pgettext_lazy("week of the month", "first")
        SECOND = "second", pgettext_lazy("week of the month", "second")
        THIRD = "third", pgettext_lazy("week of the month", "third")
        FOURTH = "fourth", pgettext_lazy("week of the month", "fourth")
        LAST = "last", pgettext_lazy("week of the month", "last")

    class Weekday(models.TextChoices):
        MONDAY = "monday", _("Monday")
        TUESDAY = "tuesday", _("Tuesday")
        WEDNESDAY = "wednesday", _("Wednesday")
        THURSDAY = "thursday", _("Thursday")
        FRIDAY = "friday", _("Friday")
        SATURDAY = "saturday", _("Saturday")
        SUNDAY = "sunday", _("Sunday")

    code = models.SlugField(_("code"), max_length=70, unique=True)
    alliance = models.ForeignKey(
        "alliances.Alliance",
        verbose_name=_("alliance"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="event_series",
    )
    host_organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("host organisation"),
        on_delete=models.PROTECT,
        related_name="event_series",
    )
    kind = models.CharField(_("kind"), max_length=30, choices=Event.Kind, default=Event.Kind.COLLOQUIUM_SERIES)
    title_en = models.CharField(_("title in English"), max_length=300)
    title_ja = models.CharField(_("title in Japanese"), max_length=300, blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    summary_ja = models.TextField(_("summary in Japanese"), blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, default="Asia/Tokyo", validators=[validate_zone])
    rhythm = models.CharField(_("rhythm"), max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    interval = models.PositiveSmallIntegerField(
        _("every … weeks or months"), default=1, validators=[MinValueValidator(1)]
    )
    week = models.CharField(
        _("week of the month"), max_length=6, choices=Week, blank=True, help_text=_("Only for a rhythm of months.")
    )
    weekday = models.CharField(_("weekday"), max_length=9, choices=Weekday)
    first_on = models.DateField(_("from"), help_text=_("The first event is on this day or the next that fits."))
    last_on = models.DateField(_("until"), null=True, blank=True)
    starts_time = models.TimeField(_("begins at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60, validators=[MinValueValidator(1)])
    format = models.CharField(_("format"), max_length=10, choices=AttendanceMode, default=AttendanceMode.HYBRID)
    venue_en = models.CharField(_("venue in English"), max_length=300, blank=True)
    venue_ja = models.CharField(_("venue in Japanese"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    language = models.CharField(_("languages"), max_length=20, blank=True)

    is_public = models.BooleanField(_("shown on the public pages"), default=True)

    title = bilingual("title", _("title"))
    summary = bilingual("summary")
    venue = bilingual("venue")

    class Meta:
        verbose_name = _("series of events")
        verbose_name_plural = _("series of events")
        ordering = ("title_en", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm="weekly", week="") | Q(rhythm="monthly") & ~Q(week=""),
                name="series_month_has_week",
                violation_error_message=_(
                    "A rhythm of months needs the week of the month; a rhythm of weeks has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(first_on__lte=F("last_on")),
                name="series_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(interval__gte=1, minutes__gte=1),
                name="series_goes_on",
                violation_error_message=_("At least 1."),
            ),
        ]

    class Scoping:
        public = Q(is_public=True)
        organisations = ("host_organisation", "alliance__lead")
        alliances = ("alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return self.title

    @property
    def audit_organisation(self):
        return self.host_organisation

    def days(self, until: dt.date) -> Iterator[dt.date]:
        """The days of the rule, the last included where it is one of them."""
        end = min(until, self.last_on) if self.last_on else until
        walk = self._weeks() if self.rhythm == self.Rhythm.WEEKLY else self._months()
        for day in walk:
            if day > end:
                return
            if day >= self.first_on:
                yield day

    def _weeks(self) -> Iterator[dt.date]:
        day = self.first_on + dt.timedelta(days=(self._day_of_week - self.first_on.weekday()) % WEEK)
        while True:
            yield day
            day += dt.timedelta(weeks=self.interval)

    def _months(self) -> Iterator[dt.date]:
        year, month = self.first_on.year, self.first_on.month
        while True:
            yield self._day_in(year, month)
            year, month = year + (month - 1 + self.interval) // 12, (month - 1 + self.interval) % 12 + 1

    def _day_in(self, year: int, month: int) -> dt.date:
        if self.week == self.Week.LAST:
            last = dt.date(year, month, monthrange(year, month)[1])
            return last - dt.timedelta(days=(last.weekday() - self._day_of_week) % WEEK)
        first, weeks = dt.date(year, month, 1), list(self.Week).index(self.week)
        return first + dt.timedelta(days=(self._day_of_week - first.weekday()) % WEEK, weeks=weeks)

    @property
    def _day_of_week(self) -> int:
        """As `date.weekday()` counts: Monday is 0."""
        return list(self.Weekday).index(self.weekday)

    def ends_time_on(self, day: dt.date) -> tuple[dt.date, dt.time]:
        """Day and time at which an event of this day ends by the clock on the wall."""
        end = dt.datetime.combine(day, self.starts_time) + dt.timedelta(minutes=self.minutes)
        return end.date(), end.time()
