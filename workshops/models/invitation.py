"""People whom the organisers have asked to come."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import SourcedModel
from portal.outbox.recipients import Recipient
from workshops.models.event import EVENT_DESKS
from workshops.models.registration import normal_email


class Invitation(SourcedModel):
    """One address invited to one event. Whether its owner has registered is seen from the registrations."""

    event = models.ForeignKey(
        "workshops.Event", verbose_name=_("event"), on_delete=models.CASCADE, related_name="invitations"
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    invited_at = models.DateTimeField(pgettext_lazy("instant", "invited"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("event", "email")
        constraints = [
            models.UniqueConstraint(
                fields=("event", "email"),
                name="invitation_once",
                violation_error_message=_("This address is invited already."),
            )
        ]

    class Scoping:
        organisations = ("event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return f"{self.name} <{self.email}>" if self.name else self.email

    def fill_derived(self) -> None:
        super().fill_derived()
        self.email = normal_email(self.email)

    @property
    def audit_organisation(self):
        return self.event.host_organisation

    def as_recipient(self) -> Recipient:
        return Recipient(email=self.email, name=self.name, language=self.language, timezone=self.event.timezone)
