"""Events of every kind: what they are, when and where, how they stand, and what is reported of them."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role
from portal.core.bilingual import bilingual
from portal.core.cities import city_name
from portal.core.dates import (
    Precision,
    both_zones_text,
    exact_wall_clock,
    fiscal_bounds,
    fiscal_year,
    fuzzy_date,
    in_brackets,
    long_date,
    validate_zone,
    wall_clock,
    zone_name,
    zoned_text,
)
from portal.core.models import SourcedModel
from portal.core.workflow import known_states
from workshops.querysets.event import EventQuerySet

CURRENCIES = [(code, code) for code in ("JPY", "USD", "EUR", "GBP")]
EVENT_DESKS = frozenset({Role.EVENT_ORGANISER, Role.ALLIANCE_ADMIN, Role.PROGRAMME_MANAGER})


class AttendanceMode(models.TextChoices):
    ON_SITE = "on_site", _("on site")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("on site and online")


class Event(SourcedModel):
    """An event; fuzzy past dates are shown no finer than known. Empty counts are unknown, zero is zero.

    Days and times are meant by the clock of `timezone`; the instants are worked out from them. `ical_sequence` rises
    whenever calendars have to be told something: time, place, way of attending, postponed, cancelled.
    """

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", _("workshop")
        SYMPOSIUM = "symposium", _("symposium")
        COLLOQUIUM_SERIES = "colloquium_series", _("colloquium series")
        LECTURE = "lecture", _("lecture")
        FORUM = "forum", _("forum")
        SUMMIT = "summit", _("summit")
        INDUSTRY_FORUM = "industry_forum", _("industry forum")
        OUTREACH = "outreach", _("outreach")
        LAB_VISIT = "lab_visit", _("laboratory visit")
        SITE_VISIT = "site_visit", _("site visit")
        MATCHMAKING = "matchmaking", _("matchmaking")
        NETWORKING = "networking", _("networking")
        TRADE_MISSION = "trade_mission", _("mission")
        COMMITTEE_MEETING = "committee_meeting", _("committee meeting")
        HIGH_LEVEL_MEETING = "high_level_meeting", _("high-level meeting")

    class State(models.TextChoices):
        IDEA = "idea", _("idea")
        PLANNED = "planned", _("planned")
        ANNOUNCED = "announced", _("announced")
        REGISTRATION_OPEN = "registration_open", _("registration open")
        REGISTRATION_CLOSED = "registration_closed", _("registration closed")
        HELD = "held", _("held")
        REPORTED = "reported", _("reported")
        ARCHIVED = "archived", _("archived")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", pgettext_lazy("call or event", "cancelled")
        UNKNOWN = "", _("unknown")

    class Evidence(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        INFERRED = "inferred", _("inferred")
        INVENTED = "invented", _("invented")

    code = models.SlugField(_("code"), max_length=80, unique=True)
    alliance = models.ForeignKey(
        "alliances.Alliance",
        verbose_name=_("alliance"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )
    host_organisation = models.ForeignKey(
        "alliances.Organisation", verbose_name=_("host organisation"), on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    series_code = models.SlugField(_("series"), max_length=80, blank=True)
    title_en = models.CharField(_("title in English"), max_length=400)
    title_ja = models.CharField(_("title in Japanese"), max_length=400, blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    summary_ja = models.TextField(_("summary in Japanese"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    description_ja = models.TextField(_("description in Japanese"), blank=True)
    notice_en = models.TextField(
        _("notice in English"), blank=True, help_text=_("Stands at the top of the page, for what is new or different.")
    )
    notice_ja = models.TextField(_("notice in Japanese"), blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    starts_time = models.TimeField(_("begins at"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: it is one day."))
    ends_time = models.TimeField(_("ends at"), null=True, blank=True)
    date_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.DAY)
    timezone = models.CharField(_("time zone"), max_length=64, default="Asia/Tokyo", validators=[validate_zone])
    starts_at = models.DateTimeField(editable=False, null=True)
    ends_at = models.DateTimeField(editable=False, null=True)
    last_on = models.DateField(editable=False, null=True)
    # The first day for lists that are walked backwards: unknown days come last in every database, by an index.
    sorts_on = models.DateField(editable=False, default=dt.date.min)
    previous_starts_on = models.DateField(_("was planned for"), null=True, blank=True, editable=False)
    previous_starts_time = models.TimeField(null=True, blank=True, editable=False)
    format = models.CharField(_("format"), max_length=10, choices=AttendanceMode, blank=True)
    venue_en = models.CharField(_("venue in English"), max_length=300, blank=True)
    venue_ja = models.CharField(_("venue in Japanese"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    online_url = models.URLField(
        _("address of the online room"), max_length=500, blank=True, help_text=_("Only people with a place see it.")
    )
    registration_opens_on = models.DateField(_("registration opens on"), null=True, blank=True)
    registration_opens_time = models.TimeField(_("registration opens at"), null=True, blank=True)
    registration_closes_on = models.DateField(_("registration closes on"), null=True, blank=True)
    registration_closes_time = models.TimeField(
        _("registration closes at"), null=True, blank=True, help_text=_("Empty: at the end of the day.")
    )
    registration_opens_at = models.DateTimeField(editable=False, null=True)
    registration_closes_at = models.DateTimeField(editable=False, null=True)
    closes_when_full = models.BooleanField(
        _("registration closes with the last place"), default=False, help_text=_("Otherwise there is a waiting list.")
    )
    photo_notice = models.BooleanField(_("photographs are taken"), default=False)
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    registered_count = models.PositiveIntegerField(_("registered"), null=True, blank=True)
    attended_count = models.PositiveIntegerField(_("attended"), null=True, blank=True)
    overseas_count = models.PositiveIntegerField(_("from overseas"), null=True, blank=True)
    countries_count = models.PositiveIntegerField(_("countries"), null=True, blank=True)
    speakers_count = models.PositiveIntegerField(_("speakers"), null=True, blank=True)
    overseas_speakers_count = models.PositiveIntegerField(_("speakers from overseas"), null=True, blank=True)
    cost_amount = models.DecimalField(_("costs"), max_digits=14, decimal_places=2, null=True, blank=True)
    cost_currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, blank=True)
    report_en = models.TextField(_("report in English"), blank=True)
    report_ja = models.TextField(_("report in Japanese"), blank=True)
    reported_at = models.DateTimeField(_("report filed"), null=True, blank=True, editable=False)
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    language = models.CharField(_("languages"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, blank=True, default=State.IDEA)
    was_announced = models.BooleanField(editable=False, default=False)
    ical_sequence = models.PositiveIntegerField(_("version in calendars"), default=0, editable=False)
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence, default=Evidence.CONFIRMED)

    title = bilingual("title", _("title"))
    summary = bilingual("summary")
    description = bilingual("description")
    notice = bilingual("notice")
    venue = bilingual("venue")
    report = bilingual("report")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-starts_on", "code")
        indexes = [
            models.Index(fields=("-starts_on", "code"), name="event_newest"),
            models.Index(fields=("starts_on", "code"), name="event_soonest"),
            models.Index(fields=("-sorts_on", "code"), name="event_past"),
            models.Index(fields=("last_on", "state"), name="event_by_end"),
            models.Index(fields=("series_code", "starts_on"), name="event_by_series"),
            models.Index(fields=("kind", "-starts_on"), name="event_by_kind"),
            models.Index(fields=("registration_opens_at",), condition=Q(state="announced"), name="event_to_open"),
            models.Index(
                fields=("registration_closes_at",), condition=Q(state="registration_open"), name="event_to_close"
            ),
        ]
        constraints = [
            known_states(
                "state",
                [
                    "",
                    "idea",
                    "planned",
                    "announced",
                    "registration_open",
                    "registration_closed",
                    "held",
                    "reported",
                    "archived",
                    "postponed",
                    "cancelled",
                ],
                "event_state_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                name="event_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(starts_at__lt=F("ends_at")),
                name="event_lasts_some_time",
                violation_error_message=_("The event ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_opens_at__lt=F("registration_closes_at")),
                name="event_registration_window",
                violation_error_message=_("Registration closes before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(cost_amount=None) | ~Q(cost_currency=""),
                name="event_costs_have_currency",
                violation_error_message=_("Please say in which currency the costs are."),
            ),
        ]

    class Scoping:
        # Inferred rows are not published as facts. What was announced once stays, marked as postponed or cancelled.
        public = Q(was_announced=True) & ~Q(evidence="inferred")
        organisations = ("host_organisation", "alliance__lead")
        alliances = ("alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return self.title

    @property
    def audit_organisation(self):
        return self.host_organisation

    # -- days and times ------------------------------------------------------------------------------------------------
    @property
    def has_exact_days(self) -> bool:
        """Whether the days hold for calendars and machines, too; a day that is only reported does not."""
        return self.starts_on is not None and self.date_precision == Precision.DAY

    @property
    def has_hours(self) -> bool:
        """Whether the hour is known; otherwise calendars show whole days."""
        return self.has_exact_days and self.starts_time is not None

    @property
    def previous_starts_at(self) -> dt.datetime | None:
        """When it was to begin before it was moved; None where no hour was known, or nothing was moved."""
        if self.previous_starts_on is None or self.previous_starts_time is None:
            return None
        return wall_clock(self.previous_starts_on, self.previous_starts_time, self.timezone)

    def previously(self) -> str:
        """The former beginning by the clock of the place, with its hour where one was known."""
        at = self.previous_starts_at
        return zoned_text(at, self.timezone) if at else long_date(self.previous_starts_on)

    @property
    def final_day(self) -> dt.date | None:
        return self.ends_on or self.starts_on

    def set_instants(self) -> None:
        """Work the instants out from the wall-clock fields."""
        self.starts_at = self.ends_at = None
        if self.has_exact_days:
            self.starts_at = wall_clock(self.starts_on, self.starts_time or dt.time(), self.timezone)
            self.ends_at = self._end_of(self.final_day, self.ends_time)
        self.last_on = self._last_possible_day()
        self.sorts_on = self.starts_on or dt.date.min
        self.registration_opens_at = self.registration_closes_at = None
        if self.registration_opens_on:
            time = self.registration_opens_time or dt.time()
            self.registration_opens_at = wall_clock(self.registration_opens_on, time, self.timezone)
        if self.registration_closes_on:
            self.registration_closes_at = self._end_of(self.registration_closes_on, self.registration_closes_time)

    def _end_of(self, day: dt.date, time: dt.time | None) -> dt.datetime:
        """The instant, or without an hour the end of the day."""
        if time is None:
            return wall_clock(day + dt.timedelta(days=1), dt.time(), self.timezone)
        return wall_clock(day, time, self.timezone)

    def _last_possible_day(self) -> dt.date | None:
        """The last day on which the event may still go on, as far as the date is known at all."""
        day = self.final_day
        if day is None or self.date_precision == Precision.UNKNOWN:
            return None
        if self.date_precision == Precision.MONTH:
            return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        if self.date_precision == Precision.YEAR:
            return day.replace(month=12, day=31)
        if self.date_precision == Precision.FISCAL_YEAR:
            return fiscal_bounds(fiscal_year(day))[1]
        return day

    def clean(self):
        """Hours that do not exist, or come twice, are asked about and never shifted silently."""
        pairs = [
            ("starts_time", self.starts_on),
            ("ends_time", self.final_day),
            ("registration_opens_time", self.registration_opens_on),
            ("registration_closes_time", self.registration_closes_on),
        ]
        unclear = {}
        for name, day in pairs:
            time = getattr(self, name)
            if day and time and self.timezone:
                try:
                    exact_wall_clock(day, time, self.timezone)
                except ValidationError as refusal:
                    unclear[name] = refusal
        if wrong := unclear | self._impossible_numbers():
            raise ValidationError(wrong)
        if self.timezone:
            self.set_instants()

    def _impossible_numbers(self) -> dict[str, str]:
        """Parts that are more than their whole; who came, or where nobody counted, who was registered."""
        people = self.registered_count if self.attended_count is None else self.attended_count
        wholes = {"overseas_count": people, "countries_count": people, "overseas_speakers_count": self.speakers_count}
        return {
            part: _now("That is more than the number it is a part of: %(number)d.") % {"number": whole}
            for part, whole in wholes.items()
            if whole is not None and (getattr(self, part) or 0) > whole
        }

    def fill_derived(self) -> None:
        super().fill_derived()
        self.set_instants()
        # Rows entered from records may be anywhere in their life; steps say themselves when they announce.
        hidden = (self.State.IDEA, self.State.PLANNED)
        moved = (self.State.POSTPONED, self.State.CANCELLED)
        if self.state not in (hidden if self._state.adding else hidden + moved):
            self.was_announced = True

    def save(self, *args, **kwargs):
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, *DERIVED}
        super().save(*args, **kwargs)

    def days(self) -> str:
        """The days in the reader's language, no finer than they are known."""
        if self.has_exact_days:
            first, last = long_date(self.starts_on), long_date(self.final_day)
        else:
            first, last = (fuzzy_date(day, self.date_precision) for day in (self.starts_on, self.final_day))
        return f"{first} – {last}" if first and first != last else first

    @property
    def zone_label(self) -> str:
        return zone_name(self.timezone)

    def when(self, zone: str) -> str:
        """The beginning by the clock of the place and by the reader's; only the days there where no hour is known."""
        if self.has_hours:
            return both_zones_text(self.starts_at, self.timezone, zone)
        return self.days() + in_brackets(self.zone_label) if self.has_exact_days else self.days()

    @property
    def place(self) -> str:
        """Venue and city."""
        return _now(", ").join(filter(None, (self.venue, city_name(self.city))))

    def where(self) -> str:
        """Venue and city, or that it is online; never the address of the online room."""
        place = self.place
        if self.format == AttendanceMode.ONLINE:
            return str(AttendanceMode.ONLINE.label)
        if self.format == AttendanceMode.HYBRID:
            return _now("%(place)s, and online") % {"place": place} if place else str(AttendanceMode.HYBRID.label)
        return place

    # -- how it stands -------------------------------------------------------------------------------------------------
    @property
    def is_draft(self) -> bool:
        return self.state in (self.State.IDEA, self.State.PLANNED) and not self.was_announced

    @property
    def is_off(self) -> bool:
        """Nobody should come on the day it says."""
        return self.state in (self.State.POSTPONED, self.State.CANCELLED)

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.HELD, self.State.REPORTED, self.State.ARCHIVED)

    @property
    def is_on_site(self) -> bool:
        return self.format in (AttendanceMode.ON_SITE, AttendanceMode.HYBRID)

    @property
    def is_online(self) -> bool:
        return self.format in (AttendanceMode.ONLINE, AttendanceMode.HYBRID)

    @property
    def takes_registrations(self) -> bool:
        """Whether people register for it here at all."""
        return self.registration_opens_at is not None or self.state == self.State.REGISTRATION_OPEN

    @property
    def last_instant_to_register(self) -> dt.datetime | None:
        """For showing: 23:59 of the last day rather than midnight after it."""
        if self.registration_closes_at is None:
            return None
        if self.registration_closes_time is None:
            return self.registration_closes_at - dt.timedelta(minutes=1)
        return self.registration_closes_at

    @property
    def report_due_on(self) -> dt.date | None:
        """The report is filed within thirty days of the last one."""
        return self.last_on + REPORT_WITHIN if self.last_on else None


DERIVED = (
    "starts_at",
    "ends_at",
    "last_on",
    "sorts_on",
    "registration_opens_at",
    "registration_closes_at",
    "was_announced",
    "is_demo",
)
REPORT_WITHIN = dt.timedelta(days=30)
