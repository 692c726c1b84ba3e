"""What goes with a place at an event: the door, the laboratory tour, the letter for the visa."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role
from portal.core.models import BaseModel
from portal.core.workflow import known_states
from workshops.models.registration import Registration, RegistrationScoping
from workshops.querysets.registration import TourCheckQuerySet


class CheckIn(BaseModel):
    """Somebody came through the door. Taken back by mistake, the row stays and says so.

    The registration itself becomes `attended` only when the event is over: until then a slip can be undone.
    """

    class Way(models.TextChoices):
        TICKET = "ticket", _("code of the badge")
        LIST = "list", _("found in the list")
        WALK_IN = "walk_in", _("came without registration")

    registration = models.ForeignKey(
        Registration, verbose_name=_("registration"), on_delete=models.CASCADE, related_name="check_ins"
    )
    at = models.DateTimeField(pgettext_lazy("instant", "came in"))
    way = models.CharField(_("how"), max_length=10, choices=Way)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("let in by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(pgettext_lazy("instant", "taken back"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=("-at", "-id"), name="check_in_newest")]
        constraints = [
            models.UniqueConstraint(fields=("registration",), condition=Q(undone_at=None), name="check_in_once")
        ]

    class Scoping(RegistrationScoping):
        pass

    def __str__(self):
        return str(self.registration)

    @property
    def audit_organisation(self):
        return self.registration.audit_organisation


class TourCheck(BaseModel):
    """What the export office has to know and to say about somebody in a laboratory tour; nobody else reads it."""

    class Result(models.TextChoices):
        OPEN = "", _("not checked yet")
        CLEARED = "cleared", pgettext_lazy("laboratory tour", "cleared")
        REFUSED = "refused", pgettext_lazy("laboratory tour", "refused")

    registration = models.OneToOneField(
        Registration, verbose_name=_("registration"), on_delete=models.CASCADE, related_name="tour_check"
    )
    citizenships = models.CharField(_("citizenship"), max_length=60, help_text=_("Two letters each, all of them."))
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True, default=Result.OPEN)
    decided_at = models.DateTimeField(pgettext_lazy("instant", "decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.TextField(_("note of the export office"), blank=True)

    objects = TourCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check for a laboratory tour")
        verbose_name_plural = _("checks for laboratory tours")
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=("-created_at", "-id"), name="tour_check_newest")]

    class Scoping:
        organisations = ("registration__event__host_organisation",)
        roles = frozenset({Role.EXPORT_OFFICER})

    def __str__(self):
        return str(self.registration)

    @property
    def audit_organisation(self):
        return self.registration.audit_organisation

    @property
    def is_open(self) -> bool:
        return self.result == self.Result.OPEN


class VisaLetter(BaseModel):
    """A wish for a letter of invitation for the visa, and what became of it: the register of these letters.

    No number and no copy of a passport is kept: the letter names the person as the passport does, and the embassy sees
    the passport beside it. What is not kept cannot leak, and need not be deleted.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        ISSUED = "issued", pgettext_lazy("state of a letter", "issued")
        REFUSED = "refused", _("refused")
        REVOKED = "revoked", pgettext_lazy("state of a letter", "withdrawn")

    class Payer(models.TextChoices):
        SELF = "self", _("the participant")
        EMPLOYER = "employer", _("the employer or university of the participant")
        HOST = "host", _("the host of the event")

    registration = models.ForeignKey(
        Registration, verbose_name=_("registration"), on_delete=models.CASCADE, related_name="visa_letters"
    )
    passport_name = models.CharField(
        _("name as in the passport"), max_length=200, help_text=_("In the letters of the passport, family name first.")
    )
    arrives_on = models.DateField(_("arrival"))
    leaves_on = models.DateField(_("departure"))
    payer = models.CharField(_("who pays travel and stay"), max_length=10, choices=Payer)
    embassy = models.CharField(
        _("embassy or consulate"), max_length=200, blank=True, help_text=_("Where the visa is applied for.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    requested_at = models.DateTimeField(pgettext_lazy("instant", "requested"))
    decided_at = models.DateTimeField(pgettext_lazy("instant", "decided"), null=True, blank=True, editable=False)
    letter = models.ForeignKey(
        "documents.Letter",
        verbose_name=_("letter"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("letter for a visa")
        verbose_name_plural = _("letters for visas")
        ordering = ("-requested_at", "-pk")
        indexes = [models.Index(fields=("-requested_at", "-id"), name="visa_letter_newest")]
        constraints = [
            known_states("state", ["requested", "issued", "refused", "revoked"], "visa_letter_state_known"),
            models.UniqueConstraint(
                fields=("registration",),
                condition=Q(state__in=("requested", "issued")),
                name="visa_letter_in_force_once",
                violation_error_message=_("A letter has been asked for already."),
            ),
            models.CheckConstraint(
                condition=Q(arrives_on__lte=F("leaves_on")),
                name="visa_letter_leaves_after_arrival",
                violation_error_message=pgettext_lazy(
                    "journey", "The day of departure lies before the day of arrival."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("issued", "revoked")) | Q(letter__isnull=False),
                name="visa_letter_issued_has_letter",
            ),
        ]

    class Scoping(RegistrationScoping):
        pass

    def __str__(self):
        return f"{self.letter or self.get_state_display()}: {self.passport_name}"

    @property
    def audit_organisation(self):
        return self.registration.audit_organisation
