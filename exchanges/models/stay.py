"""The stay: civil dates at the host, both ends counted, with its tasks and the final report."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchanges.models.checklist import OWNER_ROLES
from exchanges.models.residence import STATUSES
from exchanges.querysets import StayQuerySet, StayTaskQuerySet
from portal.accounts.roles import EXCHANGE_DESKS, EXPORT_DESKS, MANAGERS, Role
from portal.core.bilingual import bilingual
from portal.core.dates import days_inclusive
from portal.core.models import BaseModel, SourcedModel
from portal.core.workflow import known_states
from portal.screening.models import Screening

STAY_PATHS = ("programme__owner", "home_organisation", "host_organisation")


class Stay(SourcedModel):
    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        PRE_ARRIVAL = "pre_arrival", _("before arrival")
        ARRIVED = "arrived", _("arrived")
        ACTIVE = "active", _("under way")
        SUSPENDED = "suspended", _("suspended")
        CURTAILED = "curtailed", _("shortened")
        ENDING = "ending", _("ending")
        DEPARTED = "departed", _("departed")
        REPORT_DUE = "report_due", _("report due")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")
        NO_SHOW = "no_show", _("did not come")

    class Direction(models.TextChoices):
        INBOUND = "inbound", _("inbound")
        OUTBOUND = "outbound", _("outbound")
        DOMESTIC = "domestic", _("domestic")

    code = models.SlugField(_("number"), max_length=60, unique=True, blank=True)
    application = models.OneToOneField(
        "exchanges.Application",
        verbose_name=_("application"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stay",
    )
    person = models.ForeignKey(
        "accounts.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="stays"
    )
    programme = models.ForeignKey(
        "programmes.Programme", verbose_name=_("programme"), on_delete=models.PROTECT, related_name="stays"
    )
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    home_organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("home institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stays_from",
    )
    host_organisation = models.ForeignKey(
        "alliances.Organisation", verbose_name=_("host institution"), on_delete=models.PROTECT, related_name="stays_at"
    )
    host_person = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("host researcher"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stays_hosted",
    )
    start_on = models.DateField(_("first day"))
    end_on = models.DateField(_("last day"))
    original_end_on = models.DateField(_("last day as first agreed"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.PLANNED)
    status_of_residence_or_visa = models.CharField(
        _("status of residence or visa"), max_length=60, choices=STATUSES, blank=True
    )
    checklist_template = models.ForeignKey(
        "exchanges.ChecklistTemplate",
        verbose_name=_("checklist"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    screening_state = models.CharField(_("export control"), max_length=30, choices=Screening.State, blank=True)
    fund_source = models.CharField(_("paid from"), max_length=100, blank=True)
    support_en = models.CharField(_("what is paid, in English"), max_length=300, blank=True)
    support_ja = models.CharField(_("what is paid, in Japanese"), max_length=300, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    amount_total = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    is_paid = models.BooleanField(_("salary or fee is paid"), default=False)
    suspended_by = models.CharField(_("suspended by"), max_length=30, choices=Role, blank=True, editable=False)
    arrived_on = models.DateField(pgettext_lazy("instant", "arrived"), null=True, blank=True)
    departed_on = models.DateField(pgettext_lazy("instant", "departed"), null=True, blank=True)
    report_due_on = models.DateField(pgettext_lazy("instant", "report due"), null=True, blank=True)
    report_received_on = models.DateField(_("report received"), null=True, blank=True)
    certificate = models.ForeignKey(
        "documents.Letter",
        verbose_name=_("certificate"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    support = bilingual("support", _("what is paid"))
    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        ordering = ("-start_on", "-pk")
        indexes = [
            models.Index(fields=("state", "start_on"), name="stay_by_state"),
            models.Index(fields=("-start_on", "-id"), name="stay_in_list_order"),
        ]
        constraints = [
            known_states(
                "state",
                [
                    "planned",
                    "pre_arrival",
                    "arrived",
                    "active",
                    "suspended",
                    "curtailed",
                    "ending",
                    "departed",
                    "report_due",
                    "closed",
                    "cancelled",
                    "no_show",
                ],
                "stay_state_known",
            ),
            models.CheckConstraint(
                condition=Q(start_on__lte=F("end_on")),
                name="stay_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
        ]

    class Scoping:
        organisations = STAY_PATHS
        alliances = ("programme__alliance",)
        programmes = ("programme",)
        roles = EXCHANGE_DESKS
        # The export office may stop a stay that is under way; of the others it sees its own tasks alone.
        narrowed = {Role.EXPORT_OFFICER: Q(state__in=("active", "suspended"))}
        writers = MANAGERS | {Role.HOME_OFFICE}
        owners = ("person__user",)
        assigned = ("host_person__user",)

    def __str__(self):
        return f"{self.code} {self.person}".strip()

    @property
    def audit_organisation(self):
        return self.programme.owner

    @property
    def days(self) -> int:
        """Planned length in days, both ends counted."""
        return days_inclusive(self.start_on, self.end_on)

    @property
    def days_in_place(self) -> int:
        """Days really spent, both ends counted; none for a stay that did not happen."""
        if self.state in (self.State.CANCELLED, self.State.NO_SHOW):
            return 0
        return days_inclusive(self.arrived_on or self.start_on, self.departed_on or self.end_on)


class StayTask(BaseModel):
    """One line of a stay's checklist, copied from the template so that later changes of the template leave it alone."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "open")
        DONE = "done", _("done")
        WAIVED = "waived", _("not needed")

    stay = models.ForeignKey(Stay, verbose_name=_("stay"), on_delete=models.CASCADE, related_name="tasks")
    item_code = models.SlugField(_("item"), max_length=20)
    sort_order = models.PositiveSmallIntegerField(_("order"))
    text_en = models.TextField(_("text in English"))
    text_ja = models.TextField(_("text in Japanese"), blank=True)
    owner_role = models.CharField(_("owner"), max_length=30, choices=OWNER_ROLES)
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("whose side"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    anchor = models.CharField(
        _("counted from"), max_length=5, choices=[("start", _("first day")), ("end", _("last day"))]
    )
    offset = models.SmallIntegerField(_("offset"))
    offset_unit = models.CharField(
        _("unit"), max_length=15, choices=[("days", _("days")), ("business_days", _("business days"))]
    )
    due_on = models.DateField(_("due"))
    blocking = models.BooleanField(_("blocks arrival or closing"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    done_on = models.DateField(pgettext_lazy("instant", "done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True)
    file = models.ForeignKey(
        "documents.StoredFile",
        verbose_name=_("proof"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    text = bilingual("text")
    objects = StayTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ("due_on", "sort_order", "pk")
        indexes = [models.Index(fields=("state", "due_on"), name="stay_task_by_due")]
        constraints = [
            known_states("state", ["open", "done", "waived"], "stay_task_state_known"),
            models.UniqueConstraint(fields=("stay", "item_code"), name="stay_task_once"),
        ]

    class Scoping:
        organisations = tuple(f"stay__{path}" for path in STAY_PATHS)
        alliances = ("stay__programme__alliance",)
        programmes = ("stay__programme",)
        roles = EXCHANGE_DESKS | EXPORT_DESKS
        owners = ("stay__person__user",)
        assigned = ("stay__host_person__user",)

    def __str__(self):
        return f"{self.item_code} {self.text}"[:120]

    @property
    def audit_organisation(self):
        return self.organisation


class StayReport(BaseModel):
    """The fellow's final report. A report sent back keeps its text; the accepted one is what counts."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", pgettext_lazy("report", "accepted")

    stay = models.OneToOneField(Stay, verbose_name=_("stay"), on_delete=models.CASCADE, related_name="report")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    summary_en = models.TextField(_("public summary in English"), blank=True)
    summary_ja = models.TextField(_("public summary in Japanese"), blank=True)
    body = models.TextField(_("report"), blank=True)
    results = models.TextField(_("papers, talks and other results"), blank=True)
    file = models.ForeignKey(
        "documents.StoredFile",
        verbose_name=_("file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    submitted_at = models.DateTimeField(pgettext_lazy("instant", "submitted"), null=True, blank=True)
    returned_reason = models.TextField(_("what is missing"), blank=True)

    class Meta:
        verbose_name = _("final report")
        verbose_name_plural = _("final reports")
        constraints = [
            known_states("state", ["draft", "submitted", "returned", "accepted"], "stay_report_state_known"),
        ]

    class Scoping:
        organisations = tuple(f"stay__{path}" for path in STAY_PATHS)
        alliances = ("stay__programme__alliance",)
        programmes = ("stay__programme",)
        desk = ~Q(state="draft")
        roles = EXCHANGE_DESKS
        owners = ("stay__person__user",)
        assigned = {"stay__host_person__user": ~Q(state="draft")}

    def __str__(self):
        return f"{self.stay}"

    @property
    def audit_organisation(self):
        return self.stay.programme.owner
