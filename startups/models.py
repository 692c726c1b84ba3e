"""Startups, the cohorts they run through and their milestones."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role
from portal.core.bilingual import bilingual
from portal.core.dates import Precision
from portal.core.models import SourcedModel
from portal.core.scoping import EVERYONE
from portal.core.workflow import known_states

STARTUP_DESKS = frozenset({Role.STARTUP_MANAGER, Role.ALLIANCE_ADMIN, Role.KPI_AUDITOR})
STARTUP_WRITERS = frozenset({Role.STARTUP_MANAGER, Role.ALLIANCE_ADMIN})


class Startup(SourcedModel):
    """A firm; `relation` says whether the alliance supports it or the strategy merely names it (never counted)."""

    class State(models.TextChoices):
        LEAD = "lead", pgettext_lazy("startup", "lead")
        APPLIED = "applied", _("applied")
        SCREENED = "screened", _("screened")
        ADMITTED = "admitted", _("admitted")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        GRADUATED = "graduated", _("graduated")
        EXITED = "exited", _("exited")
        DECLINED = "declined", pgettext_lazy("application", "declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CLOSED_DOWN = "closed_down", _("closed down")
        OUTSIDE = "", _("not in the programme")

    class Relation(models.TextChoices):
        SUPPORTED = "supported", _("supported")
        APPLICANT = "applicant", _("applicant")
        NAMED_IN_STRATEGY = "named_in_strategy", _("named in the strategy")

    class Origin(models.TextChoices):
        UNIVERSITY = "university", _("university")
        RESEARCH_INSTITUTE = "research_institute", _("research institute")
        COMPANY = "company", _("company")
        UNKNOWN = "unknown", _("unknown")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(_("country"), max_length=2, blank=True)
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    founded_precision = models.CharField(_("precision"), max_length=12, choices=Precision, blank=True)
    origin_kind = models.CharField(_("origin"), max_length=20, choices=Origin, default=Origin.UNKNOWN)
    origin_organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("came out of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="startups",
    )
    technology_area = models.ForeignKey(
        "alliances.TechnologyArea",
        verbose_name=_("technology area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="startups",
    )
    relation = models.CharField(
        _("relation to the alliance"), max_length=20, choices=Relation, default=Relation.APPLICANT
    )
    state = models.CharField(_("state"), max_length=15, choices=State, blank=True, default=State.LEAD)

    class Meta:
        verbose_name = _("startup")
        verbose_name_plural = _("startups")
        ordering = ("name",)
        constraints = [
            known_states(
                "state",
                [
                    "",
                    "lead",
                    "applied",
                    "screened",
                    "admitted",
                    "active",
                    "paused",
                    "graduated",
                    "exited",
                    "declined",
                    "withdrawn",
                    "closed_down",
                ],
                "startup_state_known",
            )
        ]

    class Scoping:
        organisations = ("origin_organisation", "milestones__cohort__programme__owner")
        alliances = ("milestones__cohort__programme__alliance",)
        roles = STARTUP_DESKS
        writers = STARTUP_WRITERS

    def __str__(self):
        return self.name

    @property
    def audit_organisation(self):
        return self.origin_organisation


class Cohort(SourcedModel):
    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CALL_OPEN = "call_open", _("call open")
        SELECTING = "selecting", _("selecting")
        RUNNING = "running", _("running")
        DEMO_DAY = "demo_day", _("demo day")
        GRADUATED = "graduated", _("graduated")
        FOLLOW_UP = "follow_up", _("follow-up")
        CLOSED = "closed", _("closed")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    programme = models.ForeignKey(
        "programmes.Programme", verbose_name=_("programme"), on_delete=models.PROTECT, related_name="cohorts"
    )
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    date_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.DAY)
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)

    name = bilingual("name")

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ("-starts_on", "code")
        constraints = [
            known_states(
                "state",
                ["planned", "call_open", "selecting", "running", "demo_day", "graduated", "follow_up", "closed"],
                "cohort_state_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                name="cohort_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
        ]

    class Scoping:
        public = EVERYONE
        organisations = ("programme__owner",)
        alliances = ("programme__alliance",)
        programmes = ("programme",)
        roles = STARTUP_DESKS
        writers = STARTUP_WRITERS

    def __str__(self):
        return self.name


class Milestone(SourcedModel):
    """A milestone of a startup in a cohort; who verifies it is not its mentor."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        IN_PROGRESS = "in_progress", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        VERIFIED = "verified", _("verified")
        REJECTED = "rejected", _("rejected")
        MISSED = "missed", _("missed")
        WAIVED = "waived", _("waived")

    code = models.SlugField(_("number"), max_length=60, unique=True)
    startup = models.ForeignKey(Startup, verbose_name=_("startup"), on_delete=models.PROTECT, related_name="milestones")
    cohort = models.ForeignKey(Cohort, verbose_name=_("cohort"), on_delete=models.PROTECT, related_name="milestones")
    title_en = models.CharField(_("milestone"), max_length=300)
    due_on = models.DateField(_("due"))
    submitted_on = models.DateField(pgettext_lazy("instant", "submitted"), null=True, blank=True)
    verified_on = models.DateField(pgettext_lazy("instant", "verified"), null=True, blank=True)
    verified_by = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNED)
    evidence_en = models.TextField(_("evidence"), blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("due_on", "code")
        constraints = [
            known_states(
                "state",
                ["planned", "in_progress", "submitted", "verified", "rejected", "missed", "waived"],
                "milestone_state_known",
            )
        ]

    class Scoping:
        organisations = ("cohort__programme__owner",)
        alliances = ("cohort__programme__alliance",)
        programmes = ("cohort__programme",)
        roles = STARTUP_DESKS
        writers = STARTUP_WRITERS

    def __str__(self):
        return f"{self.startup}: {self.title_en}"
