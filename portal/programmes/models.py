"""Programmes and the calls that invite people into them."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import MANAGERS, Role
from portal.core.bilingual import bilingual
from portal.core.dates import validate_zone, wall_clock
from portal.core.models import BaseModel, SourcedModel
from portal.core.scoping import EVERYONE
from portal.core.workflow import known_states
from portal.programmes.querysets import CallQuerySet


class IntakeMode(models.TextChoices):
    WINDOW = "window", _("from day to day")
    ROLLING = "rolling", _("at any time")
    UNTIL_CAPACITY = "until_capacity", _("until all places are taken")


class Programme(SourcedModel):
    class Kind(models.TextChoices):
        INTERNSHIP = "internship", _("internship")
        FELLOWSHIP = "fellowship", _("fellowship")
        EXCHANGE = "exchange", _("exchange")
        VISITING_SCHOLAR = "visiting_scholar", _("visiting scholars")
        JOINT_GRADUATE_PROGRAMME = "joint_graduate_programme", _("joint graduate programme")
        EMPLOYMENT = "employment", _("employment")
        STARTUP_SUPPORT = "startup_support", _("startup support")
        ACCELERATOR = "accelerator", _("accelerator")
        TRADE_MISSION = "trade_mission", _("mission")
        OUTREACH = "outreach", _("outreach")

    class Direction(models.TextChoices):
        INBOUND = "inbound", _("inbound")
        OUTBOUND = "outbound", _("outbound")
        BOTH = "both", _("both ways")
        NONE = "none", _("no travel")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed")
        ARCHIVED = "archived", _("archived")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    owner = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=pgettext_lazy("programme", "owner"),
        on_delete=models.PROTECT,
        related_name="programmes",
    )
    alliance = models.ForeignKey(
        "alliances.Alliance",
        verbose_name=_("alliance"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="programmes",
    )
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    audience = models.CharField(
        _("for whom"),
        max_length=200,
        blank=True,
        help_text=_("Codes joined by “|”, such as graduate_students|postdocs."),
    )
    min_days = models.PositiveIntegerField(_("shortest stay (days)"), null=True, blank=True)
    max_days = models.PositiveIntegerField(_("longest stay (days)"), null=True, blank=True)
    duration_text_en = models.CharField(_("duration in English"), max_length=200, blank=True)
    duration_text_ja = models.CharField(_("duration in Japanese"), max_length=200, blank=True)
    extendable = models.BooleanField(_("can be extended"), null=True, blank=True)
    intake_mode = models.CharField(_("intake"), max_length=20, choices=IntakeMode, blank=True)
    host_contact_rule = models.CharField(
        _("contact with the host"),
        max_length=30,
        blank=True,
        choices=[
            ("apply_by_email", _("write to the programme")),
            ("each_side_selects", _("each side selects")),
            ("host_applies", _("the host applies")),
            ("host_faculty", _("find a host first")),
            ("host_in_qup", _("the host is in the centre")),
            ("host_required", _("a host is required")),
            ("no_direct_contact", _("do not write to the host first")),
        ],
    )
    support_en = models.TextField(_("what is paid, in English"), blank=True)
    support_ja = models.TextField(_("what is paid, in Japanese"), blank=True)
    documents_en = models.TextField(_("papers"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)

    name = bilingual("name")
    duration_text = bilingual("duration_text")
    support = bilingual("support")

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ("name_en",)
        constraints = [
            known_states(
                "state", ["draft", "approved", "published", "suspended", "closed", "archived"], "programme_state_known"
            ),
            models.CheckConstraint(
                condition=Q(min_days=None) | Q(max_days=None) | Q(min_days__lte=F("max_days")),
                name="programme_shortest_not_above_longest",
                violation_error_message=_("The shortest stay is longer than the longest."),
            ),
        ]

    class Scoping:
        public = ~Q(state__in=("draft", "approved"))
        organisations = ("owner", "alliance__lead")
        alliances = ("alliance",)
        programmes = ("pk",)
        writers = MANAGERS

    def __str__(self):
        return self.name

    @property
    def is_for_ventures(self) -> bool:
        """Whether ventures apply to its calls rather than people for themselves."""
        return self.kind in (self.Kind.STARTUP_SUPPORT, self.Kind.ACCELERATOR)

    @property
    def audit_organisation(self):
        return self.owner


class Call(SourcedModel):
    """An invitation to apply.

    `opens_on`/`opens_time` and `closes_on`/`closes_time` are wall-clock times in the call's own zone and what people
    agreed on; `opens_at`/`closes_at` are the instants they mean, kept for comparing. A day without a time closes at the
    end of that day (handbook, exchanges §4: "23:59" means until 23:59:59).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        OPEN = "open", _("open")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")
        UNDER_REVIEW = "under_review", _("under review")
        RESULTS_ANNOUNCED = "results_announced", _("results announced")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", pgettext_lazy("call or event", "cancelled")

    code = models.SlugField(_("code"), max_length=80, unique=True)
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    facility = models.ForeignKey(
        "alliances.Facility",
        verbose_name=_("facility"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
    )
    title_en = models.CharField(_("title in English"), max_length=250)
    title_ja = models.CharField(_("title in Japanese"), max_length=250, blank=True)
    intake_mode = models.CharField(_("intake"), max_length=20, choices=IntakeMode, default=IntakeMode.WINDOW)
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    opens_time = models.TimeField(_("opens at"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    closes_time = models.TimeField(_("closes at"), null=True, blank=True, help_text=_("Empty: at the end of the day."))
    timezone = models.CharField(_("time zone"), max_length=64, default="Asia/Tokyo", validators=[validate_zone])
    opens_at = models.DateTimeField(editable=False, null=True, db_index=True)
    closes_at = models.DateTimeField(editable=False, null=True, db_index=True)
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    results_on = models.DateField(_("results promised for"), null=True, blank=True)
    about_en = models.TextField(_("what it is about, in English"), blank=True)
    about_ja = models.TextField(_("what it is about, in Japanese"), blank=True)
    min_reviews = models.PositiveSmallIntegerField(_("reviews needed"), default=1)
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)

    title = bilingual("title", _("title"))
    about = bilingual("about")

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ("-opens_at", "code")
        constraints = [
            known_states(
                "state",
                [
                    "draft",
                    "approved",
                    "open",
                    "paused",
                    "closed",
                    "under_review",
                    "results_announced",
                    "completed",
                    "cancelled",
                ],
                "call_state_known",
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="call_closes_after_opening",
                violation_error_message=_("The call closes before it opens."),
            ),
        ]

    class Scoping:
        public = ~Q(state__in=("draft", "cancelled"))
        organisations = ("programme__owner", "programme__alliance__lead", "facility__organisation")
        alliances = ("programme__alliance",)
        programmes = ("programme",)
        writers = MANAGERS

    def __str__(self):
        return self.title

    @property
    def audit_organisation(self):
        return self.programme.owner if self.programme else None

    @property
    def owner_id(self) -> int | None:
        """The organisation whose programme managers run this call."""
        return (
            self.programme.owner_id
            if self.programme_id
            else self.facility.organisation_id
            if self.facility_id
            else None
        )

    def set_instants(self) -> None:
        """Work out `opens_at` and `closes_at` from the wall-clock fields."""
        self.opens_at = (
            wall_clock(self.opens_on, self.opens_time or dt.time(), self.timezone) if self.opens_on else None
        )
        self.closes_at = None
        if self.closes_on:
            if self.closes_time is None or self.closes_time == dt.time(23, 59):
                self.closes_at = wall_clock(self.closes_on + dt.timedelta(days=1), dt.time(), self.timezone)
            else:
                self.closes_at = wall_clock(self.closes_on, self.closes_time, self.timezone)

    def clean(self):
        self.set_instants()
        self.refuse_end_of_rolling()

    def refuse_end_of_rolling(self) -> None:
        """Raises ValidationError for a closing day that nothing would keep: its manager closes a rolling call."""
        if self.intake_mode == IntakeMode.ROLLING and self.closes_on:
            raise ValidationError(
                {"closes_on": _("A call that is open at any time has no closing day; you close it by hand.")}
            )

    def save(self, *args, **kwargs):
        self.set_instants()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "opens_at", "closes_at"}
        super().save(*args, **kwargs)

    @property
    def last_instant(self) -> dt.datetime | None:
        """The last moment inside the window, for showing: 23:59 of the closing day rather than midnight after it."""
        if self.closes_at is None:
            return None
        at_midnight = self.closes_time is None or self.closes_time == dt.time(23, 59)
        return self.closes_at - dt.timedelta(minutes=1) if at_midnight else self.closes_at

    def takes_applications(self, now: dt.datetime) -> bool:
        return self.state == self.State.OPEN and (self.closes_at is None or now < self.closes_at)


class RequestedDocument(BaseModel):
    """A paper that a call asks for; `kind` is the document kind of the files."""

    call = models.ForeignKey(Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="requested_documents")
    kind = models.SlugField(_("kind"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=150)
    name_ja = models.CharField(_("name in Japanese"), max_length=150, blank=True)
    help_en = models.CharField(_("help in English"), max_length=300, blank=True)
    help_ja = models.CharField(_("help in Japanese"), max_length=300, blank=True)
    is_required = models.BooleanField(_("required"), default=True)
    max_megabytes = models.PositiveSmallIntegerField(_("largest size (MB)"), default=10)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    name = bilingual("name")
    help = bilingual("help")

    class Meta:
        verbose_name = _("requested document")
        verbose_name_plural = _("requested documents")
        ordering = ("sort_order", "pk")
        constraints = [models.UniqueConstraint(fields=("call", "kind"), name="requested_document_once")]

    class Scoping:
        public = EVERYONE
        organisations = ("call__programme__owner",)
        alliances = ("call__programme__alliance",)
        programmes = ("call__programme",)
        writers = MANAGERS

    def __str__(self):
        return self.name


class Criterion(BaseModel):
    """What reviewers score, with its weight, for one call. Reviewers keep using it as it was when they scored."""

    call = models.ForeignKey(Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="criteria")
    name_en = models.CharField(_("name in English"), max_length=150)
    name_ja = models.CharField(_("name in Japanese"), max_length=150, blank=True)
    help_en = models.CharField(_("help in English"), max_length=300, blank=True)
    help_ja = models.CharField(_("help in Japanese"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    max_score = models.PositiveSmallIntegerField(_("highest score"), default=5)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    name = bilingual("name")
    help = bilingual("help")

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("sort_order", "pk")

    class Scoping:
        organisations = ("call__programme__owner",)
        alliances = ("call__programme__alliance",)
        programmes = ("call__programme",)
        assigned = ("call__applications__reviews__reviewer", "call__cohortapplications__reviews__reviewer")
        roles = frozenset({Role.PROGRAMME_MANAGER, Role.ALLIANCE_ADMIN})

    def __str__(self):
        return self.name
