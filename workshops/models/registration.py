"""Registrations for events."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import SourcedModel
from portal.core.workflow import known_states
from workshops.models.event import EVENT_DESKS, AttendanceMode


class Registration(SourcedModel):
    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        PENDING_SCREENING = "pending_screening", _("waiting for screening")
        CONFIRMED = "confirmed", _("confirmed")
        WAITLISTED = "waitlisted", _("on the waiting list")
        ATTENDED = "attended", pgettext_lazy("registration", "attended")
        NO_SHOW = "no_show", _("did not come")
        CANCELLED = "cancelled", _("cancelled")
        REFUSED = "refused", _("refused")

    code = models.SlugField(_("number"), max_length=60, unique=True)
    event = models.ForeignKey(
        "workshops.Event", verbose_name=_("event"), on_delete=models.PROTECT, related_name="registrations"
    )
    person = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="registrations",
    )
    person_name = models.CharField(pgettext_lazy("person", "name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    affiliation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("affiliation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    affiliation_country = models.CharField(_("country of the affiliation"), max_length=2, blank=True)
    career_stage = models.CharField(_("career stage"), max_length=20, blank=True)
    registered_at = models.DateTimeField(pgettext_lazy("instant", "registered"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.SUBMITTED)
    role = models.CharField(
        _("role"),
        max_length=15,
        choices=[("participant", _("participant")), ("speaker", _("speaker")), ("organiser", _("organiser"))],
        default="participant",
    )
    attendance_mode = models.CharField(
        _("attendance"), max_length=10, choices=AttendanceMode, default=AttendanceMode.ON_SITE
    )
    consent_photo = models.BooleanField(_("photographs allowed"), default=False)
    consent_contact_sharing = models.BooleanField(_("contact may be shared"), default=False)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("event", "registered_at")
        constraints = [
            known_states(
                "state",
                [
                    "submitted",
                    "pending_screening",
                    "confirmed",
                    "waitlisted",
                    "attended",
                    "no_show",
                    "cancelled",
                    "refused",
                ],
                "registration_state_known",
            )
        ]

    class Scoping:
        organisations = ("event__host_organisation",)
        alliances = ("event__alliance",)
        owners = ("person__user",)
        roles = EVENT_DESKS

    def __str__(self):
        return f"{self.code} {self.person_name}"
