"""The people named in the programme of an event, from the first idea to the talk."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts import roles
from portal.core.bilingual import bilingual
from portal.core.dates import long_date, validate_zone
from portal.core.links import LinkedModel
from portal.core.models import SourcedModel
from portal.core.workflow import known_states
from workshops.models.event import EVENT_DESKS
from workshops.querysets.speakers import EventPersonQuerySet


class EventPerson(LinkedModel, SourcedModel):
    """A speaker, chair, interpreter or host of an event, with the affiliation of that day.

    Who stands in a list of the past has spoken: a row without a state is an accepted one. People whom the desk enters
    begin as planned and are invited by a personal link. Consents that nobody was asked for are unknown, not refused.
    """

    class Role(models.TextChoices):
        KEYNOTE_SPEAKER = "keynote_speaker", _("keynote speaker")
        INVITED_SPEAKER = "invited_speaker", _("invited speaker")
        SPEAKER = "speaker", _("speaker")
        PRESENTER = "presenter", _("presenter")
        OPENING_REMARKS = "opening_remarks", _("opening remarks")
        CHAIR = "chair", _("chair")
        PANELLIST = "panellist", _("panellist")
        ORGANISER = "organiser", _("organiser")
        INTERPRETER = "interpreter", _("interpreter")
        HOST = "host", pgettext_lazy("event", "host")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("speaker", "not invited yet")
        INVITED = "invited", pgettext_lazy("speaker", "invited")
        ACCEPTED = "accepted", pgettext_lazy("speaker", "accepted")
        DECLINED = "declined", pgettext_lazy("speaker", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("speaker", "withdrawn")

    link_purpose = "workshops.speaker_link"

    # Whose talks are counted (figure W06); greetings, chairing, interpreting and hosting are not talks.
    SPEAKING = (Role.KEYNOTE_SPEAKER, Role.INVITED_SPEAKER, Role.SPEAKER, Role.PRESENTER, Role.PANELLIST)
    CONSENTS = ("photo", "recording", "publication")

    code = models.SlugField(
        _("code"),
        max_length=80,
        blank=True,
        help_text=_("Filled in by the portal if empty; sessions name people by it."),
    )
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
    name_ja = models.CharField(pgettext_lazy("of a person", "name in Japanese"), max_length=100, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACCEPTED)

    # How the person is reached
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    timezone = models.CharField(
        _("own time zone"),
        max_length=64,
        blank=True,
        validators=[validate_zone],
        help_text=_("Times are shown in it beside those of the event."),
    )

    # Where the person works on that day
    affiliation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("affiliation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    affiliation_other = models.CharField(_("affiliation, if it is not in the list"), max_length=300, blank=True)
    affiliation_country = models.CharField(
        _("country of the affiliation"),
        max_length=2,
        blank=True,
        help_text=_(
            "Two letters. Only if it differs from the country of the organisation, or that is not in the list."
        ),
    )

    # What is said
    talk_title_en = models.CharField(_("title of the talk"), max_length=400, blank=True)
    talk_title_ja = models.CharField(_("title of the talk in Japanese"), max_length=400, blank=True)
    abstract_en = models.TextField(_("abstract in English"), blank=True)
    abstract_ja = models.TextField(_("abstract in Japanese"), blank=True)
    biography_en = models.TextField(_("biography in English"), blank=True)
    biography_ja = models.TextField(_("biography in Japanese"), blank=True)
    photo = models.ForeignKey(
        "documents.StoredFile",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    # Inviting and answering
    invited_at = models.DateTimeField(pgettext_lazy("instant", "invited"), null=True, blank=True, editable=False)
    answer_by = models.DateField(_("answer until"), null=True, blank=True)
    reminded_at = models.DateTimeField(pgettext_lazy("instant", "reminded"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(pgettext_lazy("instant", "answered"), null=True, blank=True, editable=False)
    message = models.TextField(_("message to the organisers"), blank=True)

    # What may be shown: photographs and the portrait; recordings of the talk; biography, abstract and slides
    consent_photo = models.BooleanField(_("photographs allowed"), null=True, blank=True)
    consent_photo_at = models.DateTimeField(_("answered about photographs"), null=True, blank=True, editable=False)
    consent_recording = models.BooleanField(_("recording allowed"), null=True, blank=True)
    consent_recording_at = models.DateTimeField(_("answered about recording"), null=True, blank=True, editable=False)
    consent_publication = models.BooleanField(_("publication allowed"), null=True, blank=True)
    consent_publication_at = models.DateTimeField(
        _("answered about publication"), null=True, blank=True, editable=False
    )

    # What the person needs
    needs_travel = models.BooleanField(_("travel is to be booked or paid"), null=True, blank=True)
    needs_accommodation = models.BooleanField(_("needs accommodation"), null=True, blank=True)
    needs_visa_letter = models.BooleanField(_("needs a letter for the visa"), null=True, blank=True)
    needs_technical = models.TextField(_("technical needs"), blank=True)

    talk_title = bilingual("talk_title")
    abstract = bilingual("abstract")
    biography = bilingual("biography")

    objects = EventPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ("event", "family_name", "given_name", "pk")
        indexes = [
            models.Index(fields=("email",), name="event_person_by_email"),
            models.Index(fields=("state", "answer_by"), name="event_person_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("event", "family_name", "given_name", "role"),
                name="event_person_once",
                violation_error_message=_("This person already has this role at the event."),
            ),
            models.UniqueConstraint(fields=("code",), condition=~Q(code=""), name="event_person_code_once"),
            known_states("state", ["planned", "invited", "accepted", "declined", "withdrawn"], "event_person_known"),
            models.CheckConstraint(
                condition=~Q(state="invited") | ~Q(email=""),
                name="event_person_invited_somewhere",
                violation_error_message=_("An invitation needs an e-mail address."),
            ),
        ]

    class Scoping:
        # Addresses and needs stand here: the public reads the page of the event, not this record.
        organisations = ("event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        owners = ("person__user",)
        roles = EVENT_DESKS | {roles.Role.KPI_AUDITOR}
        writers = EVENT_DESKS

    def __str__(self):
        return self.name_in(get_language() or "en")

    def fill_derived(self) -> None:
        super().fill_derived()
        self.code = self.code or f"ep-{self.public_id.hex[:12]}"
        self.email = self.email.strip().lower()
        self.affiliation_country = self.affiliation_country.strip().upper()

    def name_in(self, language: str) -> str:
        """The name in a language (`en`/`ja`): the Japanese one where there is one."""
        if language.startswith("ja") and self.name_ja:
            return self.name_ja
        return " ".join(filter(None, (self.given_name, self.family_name)))

    @property
    def audit_organisation(self):
        return self.event.host_organisation

    @property
    def affiliation_label(self) -> str:
        return self.affiliation.name if self.affiliation else self.affiliation_other

    @property
    def country(self) -> str:
        """Where the person works on that day; empty where nobody knows."""
        return self.affiliation_country or (self.affiliation.country if self.affiliation else "")

    @property
    def is_overseas(self) -> bool | None:
        """Whether the affiliation lies outside the country of the event; None where one of them is unknown."""
        host = self.event.country
        return self.country != host if self.country and host else None

    def answer_until(self) -> str:
        """The day until which we ask for an answer, by the clock of the event."""
        return f"{long_date(self.answer_by)} ({self.event.zone_label})" if self.answer_by else ""

    @property
    def is_open(self) -> bool:
        """Whether the person may still come."""
        return self.state in (self.State.INVITED, self.State.ACCEPTED)
