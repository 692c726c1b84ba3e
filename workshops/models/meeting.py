"""One-to-one meetings."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.dates import validate_zone
from portal.core.models import SourcedModel
from portal.core.workflow import known_states
from workshops.models.event import EVENT_DESKS


class Meeting(SourcedModel):
    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        ACCEPTED = "accepted", _("accepted")
        SCHEDULED = "scheduled", _("scheduled")
        HELD = "held", _("held")
        MINUTES_DRAFT = "minutes_draft", _("minutes in draft")
        MINUTES_APPROVED = "minutes_approved", _("minutes approved")
        DECLINED = "declined", _("declined")
        CANCELLED = "cancelled", _("cancelled")
        NO_SHOW = "no_show", _("somebody did not come")

    code = models.SlugField(_("number"), max_length=60, unique=True)
    event = models.ForeignKey(
        "workshops.Event", verbose_name=_("event"), on_delete=models.PROTECT, related_name="meetings"
    )
    requester = models.ForeignKey(
        "accounts.Person", verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="meetings_requested"
    )
    invitee = models.ForeignKey(
        "accounts.Person", verbose_name=_("invited"), on_delete=models.PROTECT, related_name="meetings_invited"
    )
    topic_en = models.CharField(_("topic"), max_length=300)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    place = models.CharField(_("place"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.REQUESTED)
    nda_in_place = models.BooleanField(_("non-disclosure agreement signed"), default=False)
    follow_up_en = models.TextField(_("follow-up"), blank=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("starts_at",)
        constraints = [
            known_states(
                "state",
                [
                    "requested",
                    "accepted",
                    "scheduled",
                    "held",
                    "minutes_draft",
                    "minutes_approved",
                    "declined",
                    "cancelled",
                    "no_show",
                ],
                "meeting_state_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="meeting_ends_after_start",
                violation_error_message=_("The meeting ends before it begins."),
            ),
        ]

    class Scoping:
        organisations = ("event__host_organisation",)
        alliances = ("event__alliance",)
        owners = ("requester__user", "invitee__user")
        roles = EVENT_DESKS

    def __str__(self):
        return f"{self.code} {self.topic_en}"
