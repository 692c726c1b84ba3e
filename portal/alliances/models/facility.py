"""Facilities and the vocabulary of technology areas."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core.bilingual import bilingual
from portal.core.dates import Precision
from portal.core.models import BaseModel, SourcedModel
from portal.core.scoping import EVERYONE


class TechnologyArea(BaseModel):
    """A term of the shared vocabulary of fields of technology."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=150)
    name_ja = models.CharField(_("name in Japanese"), max_length=150, blank=True)

    name = bilingual("name")

    class Meta:
        verbose_name = _("technology area")
        verbose_name_plural = _("technology areas")
        ordering = ("name_en",)

    class Scoping:
        public = EVERYONE
        organisations = ()
        writers = frozenset({Role.ALLIANCE_ADMIN})

    def __str__(self):
        return self.name


class Facility(SourcedModel):
    class Kind(models.TextChoices):
        CLEAN_ROOM = "clean_room", _("clean room")
        NANOFAB = "nanofab", _("nanofabrication")
        PROCESS_LINE = "process_line", _("process line")
        SYNCHROTRON = "synchrotron", _("synchrotron")
        QUANTUM_NETWORK = "quantum_network", _("quantum network")
        CRYOGENIC = "cryogenic", _("cryogenic laboratory")
        JOINT_LABORATORY = "joint_laboratory", _("joint laboratory")
        LABORATORY_BUILDING = "laboratory_building", _("laboratory building")
        HOUSING = "housing", _("housing")
        TESTBED = "testbed", _("testbed")
        SCIENCE_PARK = "science_park", _("science park")

    class Access(models.TextChoices):
        MUTUAL_ACCESS = "mutual_access", _("mutual access")
        PROPOSAL_CALL = "proposal_call", _("by call for proposals")
        MEMBER_ONLY = "member_only", _("members only")
        HOST_INVITED = "host_invited", _("invited by the host")
        JOINT_PROJECT = "joint_project", _("joint projects")
        USER_REGISTRATION = "user_registration", _("registered users")
        OPEN_TESTBED = "open_testbed", _("open testbed")
        MEMBERSHIP = "membership", _("by membership")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    organisation = models.ForeignKey(
        "alliances.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="facilities"
    )
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    site_en = models.CharField(_("place"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    opened_on = models.DateField(_("opened"), null=True, blank=True)
    opened_precision = models.CharField(_("precision"), max_length=12, choices=Precision, blank=True)
    status = models.CharField(
        _("operation"),
        max_length=12,
        choices=[("planned", _("planned")), ("operating", _("operating")), ("closed", _("closed"))],
    )
    key_figures_en = models.TextField(_("key figures in English"), blank=True)
    key_figures_ja = models.TextField(_("key figures in Japanese"), blank=True)
    access_mode = models.CharField(_("access"), max_length=30, choices=Access)
    needs_safety_training = models.BooleanField(_("safety training needed"), default=False)
    export_control_flag = models.CharField(
        _("export control"),
        max_length=10,
        choices=[("none", _("no review")), ("review", _("review needed"))],
        default="review",
    )
    website = models.CharField(_("website"), max_length=300, blank=True)

    name = bilingual("name")
    key_figures = bilingual("key_figures")

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        ordering = ("name_en",)

    class Scoping:
        public = EVERYONE
        organisations = ("organisation",)
        writers = frozenset({Role.ALLIANCE_ADMIN, Role.FACILITY_MANAGER})

    def __str__(self):
        return self.name

    @property
    def audit_organisation(self):
        return self.organisation
