"""Registrations for events: who comes, how the place was given, what the person allows and needs."""

import datetime as dt
import secrets
import unicodedata

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Person
from portal.accounts.models.person import search_form
from portal.core.countries import country_name
from portal.core.dates import validate_zone
from portal.core.links import LinkedModel, give_token
from portal.core.models import BaseModel, SourcedModel
from portal.core.workflow import known_states
from portal.outbox.recipients import Recipient
from workshops.models.event import EVENT_DESKS, AttendanceMode
from workshops.querysets.registration import COMING, OVER, RegistrationQuerySet

# As in letters: no I, L, O, U, so that a number read from a badge has one spelling.
CODE_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


# Long enough for the certificate and its second copy; `signup.link_expiry` knows the event and gives longer ones.
LINK_LIVES = dt.timedelta(days=400)


def normal_email(address: str) -> str:
    """One spelling of an address: case, spaces and full-width characters do not make another person."""
    return "".join(unicodedata.normalize("NFKC", address).split()).lower()


class RegistrationRules(SourcedModel):
    """How people register for one event. An event without a row has no limits of its own and asks nobody."""

    class Tour(models.TextChoices):
        NONE = "", _("no laboratory tour")
        WISH = "wish", _("a tour for those who wish")
        EVERYBODY = "everybody", _("the whole event: a laboratory or a restricted site")

    event = models.OneToOneField(
        "workshops.Event", verbose_name=_("event"), on_delete=models.CASCADE, related_name="registration_rules"
    )
    seats_on_site = models.PositiveIntegerField(
        _("places on site"), null=True, blank=True, help_text=_("Empty: only the capacity of the event counts.")
    )
    seats_online = models.PositiveIntegerField(
        _("places online"), null=True, blank=True, help_text=_("Empty: only the capacity of the event counts.")
    )
    needs_approval = models.BooleanField(_("the organiser approves each registration"), default=False)
    pending_holds_seat = models.BooleanField(_("who waits for approval holds a place"), default=False)
    promote_until = models.DateTimeField(
        _("places go to the waiting list until"),
        null=True,
        blank=True,
        help_text=_("Empty: until the event begins. Published on the page of the event."),
    )
    tour = models.CharField(_("laboratory tour"), max_length=10, choices=Tour, blank=True, default=Tour.NONE)
    listing = models.CharField(
        _("list of participants"),
        max_length=12,
        blank=True,
        choices=[
            ("", _("none")),
            ("participants", _("for the participants")),
            ("public", _("on the page of the event")),
        ],
        help_text=_("Only those stand in it who have agreed."),
    )
    asks_food = models.BooleanField(_("ask about food"), default=True)
    gives_visa_letters = models.BooleanField(_("letters for visas can be asked for"), default=False)

    class Meta:
        verbose_name = _("rules of registration")
        verbose_name_plural = _("rules of registration")
        ordering = ("event",)

    class Scoping:
        public = Q(event__was_announced=True) & ~Q(event__evidence="inferred")
        organisations = ("event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return str(self.event)

    @property
    def audit_organisation(self):
        return self.event.host_organisation


class Registration(LinkedModel, SourcedModel):
    """One person at one event, reached by a personal link; an account is not needed.

    `submitted` is what waits for the organiser's approval and nothing else: a registration that needs none leaves this
    state in the transaction that made it. Who waits for a place is `waitlisted`, until a free place has been offered
    (`SeatOffer`) and taken. So the two kinds of waiting never look alike.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("registration", "waiting for approval")
        PENDING_SCREENING = "pending_screening", _("waiting for screening")
        CONFIRMED = "confirmed", _("confirmed")
        WAITLISTED = "waitlisted", pgettext_lazy("registration", "on the waiting list")
        ATTENDED = "attended", pgettext_lazy("registration", "attended")
        NO_SHOW = "no_show", _("did not come")
        CANCELLED = "cancelled", _("cancelled")
        REFUSED = "refused", _("refused")

    class Role(models.TextChoices):
        PARTICIPANT = "participant", _("participant")
        SPEAKER = "speaker", _("speaker")
        ORGANISER = "organiser", _("organiser")

    class Listing(models.TextChoices):
        """Who may read the name in the list of participants."""

        NOBODY = "", _("nobody")
        PARTICIPANTS = "participants", _("the participants of this event")
        PUBLIC = "public", _("everybody, on the page of the event")

    class EndedBy(models.TextChoices):
        PARTICIPANT = "participant", _("cancelled by the participant")
        ORGANISER = "organiser", _("not accepted by the organiser")
        DECLINED = "declined", _("did not want the place offered")
        LAPSED = "lapsed", _("did not answer in time")
        EVENT = "event", _("the event was cancelled")

    link_purpose = "workshops.registration_link"

    code = models.SlugField(_("number"), max_length=60, unique=True, blank=True)
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
    person_name = models.CharField(
        pgettext_lazy("person", "name"), max_length=200, help_text=_("As it should stand on badge and certificate.")
    )
    name_native = models.CharField(_("name in native script"), max_length=200, blank=True)
    name_kana = models.CharField(_("name in kana"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    email_key = models.CharField(max_length=254, blank=True, editable=False)
    search_key = models.TextField(blank=True, editable=False)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    affiliation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("affiliation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    affiliation_other = models.CharField(_("affiliation, if it is not in the list"), max_length=300, blank=True)
    affiliation_country = models.CharField(_("country of the affiliation"), max_length=2, blank=True)
    career_stage = models.CharField(_("career stage"), max_length=20, choices=Person.CareerStage, blank=True)

    registered_at = models.DateTimeField(pgettext_lazy("instant", "registered"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.SUBMITTED)
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.PARTICIPANT)
    attendance_mode = models.CharField(
        _("attendance"), max_length=10, choices=AttendanceMode, default=AttendanceMode.ON_SITE
    )
    joins_tour = models.BooleanField(_("takes part in the laboratory tour"), default=False)
    is_walk_in = models.BooleanField(_("came without registration"), default=False, editable=False)
    priority = models.SmallIntegerField(
        _("priority on the waiting list"), default=0, editable=False, help_text=_("Higher numbers come first.")
    )
    approved_at = models.DateTimeField(pgettext_lazy("instant", "approved"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(pgettext_lazy("instant", "ended"), null=True, blank=True, editable=False)
    ended_by = models.CharField(_("why it ended"), max_length=12, choices=EndedBy, blank=True, editable=False)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)

    # The answers in force; `RegistrationConsent` keeps their wording and history.
    listing = models.CharField(_("name shown to"), max_length=12, choices=Listing, blank=True, default=Listing.NOBODY)
    consent_photo = models.BooleanField(_("photographs allowed"), default=False)
    consent_contact_sharing = models.BooleanField(_("contact may be shared"), default=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("event", "registered_at")
        indexes = [
            models.Index(fields=("event", "registered_at"), name="registration_by_event"),
            models.Index(fields=("event", "state", "attendance_mode"), name="registration_seats"),
            models.Index(fields=("email_key",), name="registration_by_email"),
            models.Index(fields=("-registered_at", "-id"), name="registration_newest"),
        ]
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
            ),
            models.UniqueConstraint(
                fields=("event", "email_key"),
                condition=~Q(email_key="") & ~Q(state__in=("cancelled", "refused")),
                name="registration_once",
                violation_error_message=_("This address is registered for this event already."),
            ),
        ]

    class Scoping:
        organisations = ("event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        owners = ("person__user",)
        roles = EVENT_DESKS

    def __str__(self):
        return f"{self.code} {self.person_name}"

    def fill_derived(self) -> None:
        super().fill_derived()
        if not self.code:
            self.code = "r-" + "".join(secrets.choice(CODE_ALPHABET) for _position in range(10))
        if self.token_expires_at is None:  # rows entered from records have a link as well
            give_token(self, expires_at=self.registered_at + LINK_LIVES)
        self.email = self.email.strip()
        self.email_key = normal_email(self.email)
        for field in ("person_name", "name_native", "name_kana"):
            setattr(self, field, " ".join(unicodedata.normalize("NFC", getattr(self, field)).split()))
        spaced = [self.person_name, self.name_native, self.name_kana, self.affiliation_other, self.email, self.code]
        unspaced = [self.name_native.replace(" ", ""), self.name_kana.replace(" ", "")]
        self.search_key = search_form(" ".join([*spaced, *unspaced]))

    @property
    def audit_organisation(self):
        return self.event.host_organisation

    @property
    def name(self) -> str:
        """The name in the language of the page: native script in Japanese where it is known."""
        japanese = (get_language() or "").startswith("ja")
        return self.name_native if japanese and self.name_native else self.person_name

    @property
    def affiliation_label(self) -> str:
        return self.affiliation.name if self.affiliation else self.affiliation_other

    @property
    def country_label(self) -> str:
        return country_name(self.affiliation_country) if self.affiliation_country else ""

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_coming(self) -> bool:
        return self.state in COMING

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITLISTED

    @property
    def state_words(self) -> str:
        """The state in words, with the reason where one state has several."""
        return self.get_ended_by_display() if self.ended_by else self.get_state_display()

    def as_recipient(self) -> Recipient:
        """The participant as a reader: by the address and in the language given for this event."""
        return Recipient(
            email=self.email_key,
            name=self.name_native if self.language.startswith("ja") and self.name_native else self.person_name,
            language=self.language,
            timezone=self.timezone,
            user_id=self.person.user_id if self.person else None,
            person_id=self.person_id,
        )


class RegistrationScoping:
    """What hangs on a registration is reached as its event is, and by the participant."""

    organisations = ("registration__event__host_organisation", "registration__event__alliance__lead")
    alliances = ("registration__event__alliance",)
    owners = ("registration__person__user",)
    roles = EVENT_DESKS


class SeatOffer(BaseModel):
    """A place that became free, kept for the first of the waiting list until the answer or its day.

    It holds a place as a confirmed registration does. It is answered behind the personal link of the registration.
    """

    class Answer(models.TextChoices):
        OPEN = "", _("not answered yet")
        TAKEN = "taken", pgettext_lazy("offer of a place", "taken")
        DECLINED = "declined", pgettext_lazy("offer of a place", "declined")
        LAPSED = "lapsed", pgettext_lazy("offer of a place", "lapsed")
        WITHDRAWN = "withdrawn", pgettext_lazy("offer of a place", "withdrawn")

    registration = models.ForeignKey(
        Registration, verbose_name=_("registration"), on_delete=models.CASCADE, related_name="offers"
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    offered_at = models.DateTimeField(pgettext_lazy("instant", "offered"))
    answer_by = models.DateTimeField(_("answer until"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True, default=Answer.OPEN)
    answered_at = models.DateTimeField(pgettext_lazy("instant", "answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer of a place")
        verbose_name_plural = _("offers of places")
        ordering = ("-offered_at", "-pk")
        indexes = [models.Index(fields=("answer_by",), condition=Q(answer=""), name="seat_offer_open")]
        constraints = [
            models.UniqueConstraint(fields=("registration", "round"), name="seat_offer_once_a_round"),
            models.UniqueConstraint(fields=("registration",), condition=Q(answer=""), name="seat_offer_open_once"),
            models.CheckConstraint(condition=Q(offered_at__lt=F("answer_by")), name="seat_offer_ends_later"),
        ]

    class Scoping(RegistrationScoping):
        pass

    def __str__(self):
        return f"{self.registration} ({self.round})"

    @property
    def audit_organisation(self):
        return self.registration.audit_organisation

    @property
    def is_open(self) -> bool:
        return self.answer == self.Answer.OPEN


class RegistrationConsent(BaseModel):
    """One answer to one purpose at one event, in the wording that was shown; withdrawing leaves the row."""

    registration = models.ForeignKey(
        Registration, verbose_name=_("registration"), on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.ForeignKey(
        "accounts.ConsentPurpose", verbose_name=_("purpose"), on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    text = models.TextField(_("text as shown"))
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(pgettext_lazy("instant", "withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent to an event")
        verbose_name_plural = _("consents to events")
        ordering = ("-given_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("registration", "purpose"),
                condition=Q(withdrawn_at=None),
                name="registration_consent_in_force_once",
            )
        ]

    class Scoping(RegistrationScoping):
        pass

    def __str__(self):
        return f"{self.registration}: {self.purpose.code}"


class RegistrationNeeds(BaseModel):
    """What somebody eats and what access somebody needs: about health or belief, so apart, and gone after 30 days."""

    class Diet(models.TextChoices):
        ANYTHING = "", _("no special wish")
        VEGETARIAN = "vegetarian", _("vegetarian")
        VEGAN = "vegan", _("vegan")
        HALAL = "halal", _("halal")
        KOSHER = "kosher", _("kosher")
        GLUTEN_FREE = "gluten_free", _("gluten-free")
        OTHER = "other", _("other, see the note")

    registration = models.OneToOneField(
        Registration, verbose_name=_("registration"), on_delete=models.CASCADE, related_name="needs"
    )
    diet = models.CharField(_("food"), max_length=12, choices=Diet, blank=True, default=Diet.ANYTHING)
    diet_note = models.CharField(_("note on food"), max_length=300, blank=True)
    access = models.TextField(_("access needs"), blank=True)
    purge_on = models.DateField(_("deleted on"), null=True, blank=True)

    class Meta:
        verbose_name = _("diet and access needs")
        verbose_name_plural = _("diet and access needs")
        ordering = ("registration",)
        indexes = [models.Index(fields=("purge_on",), name="needs_by_purge")]

    class Scoping(RegistrationScoping):
        pass

    def __str__(self):
        return str(self.registration)
