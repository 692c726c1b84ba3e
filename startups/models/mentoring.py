"""Mentors: wished for, confirmed, ended; one of them is the first."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.bilingual import bilingual
from portal.core.models import SourcedModel
from portal.core.workflow import known_states
from startups.models.startup import VentureRow
from startups.querysets import VentureQuerySet


class Mentor(SourcedModel):
    """Somebody who advises a startup; therefore she never verifies its milestones."""

    class State(models.TextChoices):
        DESIRED = "desired", _("wished for")
        CONFIRMED = "confirmed", _("confirmed")
        ENDED = "ended", _("ended")

    path_to_startup = "startup__"

    code = models.SlugField(_("number"), max_length=60, unique=True, blank=True)
    startup = models.ForeignKey(
        "startups.Startup", verbose_name=_("startup"), on_delete=models.CASCADE, related_name="mentors"
    )
    person = models.ForeignKey(
        "accounts.Person", verbose_name=_("mentor"), on_delete=models.PROTECT, related_name="mentorships"
    )
    is_primary = models.BooleanField(_("first mentor"), default=False)
    topics_en = models.CharField(_("advises on, in English"), max_length=200, blank=True)
    topics_ja = models.CharField(_("advises on, in Japanese"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DESIRED)
    confirmed_on = models.DateField(pgettext_lazy("day", "confirmed"), null=True, blank=True)
    ended_on = models.DateField(pgettext_lazy("day", "ended"), null=True, blank=True)

    topics = bilingual("topics", _("advises on"))
    objects = VentureQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentor")
        verbose_name_plural = _("mentors")
        ordering = ("startup", "-is_primary", "pk")
        constraints = [
            known_states("state", ["desired", "confirmed", "ended"], "mentor_state_known"),
            models.UniqueConstraint(
                fields=("startup", "person"),
                condition=Q(state__in=["desired", "confirmed"]),
                name="mentor_once",
                violation_error_message=_("This person is a mentor of the startup already."),
            ),
            models.UniqueConstraint(
                fields=("startup",),
                condition=Q(state="confirmed", is_primary=True),
                name="startup_one_first_mentor",
                violation_error_message=_("The startup has a first mentor already."),
            ),
        ]

    class Scoping(VentureRow.Scoping):
        pass

    def __str__(self):
        return f"{self.person} ({self.startup})"

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        if not self.code:
            self.code = f"mentor-{self.pk:06d}"
            super().save(update_fields=["code"])

    @property
    def audit_organisation(self):
        return None
