"""Organisations as a tree, with their names, relations and the people who held office."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core.bilingual import bilingual
from portal.core.dates import Precision
from portal.core.identifiers import normalise_ror, validate_ror
from portal.core.models import BaseModel, SourcedModel
from portal.core.scoping import EVERYONE

# Stands for "no date" in unique constraints: two missing dates are the same date, on SQLite as well.
NO_DATE = Value(dt.date.min, output_field=models.DateField())
SHORT_IN_JAPANESE = 10  # characters


class Organisation(SourcedModel):
    """A university, laboratory, firm or office; `lineage` is the path of primary keys from the root, "/3/17/"."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", _("university")
        RESEARCH_CENTRE = "research_centre", _("research centre")
        INTER_UNIVERSITY_INSTITUTE = "inter_university_institute", _("inter-university research institute")
        NATIONAL_LAB = "national_lab", _("national laboratory")
        COMPANY = "company", _("company")
        CONSORTIUM = "consortium", _("consortium")
        GOVERNMENT = "government", _("government")
        FUNDING_AGENCY = "funding_agency", _("funding agency")
        STANDARDS_BODY = "standards_body", _("standards body")
        TRADE_AGENCY = "trade_agency", _("trade agency")
        ACCELERATOR = "accelerator", _("accelerator")
        OTHER = "other", _("other")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_en = models.CharField(_("name in English"), max_length=300)
    name_ja = models.CharField(_("name in Japanese"), max_length=300, blank=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=40, choices=Kind)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, such as JP or US."))
    city = models.CharField(_("city"), max_length=100, blank=True)
    ror_id = models.CharField(_("ROR id"), max_length=60, blank=True, validators=[validate_ror])
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), null=True, blank=True, on_delete=models.PROTECT, related_name="units"
    )
    lineage = models.CharField(max_length=200, editable=False, db_index=True, blank=True)
    website = models.CharField(_("website"), max_length=300, blank=True)

    name = bilingual("name")
    label = bilingual("label")  # for tables and pictures

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name_en",)
        constraints = [
            models.UniqueConstraint(
                fields=("ror_id",),
                condition=~Q(ror_id=""),
                name="organisation_ror_once",
                violation_error_message=_("Another organisation already has this ROR id."),
            )
        ]

    class Scoping:
        public = EVERYONE
        organisations = ("pk",)
        writers = frozenset({Role.ALLIANCE_ADMIN})

    def __str__(self):
        return self.name

    @property
    def label_en(self) -> str:
        return self.short_name or self.name_en

    @property
    def label_ja(self) -> str:
        """東北大学 is as short as “Tohoku”; longer names go by their short one in Japanese, too."""
        is_short = 0 < len(self.name_ja) <= SHORT_IN_JAPANESE
        return self.name_ja if is_short else self.short_name or self.name_ja or self.name_en

    @property
    def audit_organisation(self):
        return self

    def clean(self):
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk == self.pk and self.pk is not None:
                raise ValidationError({"parent": _("An organisation cannot be part of itself or of its own unit.")})
            ancestor = ancestor.parent

    def save(self, *args, **kwargs):
        if self.ror_id:
            self.ror_id = normalise_ror(self.ror_id)
        super().save(*args, **kwargs)
        self._keep_lineage()

    def _keep_lineage(self):
        """Write the path from the root; a moved organisation takes its units along."""
        lineage = f"{self.parent.lineage if self.parent else '/'}{self.pk}/"
        if lineage == self.lineage:
            return
        self.lineage = lineage
        type(self)._base_manager.filter(pk=self.pk).update(lineage=lineage)
        for unit in type(self)._base_manager.filter(parent=self):
            unit._keep_lineage()


class OrganisationAlias(BaseModel):
    """Another spelling under which sources name an organisation; search finds both."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="aliases"
    )
    name = models.CharField(_("also known as"), max_length=300)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [models.UniqueConstraint(fields=("organisation", "name"), name="organisation_alias_once")]

    class Scoping:
        public = EVERYONE
        organisations = ("organisation",)
        writers = frozenset({Role.ALLIANCE_ADMIN})

    def __str__(self):
        return self.name


class OrganisationRelation(SourcedModel):
    """A dated relation that is neither part-of nor membership: satellite, predecessor, joint laboratory."""

    class Kind(models.TextChoices):
        SATELLITE = "satellite", _("satellite of")
        SUCCESSOR = "successor", _("successor of")
        JOINT_LABORATORY = "joint_laboratory", _("joint laboratory with")
        COOPERATION = "cooperation", _("cooperates with")

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="relations"
    )
    kind = models.CharField(_("relation"), max_length=30, choices=Kind)
    other = models.ForeignKey(
        Organisation, verbose_name=_("other organisation"), on_delete=models.CASCADE, related_name="+"
    )
    from_date = models.DateField(_("from"), null=True, blank=True)
    from_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.UNKNOWN)
    to_date = models.DateField(_("until"), null=True, blank=True)
    to_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.UNKNOWN)

    class Meta:
        verbose_name = _("relation between organisations")
        verbose_name_plural = _("relations between organisations")

    class Scoping:
        public = EVERYONE
        organisations = ("organisation",)
        writers = frozenset({Role.ALLIANCE_ADMIN})

    def __str__(self):
        return f"{self.organisation} {self.get_kind_display()} {self.other}"


class OrganisationRole(SourcedModel):
    """Who held which office of an organisation, when, with what share of effort; as public sources say."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="roles"
    )
    role_en = models.CharField(_("office in English"), max_length=150)
    role_ja = models.CharField(_("office in Japanese"), max_length=150, blank=True)
    person = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="offices",
    )
    person_family = models.CharField(_("family name"), max_length=100)
    person_given = models.CharField(_("given name"), max_length=100, blank=True)
    person_name_ja = models.CharField(_("name in Japanese"), max_length=100, blank=True)
    from_date = models.DateField(_("from"), null=True, blank=True)
    from_precision = models.CharField(_("precision"), max_length=12, choices=Precision, blank=True)
    to_date = models.DateField(_("until"), null=True, blank=True)
    to_precision = models.CharField(_("precision"), max_length=12, choices=Precision, blank=True)
    fte_percent = models.PositiveSmallIntegerField(_("share of effort (%)"), null=True, blank=True)

    role = bilingual("role", _("office held"))

    class Meta:
        verbose_name = _("office held")
        verbose_name_plural = _("offices held")
        ordering = ("organisation", "from_date")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "role_en",
                "person_family",
                "person_given",
                Coalesce("from_date", NO_DATE),
                name="organisation_role_once",
            ),
            models.CheckConstraint(
                condition=Q(fte_percent=None) | Q(fte_percent__lte=100),
                name="organisation_role_effort",
                violation_error_message=_("The share of effort is at most 100 %%."),
            ),
        ]

    class Scoping:
        public = EVERYONE
        organisations = ("organisation",)
        writers = frozenset({Role.ALLIANCE_ADMIN})

    def __str__(self):
        return f"{self.role}: {self.person_given} {self.person_family}".strip()
