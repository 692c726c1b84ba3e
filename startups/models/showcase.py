"""How a startup shows itself to everybody, and the consent without which it does not."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.bilingual import bilingual
from portal.core.models import SourcedModel
from startups.models.confidentiality import Confidentiality
from startups.models.startup import VentureRow
from startups.querysets import ShowcaseQuerySet

SHOWN_STATES = ("admitted", "active", "paused", "graduated", "exited")


class Showcase(SourcedModel):
    """The public page of a startup: texts of its own, so that nothing else of the record can slip out with them."""

    path_to_startup = "startup__"

    startup = models.OneToOneField(
        "startups.Startup", verbose_name=_("startup"), on_delete=models.CASCADE, related_name="showcase"
    )
    one_liner_en = models.CharField(_("one line in English"), max_length=160, blank=True)
    one_liner_ja = models.CharField(_("one line in Japanese"), max_length=160, blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    description_ja = models.TextField(_("description in Japanese"), blank=True)
    website = models.CharField(
        _("website"),
        max_length=300,
        blank=True,
        validators=[URLValidator(["https", "http"])],
        help_text=_("With https:// in front."),
    )

    confidentiality = models.CharField(
        _("who may read the page"),
        max_length=20,
        choices=Confidentiality,
        default=Confidentiality.TEAM,
        editable=False,
    )

    # Set by the founder's own step only
    consent_given_on = models.DateField(pgettext_lazy("consent", "given"), null=True, blank=True)
    consent_by = models.ForeignKey(
        "accounts.Person",
        verbose_name=pgettext_lazy("consent", "given by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    consent_wording = models.PositiveSmallIntegerField(_("version of the wording"), null=True, blank=True)
    consent_text = models.TextField(_("wording as shown"), blank=True)
    consent_withdrawn_on = models.DateField(pgettext_lazy("consent", "withdrawn"), null=True, blank=True)

    one_liner = bilingual("one_liner", _("one line"))
    description = bilingual("description", _("description"))

    objects = ShowcaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("public page")
        verbose_name_plural = _("public pages")
        ordering = ("startup__name",)
        constraints = [
            models.CheckConstraint(
                condition=Q(consent_given_on=None) | Q(consent_by__isnull=False),
                name="showcase_consent_has_a_giver",
                violation_error_message=_("A consent needs the person who gave it."),
            )
        ]

    class Scoping(VentureRow.Scoping):
        public = Q(
            consent_given_on__isnull=False,
            consent_withdrawn_on=None,
            confidentiality=Confidentiality.PUBLIC,
            startup__confidentiality__in=[level for level in Confidentiality if level != Confidentiality.NAMED],
            startup__same_venture_as=None,
            startup__state__in=SHOWN_STATES,
        )

    def __str__(self):
        return str(self.startup)

    @property
    def has_consent(self) -> bool:
        return self.consent_given_on is not None and self.consent_withdrawn_on is None

    @property
    def audit_organisation(self):
        return None
