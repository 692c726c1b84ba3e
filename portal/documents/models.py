"""Private files, issued letters and the counters of their numbers."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.models import BaseModel
from portal.core.models.audit import AppendOnlyError
from portal.documents.querysets import AboutQuerySet, LetterQuerySet


def private_storage():
    """Resolved when it is used, so that tests and deployments may choose another place."""
    return storages["private"]


def random_name(instance, filename) -> str:
    """A name in the storage that tells nothing and meets no other: 256 folders, then a random identifier."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


class AboutModel(BaseModel):
    """A row about a record of any app; the label is a snapshot that outlives the record."""

    content_type = models.ForeignKey(
        ContentType, verbose_name=_("kind of record"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    object_id = models.CharField(_("record number"), max_length=64, blank=True)
    about = GenericForeignKey("content_type", "object_id")
    about_label = models.CharField(_("about"), max_length=300, blank=True)

    class Meta:
        abstract = True


class StoredFile(AboutModel):
    """One private file: its content never changes, and it leaves only through the download page."""

    kind = models.SlugField(_("kind"), max_length=50)
    name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(_("file"), storage=private_storage, upload_to=random_name, max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    media_type = models.CharField(_("type of content"), max_length=100)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = AboutQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=("content_type", "object_id"), name="file_by_record")]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0), name="file_not_empty", violation_error_message=_("A file cannot be empty.")
            )
        ]

    class Scoping:
        owners = ("owner",)

    def __str__(self):
        return self.name


class Letter(AboutModel):
    """A letter as it was issued. A mistake is mended by a new letter that supersedes this one."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.SlugField(_("kind"), max_length=50)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    context = models.JSONField(_("text as issued"))
    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="letter")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    recipient_name = models.CharField(_("name of the recipient"), max_length=200)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("issued by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    issued_at = models.DateTimeField(_("issued"))
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )
    verification_code = models.CharField(_("verification code"), max_length=14, unique=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-issued_at", "-pk")
        constraints = [
            # Every later letter supersedes one that exists, so a record has one current letter of a kind and language.
            models.UniqueConstraint(
                fields=("kind", "content_type", "object_id", "language"),
                condition=Q(supersedes=None),
                name="letter_issued_once",
                violation_error_message=_("This letter has been issued already. Issue a new one that replaces it."),
            ),
            models.CheckConstraint(condition=~Q(supersedes=F("pk")), name="letter_supersedes_another"),
        ]
        indexes = [models.Index(fields=("content_type", "object_id"), name="letter_by_record")]

    class Scoping:
        owners = ("recipient",)

    def __str__(self):
        return self.number

    @property
    def issued_on(self) -> dt.date:
        """The day of issue by the clock of the office, as it stands on the letter."""
        return self.issued_at.astimezone(ZoneInfo(self.context.get("zone", "UTC"))).date()

    @property
    def is_superseded(self) -> bool:
        return hasattr(self, "superseded_by")

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise AppendOnlyError("an issued letter is never changed, only superseded")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError("an issued letter is never deleted, only superseded")


class LetterCounter(models.Model):
    """The last number given to a kind of letter in a year. Its row is the lock that makes the sequence gapless."""

    prefix = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("letter counter")
        verbose_name_plural = _("letter counters")
        constraints = [models.UniqueConstraint(fields=("prefix", "year"), name="letter_counter_once")]

    def __str__(self):
        return f"{self.prefix}-{self.year}"
