"""Mail rows: the row is the truth about a mail, SMTP only carries it."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import BaseModel
from portal.core.models.audit import AppendOnlyError
from portal.core.workflow import known_states
from portal.outbox.querysets import IN_FLIGHT, UNFINISHED, MailboxQuerySet, OutboxQuerySet


class State(models.TextChoices):
    """Where a mail is. `sending` is committed before the network is touched: before it no mail has left."""

    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("about to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    WITHHELD = "withheld", _("withheld")
    UNCERTAIN = "uncertain", _("perhaps sent")
    CANCELLED = "cancelled", _("cancelled")


STATE_TONES: dict[str, str] = {
    State.QUEUED: "waiting",
    State.CLAIMED: "active",
    State.SENDING: "active",
    State.SENT: "done",
    State.FAILED: "stopped",
    State.WITHHELD: "attention",
    State.UNCERTAIN: "attention",
    State.CANCELLED: "neutral",
}

# Roles (by name: this app knows no people) that see the mails of their organisation, and that decide about them.
MAIL_KEEPERS = frozenset({"programme_manager", "alliance_admin"})
MAIL_DESKS = MAIL_KEEPERS | {"home_office"}
# Roles that read only what their organisation writes about records of one app: here begin the names of those records.
MAIL_READERS = {"event_organiser": "workshops."}


class Klass(models.TextChoices):
    """What a second copy would mean: a nuisance (reminder), a doubt (letter), a risk (security)."""

    REMINDER = "reminder", _("reminder")
    LETTER = "letter", _("letter")
    SECURITY = "security", _("account security")


class SettledBy(models.TextChoices):
    """Who gave the row the state it has."""

    WORKER = "worker", _("delivery")
    REAPER = "reaper", _("clean-up after an interrupted delivery")
    RECHECK = "recheck", _("check before sending")
    PLANNER = "planner", _("reminder plan")
    PERSON = "person", _("a person")


class OutboxMessage(BaseModel):
    """One mail to one recipient, rendered when it was decided, sent when it is due."""

    kind = models.CharField(_("kind"), max_length=60)
    klass = models.CharField(_("class"), max_length=10, choices=Klass, default=Klass.LETTER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    dedupe_key = models.CharField(_("once-only key"), max_length=255, unique=True, null=True, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=255, unique=True)

    recipient_email = models.EmailField(_("e-mail"))
    recipient_name = models.CharField(_("recipient"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5)
    timezone = models.CharField(_("time zone"), max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    about_label = models.CharField(_("kind of record"), max_length=100, blank=True)
    about_pk = models.CharField(_("record"), max_length=64, blank=True)
    about_text = models.CharField(_("about"), max_length=300, blank=True)
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("organisation"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Whose desk sees this mail."),
    )

    subject = models.CharField(_("subject"), max_length=255)
    body_text = models.TextField(_("text"))
    body_html = models.TextField(_("HTML"), blank=True)
    context = models.JSONField(_("values"), default=dict, encoder=DjangoJSONEncoder)
    calendar = models.TextField(_("calendar entry"), blank=True)
    calendar_method = models.CharField(_("kind of calendar entry"), max_length=10, blank=True)

    order_key = models.CharField(_("in turn with"), max_length=255, blank=True)
    not_before = models.DateTimeField(_("not before"), null=True)
    next_try_at = models.DateTimeField(_("next try"))
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    is_resent = models.BooleanField(_("sent a second time"), default=False)
    claim_token = models.UUIDField(_("claimed by"), null=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True)
    sent_at = models.DateTimeField(pgettext_lazy("instant", "sent"), null=True)
    settled_by = models.CharField(_("settled by"), max_length=10, choices=SettledBy, blank=True)
    last_code = models.PositiveSmallIntegerField(_("last answer"), null=True)
    last_error = models.TextField(_("why"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(fields=("next_try_at", "id"), condition=Q(state="queued"), name="mail_queue"),
            models.Index(fields=("order_key", "id"), condition=Q(state__in=UNFINISHED), name="mail_in_turn"),
            models.Index(fields=("lease_until",), condition=Q(state__in=IN_FLIGHT), name="mail_in_flight"),
            models.Index(fields=("about_label", "about_pk"), name="mail_about"),
            models.Index(fields=("state", "-created_at"), name="mail_by_state"),
        ]
        constraints = [
            known_states("state", State.values, "mail_state_known"),
            models.CheckConstraint(condition=Q(klass__in=Klass.values), name="mail_klass_known"),
            models.CheckConstraint(
                condition=Q(state__in=IN_FLIGHT, claim_token__isnull=False, lease_until__isnull=False)
                | (~Q(state__in=IN_FLIGHT) & Q(claim_token__isnull=True, lease_until__isnull=True)),
                name="mail_claimed_with_lease",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="mail_sent_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(calendar="", calendar_method="")
                | (~Q(calendar="") & Q(calendar_method__in=("PUBLISH", "REQUEST", "CANCEL"))),
                name="mail_calendar_has_method",
            ),
        ]

    class Scoping:
        organisations = ("organisation",)
        roles = MAIL_DESKS
        narrowed = {role: Q(about_label__startswith=start) for role, start in MAIL_READERS.items()}
        writers = MAIL_KEEPERS

    @property
    def audit_organisation(self):
        return self.organisation

    def __str__(self):
        return f"{self.subject} → {self.recipient_email}"

    @property
    def state_tone(self) -> str:
        return STATE_TONES[self.state]


class AttemptQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise AppendOnlyError("delivery attempts are never changed")


class DeliveryAttempt(models.Model):
    """How one try to hand a mail over ended. Written once, when that is known."""

    class Outcome(models.TextChoices):
        SENT = "sent", pgettext_lazy("mail server", "accepted")
        DEFERRED = "deferred", _("try later")
        REFUSED = "refused", pgettext_lazy("mail server", "refused")
        UNKNOWN = "unknown", _("no answer")

    message = models.ForeignKey(OutboxMessage, verbose_name=_("mail"), on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(pgettext_lazy("instant", "when"))
    outcome = models.CharField(pgettext_lazy("check", "outcome"), max_length=10, choices=Outcome)
    smtp_code = models.PositiveSmallIntegerField(_("answer"), null=True)
    smtp_text = models.TextField(_("answer in words"), blank=True)
    host = models.CharField(_("machine"), max_length=100)
    pid = models.PositiveIntegerField(_("process"))

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
        ordering = ("message", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["sent", "deferred", "refused", "unknown"]), name="attempt_outcome_known"
            )
        ]

    def __str__(self):
        return f"{self.message_id} #{self.number}: {self.outcome}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise AppendOnlyError("delivery attempts are never changed")
        super().save(*args, **kwargs)


class DevMail(BaseModel):
    """A mail kept for the development mailbox instead of being sent."""

    recipients = models.TextField(_("to"))
    sender = models.CharField(pgettext_lazy("mail", "from"), max_length=320)
    subject = models.TextField(_("subject"), blank=True)
    body_text = models.TextField(_("text"), blank=True)
    body_html = models.TextField(_("HTML"), blank=True)
    calendar = models.TextField(_("calendar entry"), blank=True)
    headers = models.JSONField(_("headers"), default=dict)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail in the development mailbox")
        verbose_name_plural = _("development mailbox")
        ordering = ("-pk",)

    def __str__(self):
        return f"{self.subject} → {self.recipients}"
