"""The append-only trail of who did what, which is also the timeline that people read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.narrative import words_of
from portal.core.scoping import ScopedQuerySet


class AppendOnlyError(Exception):
    """Somebody tried to change or delete what must stay."""


class AuditQuerySet(ScopedQuerySet):
    def update(self, **kwargs):
        raise AppendOnlyError("audit entries are never changed")

    def delete(self):
        raise AppendOnlyError("audit entries are never deleted")


class AuditEntry(models.Model):
    """One act: verb, target, actor, reason, and what changed. Labels are snapshots: the entry outlives its subjects."""

    class Audience(models.TextChoices):
        INTERNAL = "internal", _("one desk")
        DESKS = "desks", _("both desks")
        APPLICANT = "applicant", _("the applicant too")

    at = models.DateTimeField(pgettext_lazy("instant", "when"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    actor_label = models.CharField(_("who"), max_length=200, blank=True)
    verb = models.CharField(_("act"), max_length=100, db_index=True)
    target_type = models.CharField(_("kind of record"), max_length=100)
    target_id = models.CharField(_("record"), max_length=64)
    target_label = models.CharField(_("record"), max_length=300)
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("organisation"),
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.INTERNAL)
    reason = models.TextField(_("reason"), blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    detail = models.JSONField(_("detail"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=("target_type", "target_id", "-at"), name="audit_by_target")]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["internal", "desks", "applicant"]), name="audit_audience_known"
            )
        ]

    class Scoping:
        organisations = ("organisation",)

    def __str__(self):
        return f"{words_of(self.verb, self.target_type)}: {self.target_label}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise AppendOnlyError("audit entries are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError("audit entries are never deleted")
