"""The catalogue of reminders as data that coordinators see and switch."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.bilingual import bilingual
from portal.core.entities import ENTITIES
from portal.core.models import BaseModel, SourcedModel
from portal.core.scoping import EVERYONE
from portal.outbox.models import MAIL_DESKS, MAIL_KEEPERS
from portal.reminders import registry
from portal.reminders.offsets import Offset, OffsetError, parse
from portal.reminders.querysets import RuleQuerySet


def validate_offsets(text: str) -> None:
    try:
        parse(text)
    except OffsetError as error:
        raise ValidationError(
            _("“%(piece)s” is not understood. Write offsets such as: -14d, -24h, +5bd, +9m, 0d 10:00."),
            params={"piece": str(error)},
        ) from error


class ReminderRule(SourcedModel):
    """One rule of the catalogue: before or after what, when, to whom, and to whom when nothing happens."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    entity = models.CharField(_("record"), max_length=40, choices=ENTITIES)
    trigger_en = models.CharField(_("counted from"), max_length=200)
    offsets = models.CharField(_("when"), max_length=200, validators=[validate_offsets])
    recipients = models.CharField(_("to"), max_length=200)
    escalate_to = models.CharField(_("then to"), max_length=200, blank=True)
    time_zone_rule = models.CharField(_("whose time"), max_length=100)
    subject_en = models.CharField(_("subject (English)"), max_length=200)
    subject_ja = models.CharField(_("subject (Japanese)"), max_length=200)
    is_active = models.BooleanField(_("switched on"), default=True)

    objects = RuleQuerySet.as_manager()

    subject = bilingual("subject")

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ("code",)

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return f"{self.code} {self.subject}"

    @property
    def runs(self) -> bool:
        """Whether the records this rule is about exist in the portal; the others wait for their part."""
        return registry.provider_of(self.code) is not None

    def steps(self) -> tuple[Offset, ...]:
        return parse(self.offsets)


class Silence(BaseModel):
    """A rule that an organisation has switched off, for the mails in its own name and in those of its units."""

    rule = models.ForeignKey(
        ReminderRule, verbose_name=_("reminder rule"), on_delete=models.CASCADE, related_name="silences"
    )
    organisation = models.ForeignKey(
        "alliances.Organisation", verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("switched-off reminder rule")
        verbose_name_plural = _("switched-off reminder rules")
        constraints = [models.UniqueConstraint(fields=("rule", "organisation"), name="silence_once")]

    class Scoping:
        organisations = ("organisation",)
        roles = MAIL_DESKS
        writers = MAIL_KEEPERS

    def __str__(self):
        return f"{self.rule.code}, {self.organisation}"
