"""The application: what a person asks for, what was said about it, and where it stands."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchanges.querysets import ApplicationQuerySet
from portal.accounts.roles import EXCHANGE_DESKS, MANAGERS, Role
from portal.applications.models import (
    BaseApplication,
    BaseDocument,
    BaseEligibilityCheck,
    BaseVersion,
    override_has_reason,
)
from portal.applications.models.review import GIVEN_TO_REVIEWER, READ_BY_REVIEWER
from portal.core.dates import days_inclusive
from portal.core.links import LinkedModel
from portal.core.models import BaseModel
from portal.core.workflow import known_states

DESK_PATHS = ("call__programme__owner", "home_organisation", "host_organisation")


class Purpose(models.TextChoices):
    INTERNSHIP = "internship", _("internship")
    JOINT_RESEARCH = "joint_research", _("joint research")
    LAB_VISIT = "lab_visit", _("laboratory visit")
    SHORT_TRIP = "short_trip", _("short trip")
    STUDY = "study", _("study")


class Application(BaseApplication):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        ELIGIBILITY_CHECK = "eligibility_check", _("eligibility check")
        RETURNED = "returned", _("returned for completion")
        EXPORT_PRECHECK = "export_precheck", _("export pre-check")
        # The same word: which applications the export office looks at more closely is told to no other desk.
        EXPERT_REVIEW = "expert_review", _("export pre-check")
        HOST_AND_HOME = "host_and_home", _("waiting for host and home")
        UNDER_REVIEW = "under_review", _("under review")
        SHORTLISTED = "shortlisted", _("shortlisted")
        RECOMMENDED = "recommended", _("recommended")
        SELECTED = "selected", _("selected")
        WAITLISTED = "waitlisted", _("on the waiting list")
        DECLINED = "declined", pgettext_lazy("application", "declined")
        INELIGIBLE = "ineligible", _("not eligible")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)

    # Where from and where to
    home_organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("home institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications_from",
    )
    home_organisation_other = models.CharField(
        _("home institution, if it is not in the list"), max_length=300, blank=True
    )
    host_organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("host institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications_to",
    )
    host_person = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("host researcher"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications_hosted",
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, blank=True)
    start_requested = models.DateField(_("first day"), null=True, blank=True)
    end_requested = models.DateField(_("last day"), null=True, blank=True)

    # Studies and work
    degree_course = models.CharField(_("course or position"), max_length=200, blank=True)
    enrolled_until = models.DateField(_("enrolled or employed until"), null=True, blank=True)
    field_of_study = models.CharField(_("field"), max_length=200, blank=True)

    # Supervisor at home, who endorses without an account
    supervisor_name = models.CharField(_("supervisor's name"), max_length=200, blank=True)
    supervisor_email = models.EmailField(_("supervisor's e-mail address"), blank=True)
    home_office_email = models.EmailField(
        _("e-mail address of your institution's international office"),
        blank=True,
        help_text=_("Only needed if your institution does not work in this portal."),
    )

    # The plan
    topic = models.CharField(_("title of the plan"), max_length=300, blank=True)
    plan = models.TextField(_("research plan"), blank=True)
    motivation = models.TextField(_("motivation"), blank=True)
    funding = models.TextField(_("own or other funding"), blank=True)
    access_needs = models.TextField(_("what you need to be able to take part"), blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta(BaseApplication.Meta):
        abstract = False
        constraints = [
            *BaseApplication.Meta.constraints,
            known_states(
                "state",
                [
                    "draft",
                    "submitted",
                    "eligibility_check",
                    "returned",
                    "export_precheck",
                    "expert_review",
                    "host_and_home",
                    "under_review",
                    "shortlisted",
                    "recommended",
                    "selected",
                    "waitlisted",
                    "declined",
                    "ineligible",
                    "withdrawn",
                    "expired",
                ],
                "application_state_known",
            ),
            models.CheckConstraint(
                condition=Q(start_requested=None) | Q(end_requested=None) | Q(start_requested__lte=F("end_requested")),
                name="application_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
        ]

    class Scoping:
        organisations = DESK_PATHS
        alliances = ("programme__alliance",)
        programmes = ("programme",)
        # Staff may count drafts and remind their owners, but not read them.
        desk = ~Q(state="draft")
        roles = EXCHANGE_DESKS
        owners = ("applicant__user",)
        assigned = {
            "reviews__reviewer": ~Q(state="draft") & Q(reviews__state__in=GIVEN_TO_REVIEWER),
            "host_person__user": ~Q(state="draft"),
            "approvals__approver": ~Q(state="draft"),
        }
        writers = MANAGERS

    @property
    def audit_organisation(self):
        """None for the referral to expert review: it is read on the case, by the export offices."""
        return None if self.state == self.State.EXPERT_REVIEW else super().audit_organisation

    @property
    def subject(self) -> str:
        return self.topic or self.code

    @property
    def days_requested(self) -> int | None:
        if self.start_requested and self.end_requested:
            return days_inclusive(self.start_requested, self.end_requested)
        return None

    @property
    def home_label(self) -> str:
        return self.home_organisation.name if self.home_organisation else self.home_organisation_other


class ApplicationVersion(BaseVersion):
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="versions", verbose_name=_("application")
    )

    class Meta(BaseVersion.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=("application", "number"), name="application_version_once")]

    class Scoping:
        organisations = tuple(f"application__{path}" for path in DESK_PATHS)
        alliances = ("application__programme__alliance",)
        programmes = ("application__programme",)
        roles = EXCHANGE_DESKS
        owners = ("application__applicant__user",)


class ApplicationDocument(BaseDocument):
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="documents", verbose_name=_("application")
    )

    class Scoping:
        organisations = tuple(f"application__{path}" for path in DESK_PATHS)
        alliances = ("application__programme__alliance",)
        programmes = ("application__programme",)
        desk = ~Q(application__state="draft")
        roles = EXCHANGE_DESKS
        owners = ("application__applicant__user",)
        assigned = {
            "application__reviews__reviewer": Q(application__reviews__state__in=READ_BY_REVIEWER),
            "application__host_person__user": ~Q(application__state="draft"),
        }


class EligibilityCheck(BaseEligibilityCheck):
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="eligibility_checks", verbose_name=_("application")
    )

    class Meta(BaseEligibilityCheck.Meta):
        abstract = False
        constraints = [override_has_reason("eligibility_override_has_reason")]

    class Scoping:
        organisations = ("application__call__programme__owner",)
        alliances = ("application__programme__alliance",)
        programmes = ("application__programme",)
        roles = MANAGERS


class Approval(LinkedModel, BaseModel):
    """One of the four signatures of the two-sided rule: host researcher and unit, home supervisor and office.

    The approver is a user, or, for a supervisor without account, the holder of the mailed link.
    """

    class Part(models.TextChoices):
        HOST_RESEARCHER = "host_researcher", _("host researcher")
        HOST_UNIT_HEAD = "host_unit_head", _("head of the host unit")
        HOME_SUPERVISOR = "home_supervisor", _("home supervisor")
        HOME_OFFICE = "home_office", _("home institution")

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        VOID = "void", _("void")

    link_purpose = "exchanges.approval_link"

    HOST_PARTS = (Part.HOST_RESEARCHER, Part.HOST_UNIT_HEAD)
    HOME_PARTS = (Part.HOME_SUPERVISOR, Part.HOME_OFFICE)

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="approvals", verbose_name=_("application")
    )
    part = models.CharField(_("part"), max_length=20, choices=Part)
    signing_role = models.CharField(_("signs as"), max_length=30, choices=Role, blank=True)
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approver"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="approvals",
    )
    approver_name = models.CharField(pgettext_lazy("person", "name"), max_length=200, blank=True)
    approver_email = models.EmailField(_("e-mail address"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(pgettext_lazy("instant", "asked"))
    due_on = models.DateField(_("answer by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    application_version = models.PositiveIntegerField(_("version seen"))
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ("pk",)
        constraints = [
            known_states("state", ["asked", "approved", "refused", "void"], "approval_state_known"),
            models.UniqueConstraint(
                fields=("application", "part"), condition=~Q(state="void"), name="approval_part_once"
            ),
        ]

    class Scoping:
        organisations = ("organisation", "application__call__programme__owner")
        alliances = ("application__programme__alliance",)
        programmes = ("application__programme",)
        roles = EXCHANGE_DESKS
        assigned = ("approver",)

    def __str__(self):
        return f"{self.application}: {self.get_part_display()}"

    @property
    def audit_organisation(self):
        return self.organisation or self.application.programme.owner

    @property
    def is_host_side(self) -> bool:
        return self.part in self.HOST_PARTS
