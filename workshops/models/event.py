"""Events of every kind, and how people attend them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role
from portal.core.bilingual import bilingual
from portal.core.dates import Precision, validate_zone
from portal.core.models import SourcedModel
from portal.core.workflow import known_states

EVENT_DESKS = frozenset({Role.EVENT_ORGANISER, Role.ALLIANCE_ADMIN, Role.PROGRAMME_MANAGER})


class AttendanceMode(models.TextChoices):
    ON_SITE = "on_site", _("on site")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("on site and online")


class Event(SourcedModel):
    """An event; fuzzy past dates are shown no finer than known. Empty counts are unknown, zero is zero."""

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
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    date_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.DAY)
    timezone = models.CharField(_("time zone"), max_length=64, default="Asia/Tokyo", validators=[validate_zone])
    format = models.CharField(_("format"), max_length=10, choices=AttendanceMode, blank=True)
    venue_en = models.CharField(_("venue in English"), max_length=300, blank=True)
    venue_ja = models.CharField(_("venue in Japanese"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    registered_count = models.PositiveIntegerField(_("registered"), null=True, blank=True)
    attended_count = models.PositiveIntegerField(_("attended"), null=True, blank=True)
    overseas_count = models.PositiveIntegerField(_("from overseas"), null=True, blank=True)
    countries_count = models.PositiveIntegerField(_("countries"), null=True, blank=True)
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    language = models.CharField(_("languages"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, blank=True, default=State.IDEA)
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence, default=Evidence.CONFIRMED)

    title = bilingual("title")
    venue = bilingual("venue")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-starts_on", "code")
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
        ]

    class Scoping:
        # Inferred rows are not published as facts.
        public = ~Q(evidence="inferred") & ~Q(state__in=("idea", "planned"))
        organisations = ("host_organisation", "alliance__lead")
        alliances = ("alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return self.title

    @property
    def audit_organisation(self):
        return self.host_organisation
