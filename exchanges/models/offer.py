"""The offer: a letter with dates, support, duties and conditions, and a day to answer by."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchanges.models.application import DESK_PATHS
from portal.accounts.roles import EXCHANGE_DESKS, MANAGERS
from portal.core.models import BaseModel
from portal.core.workflow import known_states


class Offer(BaseModel):
    class State(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")
        RESCINDED = "rescinded", _("rescinded")

    application = models.ForeignKey(
        "exchanges.Application", verbose_name=_("application"), on_delete=models.PROTECT, related_name="offers"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARED)
    start_on = models.DateField(_("first day"))
    end_on = models.DateField(_("last day"))
    status_title_en = models.CharField(_("status in English"), max_length=200, blank=True)
    status_title_ja = models.CharField(_("status in Japanese"), max_length=200, blank=True)
    support_en = models.TextField(_("support in English"), blank=True)
    support_ja = models.TextField(_("support in Japanese"), blank=True)
    duties_en = models.TextField(_("duties in English"), blank=True)
    duties_ja = models.TextField(_("duties in Japanese"), blank=True)
    conditions_en = models.TextField(_("conditions in English"), blank=True)
    conditions_ja = models.TextField(_("conditions in Japanese"), blank=True)
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    letter = models.ForeignKey(
        "documents.Letter", verbose_name=_("letter"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(pgettext_lazy("instant", "sent"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer_comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ("-pk",)
        constraints = [
            known_states(
                "state", ["prepared", "sent", "accepted", "declined", "expired", "rescinded"], "offer_state_known"
            ),
            models.CheckConstraint(
                condition=Q(start_on__lte=F("end_on")),
                name="offer_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(state__in=("prepared", "sent", "accepted")),
                name="offer_one_in_force",
                violation_error_message=_("This application already has an offer."),
            ),
        ]

    class Scoping:
        organisations = tuple(f"application__{path}" for path in DESK_PATHS)
        alliances = ("application__programme__alliance",)
        programmes = ("application__programme",)
        roles = EXCHANGE_DESKS
        writers = MANAGERS
        owners = ("application__applicant__user",)

    def __str__(self):
        return f"{self.application}"

    @property
    def audit_organisation(self):
        return self.application.programme.owner
