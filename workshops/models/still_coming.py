"""The question “are you still coming?”, asked when an event moves, and its answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import BaseModel
from workshops.models.registration import RegistrationScoping


class StillComing(BaseModel):
    """One person asked once about one change. Who does not answer keeps the place.

    It is answered behind the personal link of the registration.
    """

    class Answer(models.TextChoices):
        OPEN = "", _("not answered yet")
        YES = "yes", _("still coming")
        NO = "no", _("not coming any more")

    registration = models.ForeignKey(
        "workshops.Registration",
        verbose_name=_("registration"),
        on_delete=models.CASCADE,
        related_name="still_coming",
    )
    version = models.PositiveIntegerField(_("version in calendars"))
    asked_at = models.DateTimeField(pgettext_lazy("instant", "asked"))
    answer = models.CharField(_("answer"), max_length=3, choices=Answer, blank=True, default=Answer.OPEN)
    answered_at = models.DateTimeField(pgettext_lazy("instant", "answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("question whether somebody still comes")
        verbose_name_plural = _("questions whether people still come")
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("registration", "version"), name="still_coming_asked_once"),
        ]

    class Scoping(RegistrationScoping):
        pass

    def __str__(self):
        return f"{self.registration} ({self.version})"

    @property
    def audit_organisation(self):
        return self.registration.audit_organisation

    @property
    def is_open(self) -> bool:
        return self.answer == self.Answer.OPEN
