"""Founders and team: the same persons as fellows, hosts and speakers."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.bilingual import bilingual
from portal.core.models import SourcedModel
from startups.models.startup import VentureRow
from startups.querysets import VentureQuerySet


class Founder(SourcedModel):
    """A person in a startup, with what she is to be asked about, for a time."""

    path_to_startup = "startup__"

    startup = models.ForeignKey(
        "startups.Startup", verbose_name=_("startup"), on_delete=models.CASCADE, related_name="founders"
    )
    person = models.ForeignKey(
        "accounts.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="ventures"
    )
    role_en = models.CharField(
        _("role in English"), max_length=100, blank=True, help_text=_("Such as chief executive.")
    )
    role_ja = models.CharField(_("role in Japanese"), max_length=100, blank=True)
    is_founder = models.BooleanField(_("founder"), default=True, help_text=_("Not for people who joined later."))
    is_primary_contact = models.BooleanField(_("first contact"), default=False)
    is_financial_contact = models.BooleanField(_("for figures and money"), default=False)
    is_legal_contact = models.BooleanField(_("for contracts"), default=False)
    is_technical_contact = models.BooleanField(_("for technology"), default=False)
    holds_equity = models.BooleanField(_("holds equity"), null=True, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)

    role = bilingual("role", _("role"))
    objects = VentureQuerySet.as_manager()

    class Meta:
        verbose_name = _("founder or team member")
        verbose_name_plural = _("founders and team")
        ordering = ("startup", "-is_primary_contact", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("startup", "person"),
                condition=Q(until_on=None),
                name="founder_once",
                violation_error_message=_("This person is in the team already."),
            ),
            models.UniqueConstraint(
                fields=("startup",),
                condition=Q(until_on=None, is_primary_contact=True),
                name="startup_one_first_contact",
                violation_error_message=_("There is a first contact already. Change that one first."),
            ),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(from_on__lte=F("until_on")),
                name="founder_until_after_from",
                violation_error_message=_("The last day lies before the first day."),
            ),
        ]

    class Scoping(VentureRow.Scoping):
        pass

    def __str__(self):
        return f"{self.person} ({self.startup})"

    @property
    def audit_organisation(self):
        return None
