"""The firms that the alliance supports, and those that it only knows of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role
from portal.core.dates import Precision
from portal.core.models import SourcedModel
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
