"""Consents, one purpose at a time, with the wording that was shown."""

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import DESK_ROLES
from portal.core.bilingual import bilingual, in_language
from portal.core.countries import country_name
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


# Where nothing is on record about a country or a recipient, the text says so and whom to ask.
NO_SYSTEM = _(
    "The programme's office tells what is known about it on request. Japan's Personal Information Protection "
    "Commission has published what it found out about many countries: "
    "https://www.ppc.go.jp/personalinfo/legal/kaiseihogohou/#gaikoku"
)
NO_SITE = _("the programme's office names them on request.")


class ConsentPurpose(SourcedModel):
    """What a consent is for: a name, and the wording that is agreed to.

    A changed wording is a new version; consents keep the version they were given to, and the text as it was shown.
    """

    code = models.SlugField(_("code"), unique=True)
    text_en = models.TextField(_("text in English"))
    text_ja = models.TextField(_("text in Japanese"))
    wording_en = models.TextField(_("wording in English"), blank=True)
    wording_ja = models.TextField(_("wording in Japanese"), blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    kind = models.CharField(_("kind"), max_length=100, choices=KINDS)
    withdrawable = models.CharField(_("withdrawable"), max_length=100)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    text = bilingual("text", _("text"))
    wording = bilingual("wording", _("wording"))

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

    @property
    def names_recipient(self) -> bool:
        """Whether it is agreed to for one institution, to which data goes."""
        return self.kind == "required for two-sided programmes"

    def wording_in(self, language: str, recipient=None) -> str:
        """What is agreed to, in a language; about the institution to which data goes, where there is one."""
        text = in_language(self, "wording", language)
        if recipient is None:
            return text
        with translation.override(language):
            system = CountrySystem.objects.filter(country=recipient.country).first()
            words = {
                "recipient": recipient.name,
                "country": country_name(recipient.country),
                "system": system.text if system else str(NO_SYSTEM),
                "site": recipient.website or (recipient.parent.website if recipient.parent else "") or str(NO_SITE),
            }
        for name, word in words.items():
            text = text.replace(f"{{{name}}}", word)
        return text

    def shown_in(self, language: str, recipient=None) -> str:
        """Name and wording, as a consent keeps them."""
        parts = (in_language(self, "text", language), self.wording_in(language, recipient))
        return "\n\n".join(filter(None, parts))

    def save(self, *args, **kwargs):
        words = ("text_en", "text_ja", "wording_en", "wording_ja")
        old = type(self)._base_manager.filter(pk=self.pk).values_list(*words).first() if self.pk else None
        if old is not None and old != tuple(getattr(self, name) for name in words):
            self.version += 1
        super().save(*args, **kwargs)


class CountrySystem(SourcedModel):
    """How a country protects personal data, as it is told to whoever agrees that data goes there."""

    country = models.CharField(_("country"), max_length=2, unique=True)
    text_en = models.TextField(_("text in English"))
    text_ja = models.TextField(_("text in Japanese"))

    text = bilingual("text", _("text"))

    class Meta:
        verbose_name = _("data protection of a country")
        verbose_name_plural = _("data protection of countries")
        ordering = ("country",)

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return country_name(self.country)


class Consent(BaseModel):
    """One person's answer to one purpose, in the wording and language that was shown.

    Where data goes to another institution, to that one alone: another recipient is asked about anew.
    """

    person = models.ForeignKey(
        "accounts.Person", verbose_name=_("person"), on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.ForeignKey(
        ConsentPurpose, verbose_name=_("purpose"), on_delete=models.PROTECT, related_name="consents"
    )
    recipient = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=pgettext_lazy("of personal data", "recipient"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
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
                fields=("person", "purpose"),
                condition=models.Q(withdrawn_at=None, recipient=None),
                name="consent_in_force_once",
            ),
            models.UniqueConstraint(
                fields=("person", "purpose", "recipient"),
                condition=models.Q(withdrawn_at=None),
                name="consent_in_force_once_per_recipient",
            ),
        ]

    class Scoping:
        organisations = ("person__organisation", "person__applications__call__programme__owner")
        owners = ("person__user",)
        roles = DESK_ROLES

    def __str__(self):
        return f"{self.person}: {self.purpose}"
