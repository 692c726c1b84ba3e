"""Agreements between organisations, with parties, dates as precise as they are known, and files."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role
from portal.core.bilingual import bilingual
from portal.core.dates import Precision
from portal.core.models import BaseModel, SourcedModel
from portal.core.workflow import known_states


class Agreement(SourcedModel):
    class Kind(models.TextChoices):
        MEMORANDUM_OF_AGREEMENT = "memorandum_of_agreement", _("memorandum of agreement")
        COOPERATION_AGREEMENT = "cooperation_agreement", _("cooperation agreement")
        JOINT_CENTRE_AGREEMENT = "joint_centre_agreement", _("joint centre agreement")
        JOINT_SUPERVISION_MEMORANDUM = "joint_supervision_memorandum", _("memorandum on joint supervision")
        MEMORANDUM_OF_COOPERATION = "memorandum_of_cooperation", _("memorandum of cooperation")
        STUDENT_EXCHANGE_AGREEMENT = "student_exchange_agreement", _("student exchange agreement")
        OTHER = "other", _("other")

    class Level(models.TextChoices):
        MULTILATERAL_GOVERNMENT = "multilateral_government", _("governments, multilateral")
        BILATERAL_GOVERNMENT = "bilateral_government", _("governments, bilateral")
        INSTITUTIONAL = "institutional", _("institutions")
        UNIT = "unit", _("departments")

    class State(models.TextChoices):
        DRAFTING = "drafting", _("being drafted")
        INTERNAL_REVIEW = "internal_review", _("in internal review")
        LEGAL_REVIEW = "legal_review", _("in legal review")
        APPROVED_BOTH = "approved_both", _("approved by both sides")
        SIGNED = "signed", _("signed")
        IN_FORCE = "in_force", _("in force")
        EXPIRING = "expiring", _("expiring")
        RENEWED = "renewed", _("renewed")
        EXPIRED = "expired", _("expired")
        TERMINATED = "terminated", _("terminated")

    code = models.SlugField(_("code"), max_length=80, unique=True)
    alliance = models.ForeignKey(
        "alliances.Alliance",
        verbose_name=_("alliance"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agreements",
    )
    kind = models.CharField(_("kind"), max_length=40, choices=Kind)
    level = models.CharField(_("level"), max_length=30, choices=Level)
    title_en = models.CharField(_("title in English"), max_length=300)
    title_ja = models.CharField(_("title in Japanese"), max_length=300, blank=True)
    parties = models.ManyToManyField("alliances.Organisation", verbose_name=_("parties"), related_name="agreements")
    signed_on = models.DateField(pgettext_lazy("instant", "signed"), null=True, blank=True)
    signed_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.UNKNOWN)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFTING)
    signatories_en = models.CharField(_("signatories"), max_length=300, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("renewed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="predecessors",
    )

    title = bilingual("title", _("title"))

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ("code",)
        constraints = [
            known_states(
                "state",
                [
                    "drafting",
                    "internal_review",
                    "legal_review",
                    "approved_both",
                    "signed",
                    "in_force",
                    "expiring",
                    "renewed",
                    "expired",
                    "terminated",
                ],
                "agreement_state_known",
            ),
            models.CheckConstraint(
                condition=Q(in_force_from=None) | Q(expires_on=None) | Q(in_force_from__lte=F("expires_on")),
                name="agreement_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    class Scoping:
        organisations = ("parties", "alliance__lead", "alliance__members__organisation")
        alliances = ("alliance",)
        writers = frozenset({Role.ALLIANCE_ADMIN, Role.LEGAL_OFFICER})

    def __str__(self):
        return self.title

    @property
    def audit_organisation(self):
        return self.parties.first() if self.pk else None


class AgreementFile(BaseModel):
    """A text or signed copy of an agreement."""

    agreement = models.ForeignKey(
        Agreement, verbose_name=_("agreement"), on_delete=models.CASCADE, related_name="files"
    )
    file = models.ForeignKey("documents.StoredFile", verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=5, blank=True)
    is_signed_copy = models.BooleanField(_("signed copy"), default=False)

    class Meta:
        verbose_name = _("file of the agreement")
        verbose_name_plural = _("files of the agreement")

    class Scoping:
        organisations = ("agreement__parties",)
        alliances = ("agreement__alliance",)
        writers = frozenset({Role.ALLIANCE_ADMIN, Role.LEGAL_OFFICER})

    def __str__(self):
        return str(self.file)


class AgreementSignature(BaseModel):
    """One side's approval or signature, by one person."""

    agreement = models.ForeignKey(
        Agreement, verbose_name=_("agreement"), on_delete=models.CASCADE, related_name="signatures"
    )
    organisation = models.ForeignKey(
        "alliances.Organisation", verbose_name=_("side"), on_delete=models.PROTECT, related_name="+"
    )
    step = models.CharField(_("step"), max_length=10, choices=[("approve", _("approval")), ("sign", _("signature"))])
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("signed by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("signature under an agreement")
        verbose_name_plural = _("signatures under agreements")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("agreement", "step", "organisation"), name="agreement_signed_once_per_side"
            ),
            models.UniqueConstraint(fields=("agreement", "step", "signed_by"), name="agreement_signed_once_per_person"),
        ]

    class Scoping:
        organisations = ("agreement__parties",)
        alliances = ("agreement__alliance",)
        writers: frozenset[str] = frozenset()

    def __str__(self):
        return f"{self.agreement}: {self.organisation.label}"
