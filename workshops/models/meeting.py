"""One-to-one meetings: who asked whom, when and where, what each side says of it, and what came of it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.dates import validate_zone
from portal.core.models import BaseModel, SourcedModel
from portal.core.workflow import known_states
from workshops.models.event import EVENT_DESKS
from workshops.querysets.meetings import AGREEMENTS, HELD, HOLDING, OPEN, MeetingQuerySet


class Meeting(SourcedModel):
    """Times and places of meetings outside a mission are free; in a mission they follow from slot and table."""

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("meeting", "requested")
        ACCEPTED = "accepted", pgettext_lazy("meeting", "accepted")
        SCHEDULED = "scheduled", _("scheduled")
        HELD = "held", _("held")
        MINUTES_DRAFT = "minutes_draft", _("minutes in draft")
        MINUTES_APPROVED = "minutes_approved", _("minutes approved")
        DECLINED = "declined", pgettext_lazy("meeting", "declined")
        CANCELLED = "cancelled", _("cancelled")
        NO_SHOW = "no_show", _("somebody did not come")

    class Mark(models.TextChoices):
        """What one side says afterwards."""

        SILENT = "", _("nothing yet")
        HELD = "held", _("it took place")
        NOT_HELD = "not_held", _("it did not take place")

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
    message = models.TextField(_("message"), blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    place = models.CharField(_("place"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.REQUESTED)
    nda_in_place = models.BooleanField(_("non-disclosure agreement signed"), default=False)
    follow_up_en = models.TextField(_("follow-up"), blank=True)

    answer_by = models.DateTimeField(_("answer until"), null=True, blank=True, editable=False)
    is_mutual = models.BooleanField(_("both asked"), default=False, editable=False)
    wished_slot = models.ForeignKey(
        "workshops.MeetingSlot",
        verbose_name=_("wished time"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="wishes",
    )
    slot = models.ForeignKey(
        "workshops.MeetingSlot",
        verbose_name=_("slot"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="meetings",
    )
    table = models.ForeignKey(
        "workshops.MeetingTable",
        verbose_name=_("table"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="meetings",
    )
    interpreter = models.ForeignKey(
        "workshops.Delegate",
        verbose_name=_("interpreter"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="meetings_interpreted",
    )
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)
    moved_at = models.DateTimeField(_("last moved"), null=True, blank=True, editable=False)
    requester_mark = models.CharField(
        _("what the asking side says"), max_length=10, choices=Mark, blank=True, editable=False
    )
    invitee_mark = models.CharField(
        _("what the invited side says"), max_length=10, choices=Mark, blank=True, editable=False
    )
    minutes = models.TextField(_("minutes"), blank=True)
    minutes_confidential = models.BooleanField(_("minutes hold confidential content"), default=False)
    requester_approved_at = models.DateTimeField(
        _("minutes approved by the asking side"), null=True, blank=True, editable=False
    )
    invitee_approved_at = models.DateTimeField(
        _("minutes approved by the invited side"), null=True, blank=True, editable=False
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("starts_at", "pk")
        indexes = [
            models.Index(fields=("starts_at", "id"), name="meeting_by_time"),
            models.Index(fields=("event", "state"), name="meeting_by_event"),
            models.Index(fields=("answer_by",), condition=Q(state="requested"), name="meeting_unanswered"),
        ]
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
                condition=Q(starts_at=None, ends_at=None) | Q(starts_at__lt=F("ends_at")),
                name="meeting_ends_after_start",
                violation_error_message=_("The meeting ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HOLDING) | Q(starts_at__isnull=False),
                name="meeting_scheduled_has_time",
                violation_error_message=_("A meeting in this state has a time."),
            ),
            models.CheckConstraint(
                condition=~Q(requester=F("invitee")),
                name="meeting_of_two",
                violation_error_message=_("Nobody meets herself."),
            ),
            models.UniqueConstraint(
                "event",
                Least("requester", "invitee"),
                Greatest("requester", "invitee"),
                condition=Q(state__in=OPEN),
                name="meeting_once_per_pair",
                violation_error_message=_("These two have a meeting already."),
            ),
            models.UniqueConstraint(
                fields=("slot", "table"),
                condition=Q(state__in=HOLDING),
                name="meeting_table_once",
                violation_error_message=_("This table is taken at that time."),
            ),
            models.UniqueConstraint(
                fields=("slot", "interpreter"),
                condition=Q(state__in=HOLDING),
                name="meeting_interpreter_once",
                violation_error_message=_("The interpreter is in another meeting at that time."),
            ),
        ]

    class Scoping:
        organisations = ("event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        owners = ("requester__user", "invitee__user")
        roles = EVENT_DESKS

    def __str__(self):
        return f"{self.code} {self.topic_en}"

    @property
    def audit_organisation(self):
        return self.event.host_organisation

    @property
    def was_held(self) -> bool:
        return self.state in HELD

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def has_time(self) -> bool:
        """Whether it has been given one; what a row from records brings along is none before that."""
        return self.starts_at is not None and self.state not in (self.State.REQUESTED, self.State.ACCEPTED)

    @property
    def has_disagreement(self) -> bool:
        """The sides say different things; that stays on record."""
        return bool(self.requester_mark and self.invitee_mark) and self.requester_mark != self.invitee_mark

    def part_of(self, person_id: int) -> str:
        """`requester` or `invitee`; empty for anybody else."""
        return {self.requester_id: "requester", self.invitee_id: "invitee"}.get(person_id, "")

    def counterpart_of(self, person_id: int):
        return self.invitee if person_id == self.requester_id else self.requester


class MeetingSeat(BaseModel):
    """A person's time in a slot, taken by a meeting: as asker, guest or interpreter. It goes when the time is free."""

    meeting = models.ForeignKey(Meeting, verbose_name=_("meeting"), on_delete=models.CASCADE, related_name="seats")
    slot = models.ForeignKey(
        "workshops.MeetingSlot", verbose_name=_("slot"), on_delete=models.PROTECT, related_name="seats"
    )
    person = models.ForeignKey(
        "accounts.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="meeting_seats"
    )

    class Meta:
        verbose_name = _("seat in a meeting")
        verbose_name_plural = _("seats in meetings")
        constraints = [
            models.UniqueConstraint(
                fields=("slot", "person"),
                name="meeting_seat_once",
                violation_error_message=_("This person is in another meeting at that time."),
            )
        ]

    class Scoping:
        organisations = ("meeting__event__host_organisation", "meeting__event__alliance__lead")
        alliances = ("meeting__event__alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return f"{self.slot} {self.person}"


class MeetingFollowUp(SourcedModel):
    """What the two agreed to do next, and what came of it in the end."""

    class Outcome(models.TextChoices):
        OPEN = "", _("still open")
        NONE = "none", _("nothing further")
        NDA = "nda", _("non-disclosure agreement")
        POC = "poc", _("proof of concept")
        JOINT_RESEARCH = "joint_research", _("joint research")
        INVESTMENT = "investment", _("investment")
        LICENCE = "licence", _("licence")
        CONTRACT = "contract", _("order or contract")
        OTHER = "other", _("something else")

    meeting = models.OneToOneField(
        Meeting, verbose_name=_("meeting"), on_delete=models.CASCADE, related_name="followup"
    )
    next_step = models.CharField(_("next step"), max_length=500, blank=True)
    owner = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("who does it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    due_on = models.DateField(_("until"), null=True, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=20, choices=Outcome, blank=True)
    outcome_on = models.DateField(_("day of the outcome"), null=True, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ("due_on", "pk")
        indexes = [models.Index(fields=("due_on", "id"), name="followup_by_due")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=AGREEMENTS) | Q(outcome_on__isnull=False),
                name="followup_agreement_has_day",
                violation_error_message=_("Please say on which day this was agreed."),
            )
        ]

    class Scoping:
        organisations = ("meeting__event__host_organisation", "meeting__event__alliance__lead")
        alliances = ("meeting__event__alliance",)
        owners = ("meeting__requester__user", "meeting__invitee__user")
        roles = EVENT_DESKS

    def __str__(self):
        return str(self.meeting)

    @property
    def audit_organisation(self):
        return self.meeting.audit_organisation
