"""The application of a venture to a cohort: who founds it, what it does and wants, and its figures at the start."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.applications.models import (
    BaseApplication,
    BaseDocument,
    BaseEligibilityCheck,
    BaseReview,
    BaseScore,
    BaseVersion,
    State,
    override_has_reason,
)
from portal.applications.models.review import GIVEN_TO_REVIEWER, READ_BY_REVIEWER
from portal.core.countries import country_name
from portal.core.dates import Precision, fuzzy_date
from portal.core.money import money_text
from portal.core.scoping import EVERYONE
from portal.core.workflow import known_states
from startups.models import confidentiality as reach
from startups.models.startup import Startup
from startups.querysets import NAMED_PERSONS, STARTUP_WRITERS, CohortApplicationQuerySet

# What is written of each member of a team.
MEMBER_PARTS = ("given_name", "family_name", "email", "role")


class CohortApplication(BaseApplication):
    """What founders ask for a venture. It becomes a startup's record when it is handed in."""

    cohort = models.ForeignKey(
        "startups.Cohort", verbose_name=_("cohort"), on_delete=models.PROTECT, related_name="applications"
    )
    startup = models.ForeignKey(
        "startups.Startup",
        verbose_name=_("startup"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="applications",
    )

    # The venture
    venture_name = models.CharField(_("name of the venture"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    is_incorporated = models.BooleanField(_("incorporated"), null=True, blank=True)
    legal_form = models.CharField(_("legal form"), max_length=60, blank=True)
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    founded_precision = models.CharField(
        _("how exactly the day is known"), max_length=12, choices=Precision, blank=True, default=Precision.DAY
    )
    founding_evidence = models.TextField(_("evidence of the founding"), blank=True)
    origin_kind = models.CharField(_("origin"), max_length=20, choices=Startup.Origin, blank=True)
    origin_organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("came out of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    origin_evidence = models.TextField(_("evidence of the origin"), blank=True)
    technology_area = models.ForeignKey(
        "alliances.TechnologyArea",
        verbose_name=_("technology area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    # Each member is {given_name, family_name, email, role}; persons are made of them when the venture has a place.
    founders = models.JSONField(_("founders and team"), default=list, blank=True)
    has_foreign_owners = models.BooleanField(_("foreign owners"), null=True, blank=True)
    foreign_owners = models.TextField(_("who the foreign owners are"), blank=True)
    advisers = models.CharField(
        _("advisers and investors"), max_length=500, blank=True,
        help_text=_("Nobody who advises you or holds a share reviews your application."),
    )  # fmt: skip

    # The plan
    problem = models.TextField(_("problem"), blank=True)
    solution = models.TextField(_("solution and technology"), blank=True)
    market = models.TextField(_("market"), blank=True)
    traction = models.TextField(_("what has been reached"), blank=True)
    support_wanted = models.TextField(_("support wanted"), blank=True)
    funding_so_far = models.TextField(_("money so far"), blank=True)
    ip_ownership = models.TextField(_("intellectual property: owners and licences"), blank=True)

    # Figures at the start. Empty is “not said”, zero is zero.
    figures_on = models.DateField(_("figures as of"), null=True, blank=True)
    headcount = models.DecimalField(
        _("people, in full-time posts"), max_digits=7, decimal_places=1, null=True, blank=True
    )
    revenue = models.DecimalField(
        _("revenue of the last twelve months"), max_digits=15, decimal_places=2, null=True, blank=True
    )
    revenue_currency = models.CharField(_("currency of the revenue"), max_length=3, blank=True)
    raised = models.DecimalField(_("money raised so far"), max_digits=15, decimal_places=2, null=True, blank=True)
    raised_currency = models.CharField(_("currency of the money raised"), max_length=3, blank=True)

    objects = CohortApplicationQuerySet.as_manager()

    class Meta(BaseApplication.Meta):
        abstract = False
        verbose_name = _("application to a cohort")
        verbose_name_plural = _("applications to cohorts")
        constraints = [
            *BaseApplication.Meta.constraints,
            known_states("state", State.values, "cohortapplication_state_known"),
        ]

    class Scoping:
        organisations = ("programme__owner",)
        alliances = ("programme__alliance",)
        programmes = ("programme",)
        # The desk may count drafts and remind their owners, but not read them.
        desk = ~Q(state="draft") & ~Q(startup__confidentiality=NAMED_PERSONS)
        roles = STARTUP_WRITERS
        owners = ("applicant__user",)
        assigned = {
            "reviews__reviewer": ~Q(state="draft") & Q(reviews__state__in=GIVEN_TO_REVIEWER),
            "startup__readers__user": ~Q(state="draft"),
        }
        writers = STARTUP_WRITERS

    @property
    def subject(self) -> str:
        return self.venture_name or self.code

    @property
    def mail_organisation(self):
        """As of its startup, which begins for the programme's team alone: no other desk reads mails about it."""
        return self.startup.mail_organisation if self.startup else None

    def get_country_display(self) -> str:
        return country_name(self.country)

    def get_founded_on_display(self) -> str:
        return fuzzy_date(self.founded_on, self.founded_precision or Precision.DAY)

    def get_founders_display(self) -> str:
        """Everybody in the team, without addresses: reviewers read this."""
        return gettext("; ").join(member_in_words(member) for member in self.founders)

    def get_headcount_display(self) -> str:
        """Without a decimal that says nothing: 2.5, but 3 and 0."""
        return "" if self.headcount is None else f"{Decimal(self.headcount).normalize():f}"

    def get_revenue_display(self) -> str:
        return money_text(self.revenue, self.revenue_currency)

    def get_raised_display(self) -> str:
        return money_text(self.raised, self.raised_currency)

    @property
    def founder_addresses(self) -> set[str]:
        return {member["email"].lower() for member in self.founders if member.get("email")}


def member_in_words(member: dict) -> str:
    """`Sora Genkei, chief executive`."""
    name = " ".join(filter(None, (member.get("given_name"), member.get("family_name"))))
    return gettext(", ").join(filter(None, (name, member.get("role"))))


class PartOfApplication:
    """Who reads what belongs to an application: its desk, who was let in by name, and its owner."""

    class Scoping:
        organisations = ("application__programme__owner",)
        alliances = ("application__programme__alliance",)
        programmes = ("application__programme",)
        desk = ~Q(application__state="draft") & ~Q(application__startup__confidentiality=NAMED_PERSONS)
        roles = STARTUP_WRITERS
        owners = ("application__applicant__user",)
        assigned = reach.readers("application__startup__")


class CohortApplicationVersion(BaseVersion):
    application = models.ForeignKey(
        CohortApplication, on_delete=models.CASCADE, related_name="versions", verbose_name=_("application")
    )

    class Meta(BaseVersion.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=("application", "number"), name="cohort_version_once")]

    class Scoping(PartOfApplication.Scoping):
        pass


class CohortApplicationDocument(BaseDocument):
    application = models.ForeignKey(
        CohortApplication, on_delete=models.CASCADE, related_name="documents", verbose_name=_("application")
    )

    class Scoping(PartOfApplication.Scoping):
        assigned = {
            **PartOfApplication.Scoping.assigned,
            "application__reviews__reviewer": Q(application__reviews__state__in=READ_BY_REVIEWER),
        }


class CohortEligibilityCheck(BaseEligibilityCheck):
    application = models.ForeignKey(
        CohortApplication, on_delete=models.CASCADE, related_name="eligibility_checks", verbose_name=_("application")
    )

    class Meta(BaseEligibilityCheck.Meta):
        abstract = False
        constraints = [override_has_reason("cohort_override_has_reason")]

    class Scoping:
        organisations = ("application__programme__owner",)
        alliances = ("application__programme__alliance",)
        programmes = ("application__programme",)
        desk = ~Q(application__startup__confidentiality=NAMED_PERSONS)
        roles = STARTUP_WRITERS
        assigned = reach.readers("application__startup__")


class CohortReview(BaseReview):
    application = models.ForeignKey(
        CohortApplication, verbose_name=_("application"), on_delete=models.CASCADE, related_name="reviews"
    )

    class Scoping:
        organisations = ("application__programme__owner",)
        alliances = ("application__programme__alliance",)
        programmes = ("application__programme",)
        desk = ~Q(application__startup__confidentiality=NAMED_PERSONS)
        roles = STARTUP_WRITERS
        assigned = {"reviewer": EVERYONE, **reach.readers("application__startup__")}


class CohortScore(BaseScore):
    review = models.ForeignKey(CohortReview, verbose_name=_("review"), on_delete=models.CASCADE, related_name="scores")

    class Scoping:
        organisations = ("review__application__programme__owner",)
        alliances = ("review__application__programme__alliance",)
        programmes = ("review__application__programme",)
        desk = ~Q(review__application__startup__confidentiality=NAMED_PERSONS)
        roles = STARTUP_WRITERS
        assigned = {"review__reviewer": EVERYONE, **reach.readers("review__application__startup__")}
