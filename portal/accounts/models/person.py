"""A person is one record for fellow, host, reviewer, speaker and founder, with or without a sign-in."""

import unicodedata

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import DESK_ROLES
from portal.core.bilingual import bilingual
from portal.core.dates import validate_zone
from portal.core.identifiers import normalise_orcid, validate_orcid
from portal.core.models import SourcedModel
from portal.core.scoping import EVERYONE
from portal.outbox.recipients import Recipient

# Who only drafts an application is not known to the desks yet.
HANDED_IN = Q(applications__submitted_at__isnull=False)


class Person(SourcedModel):
    class NameOrder(models.TextChoices):
        FAMILY_FIRST = "family_first", _("family name first")
        GIVEN_FIRST = "given_first", _("given name first")

    class CareerStage(models.TextChoices):
        UNDERGRADUATE = "undergraduate", _("undergraduate student")
        MASTER_STUDENT = "master_student", _("master student")
        DOCTORAL_STUDENT = "doctoral_student", _("doctoral student")
        POSTDOC = "postdoc", _("postdoctoral researcher")
        FACULTY = "faculty", _("faculty")
        STAFF = "staff", pgettext_lazy("career stage", "staff")
        INDUSTRY = "industry", _("industry")
        OTHER = "other", _("other")

    code = models.SlugField(
        _("code"), max_length=40, unique=True, blank=True, help_text=_("Filled in by the portal if empty.")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sign-in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
    )
    family_name = models.CharField(
        _("family name"), max_length=100, blank=True, help_text=_("In Latin letters, as in the passport.")
    )
    given_name = models.CharField(_("given name"), max_length=100, help_text=_("A single name goes here."))
    display_name = models.CharField(
        _("name as it should be shown"),
        max_length=200,
        blank=True,
        help_text=_("Only if it differs from the names above."),
    )
    family_name_ja = models.CharField(_("family name in native script"), max_length=100, blank=True)
    given_name_ja = models.CharField(_("given name in native script"), max_length=100, blank=True)
    family_name_kana = models.CharField(_("family name in kana"), max_length=100, blank=True)
    given_name_kana = models.CharField(_("given name in kana"), max_length=100, blank=True)
    name_order = models.CharField(_("name order"), max_length=12, choices=NameOrder, default=NameOrder.GIVEN_FIRST)
    email = models.EmailField(_("e-mail address"), blank=True)
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    position_en = models.CharField(_("position in English"), max_length=200, blank=True)
    position_ja = models.CharField(_("position in Japanese"), max_length=200, blank=True)
    career_stage = models.CharField(_("career stage"), max_length=20, choices=CareerStage, blank=True)
    side = models.CharField(
        _("side"),
        max_length=10,
        blank=True,
        choices=[("jp", _("Japan")), ("us", _("United States")), ("other", _("elsewhere"))],
    )
    portal_roles = models.CharField(_("roles at import"), max_length=200, blank=True, editable=False)
    ui_language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    orcid = models.CharField(_("ORCID iD"), max_length=40, blank=True, validators=[validate_orcid])
    search_key = models.TextField(editable=False, blank=True)

    position = bilingual("position", _("position"))

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("family_name", "given_name", "pk")
        indexes = [
            models.Index(fields=("family_name", "given_name"), name="person_by_name"),
            models.Index(fields=("email",), name="person_by_email"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("orcid",),
                condition=~Q(orcid=""),
                name="person_orcid_once",
                violation_error_message=_("Another person already has this ORCID iD."),
            )
        ]

    class Scoping:
        organisations = {
            "organisation": EVERYONE,
            "applications__call__programme__owner": HANDED_IN,
            "applications__home_organisation": HANDED_IN,
            "applications__host_organisation": HANDED_IN,
            "stays__home_organisation": EVERYONE,
            "stays__host_organisation": EVERYONE,
        }
        alliances = {"applications__call__programme__alliance": HANDED_IN, "stays__programme__alliance": EVERYONE}
        programmes = {"applications__call__programme": HANDED_IN, "stays__programme": EVERYONE}
        owners = ("user",)
        roles = DESK_ROLES

    def __str__(self):
        return self.name_in(get_language() or "en")

    def fill_derived(self) -> None:
        super().fill_derived()
        if self.orcid:
            self.orcid = normalise_orcid(self.orcid)
        for field in (
            "family_name",
            "given_name",
            "family_name_ja",
            "given_name_ja",
            "family_name_kana",
            "given_name_kana",
        ):
            setattr(self, field, unicodedata.normalize("NFC", getattr(self, field)).strip())
        self.email = self.email.strip().lower()
        self.search_key = search_form(
            " ".join(
                [
                    self.family_name,
                    self.given_name,
                    self.display_name,
                    self.family_name_ja + self.given_name_ja,
                    self.family_name_ja,
                    self.given_name_ja,
                    self.family_name_kana,
                    self.given_name_kana,
                    self.email,
                ]
            )
        )

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        if not self.code:
            self.code = f"p-{self.pk:06d}"
            super().save(update_fields=["code"])

    def name_in(self, language: str) -> str:
        """The name in a language (`en`/`ja`): native script in Japanese where there is one, in its own order."""
        if language.startswith("ja") and (self.family_name_ja or self.given_name_ja):
            return " ".join(filter(None, (self.family_name_ja, self.given_name_ja)))
        if self.display_name:
            return self.display_name
        family_first = language.startswith("ja") and self.name_order == self.NameOrder.FAMILY_FIRST
        parts = (self.family_name, self.given_name) if family_first else (self.given_name, self.family_name)
        return " ".join(filter(None, parts))

    @property
    def passport_name(self) -> str:
        """FAMILY, Given in capitals, as visa papers want it."""
        return ", ".join(filter(None, (self.family_name.upper(), self.given_name.upper())))

    @property
    def audit_organisation(self):
        return self.organisation

    def as_recipient(self) -> Recipient:
        language = self.user.language if self.user else self.ui_language
        return Recipient(
            email=self.user.email if self.user else self.email,
            name=self.name_in(language),
            language=language,
            timezone=self.user.timezone if self.user else self.timezone,
            user_id=self.user_id,
            person_id=self.pk,
            names=tuple((code, self.name_in(code)) for code, _label in settings.LANGUAGES),
        )


# Kanji that families write in their own shape, beside the one that people type.
_SHAPES = str.maketrans(
    "髙﨑濵濱邊邉齋齊斎澤櫻廣國眞惠德榮嶋嶌冨桒栁瀨龍渕學藏圓實壽槇緖曾靜彌條豐萬當會來禮鐵黑祿增𠮷",
    "高崎浜浜辺辺斉斉斉沢桜広国真恵徳栄島島富桑柳瀬竜淵学蔵円実寿槙緒曽静弥条豊万当会来礼鉄黒禄増吉",
)


def search_form(text: str) -> str:
    """Text folded for searching: width, case, accents, katakana/hiragana and old shapes of kanji do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SHAPES)
    plain = "".join(
        c for c in unicodedata.normalize("NFD", folded) if unicodedata.category(c) != "Mn" or "\u3040" <= c <= "\u30ff"
    )
    # Katakana are searched as hiragana; the voicing marks stay because they make other words.
    plain = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in plain)
    return " ".join(unicodedata.normalize("NFC", plain).split())
