"""The timetable of an event: rooms, sessions, the people in them, and what clashes."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.bilingual import bilingual
from portal.core.dates import validate_zone
from portal.core.models import BaseModel, SourcedModel
from portal.core.workflow import known_states
from workshops.models.event import EVENT_DESKS
from workshops.querysets.programme import ClashQuerySet, RoomQuerySet, SessionQuerySet


class Room(SourcedModel):
    """A room of one event, or one of a site that several events share; an online room is one with an address.

    A room that is not used any more is hidden, never deleted: old timetables still name it.
    """

    code = models.SlugField(_("code"), max_length=80, unique=True, blank=True)
    event = models.ForeignKey(
        "workshops.Event",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rooms",
    )
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("site whose events share it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rooms",
    )
    name_en = models.CharField(_("name in English"), max_length=120)
    name_ja = models.CharField(_("name in Japanese"), max_length=120, blank=True)
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    online_url = models.URLField(
        _("address of the online room"), blank=True, help_text=_("Shown to the speakers and the desk only.")
    )
    timezone = models.CharField(_("time zone"), max_length=64, default="Asia/Tokyo", validators=[validate_zone])
    opens_at = models.TimeField(_("opens"), null=True, blank=True)
    closes_at = models.TimeField(_("closes"), null=True, blank=True)
    buffer_minutes = models.PositiveSmallIntegerField(
        _("minutes between two sessions"), default=0, help_text=_("For clearing up, or for the way there.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_hidden = models.BooleanField(_("hidden"), default=False)

    name = bilingual("name", _("room"))

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ("position", "name_en", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="room_opens_before_it_closes",
                violation_error_message=_("The room closes before it opens."),
            ),
        ]

    class Scoping:
        organisations = ("organisation", "event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return self.name

    def clean(self):
        if self.event_id is None and self.organisation_id is None:
            raise ValidationError(_("A room belongs to one event, or to a site whose events share it."))

    @property
    def is_online(self) -> bool:
        return bool(self.online_url)

    @property
    def audit_organisation(self):
        return self.event.host_organisation if self.event else self.organisation


class Session(SourcedModel):
    """One item of the timetable, from its first minute up to but not including its last: half-open.

    Start and end are instants, meant as wall-clock times of `timezone`. Without them the item waits to be placed.
    """

    class Kind(models.TextChoices):
        TALK = "talk", pgettext_lazy("session", "talk")
        PANEL = "panel", _("panel")
        POSTER = "poster", _("posters")
        DISCUSSION = "discussion", pgettext_lazy("session", "discussion")
        OPENING = "opening", _("opening or closing")
        BREAK = "break", pgettext_lazy("session", "break")
        RECEPTION = "reception", _("reception")
        SITE_VISIT = "site_visit", _("site visit")
        BLOCKER = "blocker", _("reserved (not public)")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", pgettext_lazy("session", "cancelled")

    code = models.SlugField(_("code"), max_length=100, unique=True, blank=True)
    event = models.ForeignKey(
        "workshops.Event", verbose_name=_("event"), on_delete=models.PROTECT, related_name="sessions"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TALK)
    title_en = models.CharField(_("title in English"), max_length=400)
    title_ja = models.CharField(_("title in Japanese"), max_length=400, blank=True)
    abstract_en = models.TextField(_("abstract in English"), blank=True)
    abstract_ja = models.TextField(_("abstract in Japanese"), blank=True)
    room = models.ForeignKey(
        Room, verbose_name=_("room"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, default="Asia/Tokyo", validators=[validate_zone])
    expected = models.PositiveIntegerField(
        _("people expected"),
        null=True,
        blank=True,
        help_text=_("Empty: everybody who is registered on site, where nothing runs at the same time."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    sequence = models.PositiveIntegerField(_("version in calendars"), default=0, editable=False)

    title = bilingual("title", _("title"))
    abstract = bilingual("abstract")

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = (F("starts_at").asc(nulls_last=True), "pk")
        indexes = [
            models.Index(fields=("event", "starts_at"), name="session_by_event"),
            models.Index(fields=("room", "starts_at"), name="session_by_room"),
            models.Index(fields=("starts_at",), name="session_by_start"),
        ]
        constraints = [
            known_states("state", ["draft", "confirmed", "cancelled"], "session_state_known"),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(starts_at__lt=F("ends_at")),
                name="session_ends_after_start",
                violation_error_message=_("The session must end after it begins."),
            ),
        ]

    class Scoping:
        organisations = ("event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        owners = ("people__event_person__person__user",)
        roles = EVENT_DESKS

    def __str__(self):
        return self.title

    def clean(self):
        if self.state == self.State.CONFIRMED and self.starts_at is None:
            raise ValidationError(
                _("A session in the public programme keeps a time. Take it out of the programme first.")
            )
        if self.room_id and self.event_id and not Room.objects.of(self.event).filter(pk=self.room_id).exists():
            raise ValidationError({"room": _("This room belongs to another event.")})

    @property
    def audit_organisation(self):
        return self.event.host_organisation

    @property
    def is_public(self) -> bool:
        """Whether the public timetable shows it, as `SessionQuerySet.shown` asks."""
        stays = self.state == self.State.CONFIRMED or (self.state == self.State.CANCELLED and self.sequence > 0)
        return self.kind != self.Kind.BLOCKER and stays and self.starts_at is not None


class SessionPerson(BaseModel):
    """One person in one session, in one role."""

    class Role(models.TextChoices):
        SPEAKER = "speaker", _("speaker")
        CHAIR = "chair", _("chair")
        PANELLIST = "panellist", _("panellist")
        PRESENTER = "presenter", _("presenter")
        INTERPRETER = "interpreter", _("interpreter")
        HOST = "host", pgettext_lazy("event", "host")

    session = models.ForeignKey(Session, verbose_name=_("session"), on_delete=models.CASCADE, related_name="people")
    event_person = models.ForeignKey(
        "workshops.EventPerson", verbose_name=_("person"), on_delete=models.CASCADE, related_name="session_roles"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.SPEAKER)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("person in a session")
        verbose_name_plural = _("people in sessions")
        ordering = ("session", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("session", "event_person", "role"),
                name="session_person_once",
                violation_error_message=_("This person already has this role in the session."),
            )
        ]

    class Scoping:
        organisations = ("session__event__host_organisation", "session__event__alliance__lead")
        alliances = ("session__event__alliance",)
        owners = ("event_person__person__user",)
        roles = EVENT_DESKS

    def __str__(self):
        return gettext("%(person)s (%(role)s)") % {"person": self.event_person, "role": self.get_role_display()}

    @property
    def audit_organisation(self):
        return self.session.audit_organisation


class Clash(BaseModel):
    """Something in the timetable of an event that cannot be or should not be, as found last.

    `fingerprint` names the rule, the items and their times: what was let pass with a reason comes up again as soon as
    one of them has moved. A clash that is gone keeps its row with the time at which it was seen to be gone.
    """

    class Rule(models.TextChoices):
        ROOM_OVERLAP = "room_overlap", _("two sessions in one room at the same time")
        PERSON_OVERLAP = "person_overlap", _("one person in two sessions at the same time")
        PERSON_MEETING = "person_meeting", _("a one-to-one meeting during a session")
        ROOM_HOURS = "room_hours", _("outside the hours of the room")
        ROOM_CAPACITY = "room_capacity", _("more people than seats")
        ROOM_HIDDEN = "room_hidden", _("in a room that is not used any more")
        EVENT_DAYS = "event_days", _("outside the days of the event")

    class Level(models.TextChoices):
        WARN = "warn", _("to look at")
        BLOCK = "block", _("cannot stay so")

    event = models.ForeignKey(
        "workshops.Event", verbose_name=_("event"), on_delete=models.CASCADE, related_name="clashes"
    )
    rule = models.CharField(_("rule"), max_length=20, choices=Rule)
    level = models.CharField(_("level"), max_length=5, choices=Level)
    fingerprint = models.CharField(max_length=64, editable=False)
    session = models.ForeignKey(Session, verbose_name=_("session"), on_delete=models.CASCADE, related_name="clashes")
    other_session = models.ForeignKey(
        Session, verbose_name=_("other session"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    meeting = models.ForeignKey(
        "workshops.Meeting", verbose_name=_("meeting"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    event_person = models.ForeignKey(
        "workshops.EventPerson", verbose_name=_("person"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    found_at = models.DateTimeField(_("found"))
    gone_at = models.DateTimeField(_("gone"), null=True, blank=True)
    override_reason = models.TextField(_("why it may stay"), blank=True)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("let pass by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    overridden_at = models.DateTimeField(_("let pass"), null=True, blank=True)

    objects = ClashQuerySet.as_manager()

    class Meta:
        verbose_name = _("clash")
        verbose_name_plural = _("clashes")
        ordering = ("event", "session", "pk")
        indexes = [models.Index(fields=("event", "gone_at"), name="clash_by_event")]
        constraints = [
            models.UniqueConstraint(fields=("event", "fingerprint"), name="clash_once"),
            models.CheckConstraint(
                condition=Q(overridden_at=None, overridden_by=None) | ~Q(override_reason=""),
                name="clash_override_has_reason",
                violation_error_message=_("Letting a clash pass needs a reason."),
            ),
        ]

    class Scoping:
        organisations = ("event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return str(self.get_rule_display())

    @property
    def audit_organisation(self):
        return self.event.host_organisation
