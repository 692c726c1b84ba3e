"""Alliances and their dated members."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role as SeatRole
from portal.core.bilingual import bilingual
from portal.core.dates import Precision
from portal.core.models import SourcedModel
from portal.core.scoping import EVERYONE
from portal.core.workflow import known_states
from portal.ui.theme import Accent


class Alliance(SourcedModel):
    class Kind(models.TextChoices):
        UNIVERSITY_ALLIANCE = "university_alliance", _("university alliance")
        JOINT_CENTRE = "joint_centre", _("joint centre")
        REGIONAL_CONSORTIUM = "regional_consortium", _("regional consortium")
        NATIONAL_NETWORK = "national_network", _("national network")
        CENTRE_NETWORK = "centre_network", _("centre network")
        INDUSTRY_NETWORK = "industry_network", _("industry network")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        NEGOTIATING = "negotiating", _("negotiating")
        ACTIVE = "active", _("active")
        RENEWING = "renewing", _("renewing")
        DISSOLVED = "dissolved", _("dissolved")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_en = models.CharField(_("name in English"), max_length=300)
    name_ja = models.CharField(_("name in Japanese"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    start_on = models.DateField(_("since"), null=True, blank=True)
    start_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.UNKNOWN)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PROPOSED)
    lead = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("lead organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    purpose_en = models.TextField(_("purpose in English"), blank=True)
    purpose_ja = models.TextField(_("purpose in Japanese"), blank=True)
    website = models.CharField(_("website"), max_length=300, blank=True)
    accent = models.CharField(_("accent colour"), max_length=10, choices=Accent, default=Accent.INDIGO)

    name = bilingual("name")
    purpose = bilingual("purpose")

    class Meta:
        verbose_name = _("alliance")
        verbose_name_plural = _("alliances")
        ordering = ("pk",)
        constraints = [
            known_states(
                "state", ["proposed", "negotiating", "active", "renewing", "dissolved"], "alliance_state_known"
            )
        ]

    class Scoping:
        public = EVERYONE
        organisations = ("lead",)
        alliances = ("pk",)
        writers = frozenset({SeatRole.ALLIANCE_ADMIN})

    def __str__(self):
        return self.name

    @property
    def audit_organisation(self):
        return self.lead


class AllianceMember(SourcedModel):
    class Role(models.TextChoices):
        LEAD = "lead", _("lead")
        ANCHOR = "anchor", _("anchor")
        CORE = "core", _("core")
        MEMBER = "member", _("member")
        PARTICIPATING_UNIT = "participating_unit", _("participating unit")
        PARTNER = "partner", _("partner")
        INTERNATIONAL_PARTNER = "international_partner", _("international partner")
        SATELLITE = "satellite", _("satellite")
        STARTUP_PARTNER = "startup_partner", _("startup partner")
        MODEL_AND_SUPPORTER = "model_and_supporter", _("model and supporter")

    alliance = models.ForeignKey(Alliance, verbose_name=_("alliance"), on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(
        "alliances.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=30, choices=Role, default=Role.MEMBER)
    side = models.CharField(
        _("side"),
        max_length=10,
        choices=[("jp", _("Japan")), ("us", _("United States")), ("other", _("elsewhere"))],
        blank=True,
    )
    since_on = models.DateField(_("since"), null=True, blank=True)
    since_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.UNKNOWN)
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("alliance", "pk")
        constraints = [models.UniqueConstraint(fields=("alliance", "organisation"), name="alliance_member_once")]

    class Scoping:
        public = EVERYONE
        organisations = ("alliance__lead",)
        alliances = ("alliance",)
        writers = frozenset({SeatRole.ALLIANCE_ADMIN})

    def __str__(self):
        return f"{self.organisation} ({self.get_role_display()})"
