"""The people named in the programme of an event."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.models import SourcedModel
from workshops.models.event import EVENT_DESKS


class EventPerson(SourcedModel):
    """A speaker or office holder of an event, with the affiliation of that day."""

    event = models.ForeignKey(
        "workshops.Event", verbose_name=_("event"), on_delete=models.CASCADE, related_name="people"
    )
    person = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="event_roles",
    )
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    name_ja = models.CharField(_("name in Japanese"), max_length=100, blank=True)
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=[
            ("keynote_speaker", _("keynote speaker")),
            ("invited_speaker", _("invited speaker")),
            ("speaker", _("speaker")),
            ("presenter", _("presenter")),
            ("opening_remarks", _("opening remarks")),
            ("chair", _("chair")),
            ("panellist", _("panellist")),
            ("organiser", _("organiser")),
        ],
    )
    affiliation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("affiliation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    talk_title_en = models.CharField(_("title of the talk"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        constraints = [
            models.UniqueConstraint(fields=("event", "family_name", "given_name", "role"), name="event_person_once")
        ]

    class Scoping:
        public = ~Q(event__evidence="inferred") & ~Q(event__state__in=("idea", "planned"))
        organisations = ("event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return " ".join(filter(None, (self.given_name, self.family_name)))
