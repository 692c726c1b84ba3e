"""Consents, one purpose at a time, with the wording that was shown."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import DESK_ROLES
from portal.core.bilingual import bilingual
from portal.core.models import BaseModel, SourcedModel
from portal.core.scoping import EVERYONE

# When a consent is asked for. What is only shown is a notice of what the law demands.
KINDS = {
    "required": _("required"),
    "required for two-sided programmes": _("required for programmes of two sides"),
    "shown": _("only shown"),
    "asked where needed": _("asked where needed"),
    "optional": _("optional"),
    "event": _("asked with a registration"),
}
LEGAL_BASES = {
    "consent": _("consent"),
    "consent (APPI article 28); GDPR safeguards": _("consent (APPI, article 28); safeguards of the GDPR"),
    "contract or task": _("contract or task"),
    "FERPA 99.30 signed consent": _("signed consent (FERPA 99.30)"),
    "legal duty": _("legal duty"),
}
WITHDRAWALS = {
    "no": _("no"),
    "yes": _("yes"),
    "yes, ends the application": _("yes, which ends the application"),
}


class ConsentPurpose(SourcedModel):
    """What a consent is for. A changed wording is a new version; consents keep the version they were given to."""

    code = models.SlugField(_("code"), unique=True)
    text_en = models.TextField(_("text in English"))
    text_ja = models.TextField(_("text in Japanese"))
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    kind = models.CharField(_("kind"), max_length=100, choices=KINDS)
    withdrawable = models.CharField(_("withdrawable"), max_length=100)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    text = bilingual("text", _("text"))

    class Meta:
        verbose_name = _("consent purpose")
        verbose_name_plural = _("consent purposes")
        ordering = ("pk",)

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return self.text

    @property
    def legal_basis_text(self) -> str:
        return str(LEGAL_BASES.get(self.legal_basis, self.legal_basis))

    @property
    def withdrawable_text(self) -> str:
        return str(WITHDRAWALS.get(self.withdrawable, self.withdrawable))

    @property
    def is_required(self) -> bool:
        return self.kind == "required"

    @property
    def is_notice(self) -> bool:
        return self.kind == "shown"

    def save(self, *args, **kwargs):
        old = type(self)._base_manager.filter(pk=self.pk).values_list("text_en", "text_ja").first() if self.pk else None
        if old is not None and old != (self.text_en, self.text_ja):
            self.version += 1
        super().save(*args, **kwargs)


class Consent(BaseModel):
    """One person's answer to one purpose, in the wording and language that was shown."""

    person = models.ForeignKey(
        "accounts.Person", verbose_name=_("person"), on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.ForeignKey(
        ConsentPurpose, verbose_name=_("purpose"), on_delete=models.PROTECT, related_name="consents"
    )
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    text = models.TextField(_("text as shown"))
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(pgettext_lazy("instant", "withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("-given_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("person", "purpose"), condition=models.Q(withdrawn_at=None), name="consent_in_force_once"
            )
        ]

    class Scoping:
        organisations = ("person__organisation", "person__applications__call__programme__owner")
        owners = ("person__user",)
        roles = DESK_ROLES

    def __str__(self):
        return f"{self.person}: {self.purpose}"
