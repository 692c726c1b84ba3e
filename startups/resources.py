"""Startups, cohorts, milestones and what belongs to them, as they go in and out. Links and secrets stay inside."""

from django.utils.translation import gettext as _

from portal.alliances.models import TechnologyArea
from portal.applications.resources import ReviewTable
from portal.transfers.columns import Column, DecimalWidget, Reference, State, TextWidget
from portal.transfers.problems import CellError
from portal.transfers.registry import register
from portal.transfers.resources import TableResource
from startups.models import (
    Cohort,
    CohortApplication,
    CohortReview,
    CountingDecision,
    ExchangeRate,
    Founder,
    FounderUpdate,
    FundingRound,
    LegalEntity,
    Mentor,
    MetricDefinition,
    Milestone,
    Showcase,
    Startup,
    StartupName,
    UpdateFigure,
    UpdateVersion,
)
from startups.models.application import MEMBER_PARTS
from startups.services import counting, people

# Japanese names of the terms of the data set; a term that is not here gets its Japanese name later, by hand.
JAPANESE_NAMES = {
    "annealing_hardware": "アニーリング型ハードウェア",
    "cryogenics": "極低温技術",
    "gate_hardware": "ゲート型ハードウェア",
    "ion_trap": "イオントラップ",
    "quantum_materials": "量子材料",
    "quantum_sensing": "量子センシング",
    "quantum_software": "量子ソフトウェア",
}


def new_technology_area(code: str) -> TechnologyArea:
    """A term nobody has named yet."""
    return TechnologyArea(code=code, name_en=code.replace("_", " ").capitalize(), name_ja=JAPANESE_NAMES.get(code, ""))


def refuse_unseen(row: Milestone | FundingRound, *, created: bool) -> None:
    """What comes in as verified was seen by somebody, on a day; and nobody who advises or founded it has verified it.

    Of a row that exists the evidence may be a paper that was handed in; who has seen it, a file may still name anew.
    """
    if created and (row.verified_on is None or row.verified_by_id is None or not row.evidence_en.strip()):
        raise CellError(_("What is verified names its evidence, who has seen it and when."))
    mentors = row.startup.mentors.exclude(state=Mentor.State.DESIRED)
    if any(team.filter(person=row.verified_by_id).exists() for team in (mentors, row.startup.founders)):
        raise CellError(_("Whoever founded or advises the startup cannot verify this."))


@register
class CohortResource(TableResource):
    programme_code = Reference("programme")
    call_code = Reference("call")
    status = State("state")
    graduated_on = State("graduated_on")

    class Meta:
        model = Cohort
        table = "cohorts"
        order = 105
        key = ("code",)
        fields = (
            "code", "programme_code", "name_en", "name_ja", "starts_on", "ends_on", "date_precision", "places",
            "status", "note_en", "source", "call_code", "graduated_on",
        )  # fmt: skip
        optional = ("call_code", "graduated_on")


class TeamWidget(TextWidget):
    """One member on each line of the cell: given name | family name | e-mail address | role."""

    def clean(self, value, row=None, **kwargs):
        members = []
        for line in super().clean(value, row).splitlines():
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != len(MEMBER_PARTS):
                raise CellError(_("Write each member on a line: given name | family name | e-mail address | role."))
            members.append(dict(zip(MEMBER_PARTS, parts, strict=True)))
        return members

    def render(self, value, obj=None, **kwargs):
        lines = (" | ".join(member.get(part, "") for part in MEMBER_PARTS) for member in value or [])
        return super().render("\n".join(lines))


@register
class StartupResource(TableResource):
    origin_org_code = Reference("origin_organisation")
    technology_area = Reference("technology_area", creates=new_technology_area)
    cohort_code = Reference("cohort")
    status = State("state")
    confidentiality = State("confidentiality")
    figures_confidentiality = State("figures_confidentiality")

    class Meta:
        model = Startup
        table = "startups"
        order = 110
        key = ("code",)
        fields = (
            "code", "name", "country", "founded_on", "founded_precision", "origin_kind", "origin_org_code",
            "technology_area", "relation", "status", "note_en", "source", "name_ja", "name_kana", "cohort_code",
            "founding_evidence", "origin_evidence", "has_foreign_owners", "foreign_owners", "admitted_on", "left_on",
            "ended_on", "confidentiality", "figures_confidentiality",
        )  # fmt: skip
        optional = (
            "name_ja", "name_kana", "cohort_code", "founding_evidence", "origin_evidence", "has_foreign_owners",
            "foreign_owners", "admitted_on", "left_on", "ended_on", "confidentiality", "figures_confidentiality",
        )  # fmt: skip


@register
class StartupNameResource(TableResource):
    startup_code = Reference("startup")
    name = Column("text")

    class Meta:
        model = StartupName
        table = "startup_names"
        order = 111
        key = ("startup_code", "name")
        fields = ("startup_code", "name", "from_on", "until_on")


@register
class MetricDefinitionResource(TableResource):
    class Meta:
        model = MetricDefinition
        table = "founder_metrics"
        order = 115
        key = ("definition_set", "metric")
        fields = (
            "definition_set", "metric", "sort_order", "name_en", "name_ja", "definition_en", "definition_ja", "source",
            "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class MilestoneResource(TableResource):
    startup_code = Reference("startup")
    cohort_code = Reference("cohort")
    verified_by_code = Reference("verified_by")
    status = State("state")

    class Meta:
        model = Milestone
        table = "demo_milestones"
        plain = True  # the model's own `save` gives a number, and rows of a file have one
        order = 460
        key = ("code",)
        fields = (
            "code", "startup_code", "cohort_code", "title_en", "due_on", "submitted_on", "verified_on",
            "verified_by_code", "status", "evidence_en", "source", "note_en", "title_ja",
        )  # fmt: skip
        optional = ("note_en", "title_ja")

    def after_save(self, obj, *, created, user):
        """A startup with milestones in a cohort belongs to it, unless its own table says otherwise."""
        if obj.state == Milestone.State.VERIFIED:
            refuse_unseen(obj, created=created)
        if created and obj.startup.cohort_id is None:
            obj.startup.cohort = obj.cohort
            obj.startup.save(update_fields=["cohort", "updated_at"])


@register
class ExchangeRateResource(TableResource):
    class Meta:
        model = ExchangeRate
        table = "demo_exchange_rates"
        order = 461
        key = ("currency", "on_day")
        fields = ("currency", "on_day", "to_jpy", "to_usd", "source", "note_en")
        optional = ("note_en",)


@register
class LegalEntityResource(TableResource):
    startup_code = Reference("startup")

    class Meta:
        model = LegalEntity
        table = "demo_legal_entities"
        order = 462
        key = ("startup_code", "country", "name")
        fields = (
            "startup_code", "country", "name", "form", "number", "registered_on", "dissolved_on", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class FounderResource(TableResource):
    startup_code = Reference("startup")
    person_code = Reference("person")

    class Meta:
        model = Founder
        table = "demo_founders"
        order = 463
        key = ("startup_code", "person_code", "from_on")
        fields = (
            "startup_code", "person_code", "role_en", "is_founder", "is_primary_contact", "is_financial_contact",
            "is_legal_contact", "is_technical_contact", "holds_equity", "from_on", "until_on", "source", "note_en",
            "role_ja",
        )  # fmt: skip
        optional = ("note_en", "role_ja")

    def after_save(self, obj, *, created, user):
        """At most one first contact: the file is refused where a second one is named."""
        others = obj.startup.founders.filter(is_primary_contact=True, until_on=None).exclude(pk=obj.pk)
        if obj.is_primary_contact and obj.until_on is None and others.exists():
            raise CellError(_("There is a first contact already. Change that one first."))


@register
class MentorResource(TableResource):
    startup_code = Reference("startup")
    person_code = Reference("person")
    status = State("state")

    class Meta:
        model = Mentor
        table = "demo_mentors"
        plain = True  # as for milestones
        order = 464
        key = ("code",)
        fields = (
            "code", "startup_code", "person_code", "is_primary", "topics_en", "status", "confirmed_on", "ended_on",
            "source", "note_en", "topics_ja",
        )  # fmt: skip
        optional = ("note_en", "topics_ja")

    def after_save(self, obj, *, created, user):
        """Milestones come in before mentors do: whoever has verified one is refused here."""
        if why := people.has_judged(obj.startup, obj.person):
            raise CellError(why)


@register
class CountingDecisionResource(TableResource):
    startup_code = Reference("startup")
    decided_by_code = Reference("decided_by")

    class Meta:
        model = CountingDecision
        table = "demo_counting_decisions"
        order = 465
        key = ("startup_code", "rule_set")
        fields = (
            "startup_code", "rule_set", "counts", "reason", "decided_by_code", "decided_on", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)

    def after_save(self, obj, *, created, user):
        """A file approves nothing that nobody has approved, and nothing that could not be approved at the desk."""
        if obj.counts and (why := counting.objection(obj.startup)):
            raise CellError(why)
        if obj.decided_by_id is None or obj.decided_on is None:
            raise CellError(_("A decision names who took it and when."))


@register
class ShowcaseResource(TableResource):
    """A page from records, with the consent as it was given; afterwards only the founders' own steps move it."""

    startup_code = Reference("startup")
    consent_given_on = State("consent_given_on")
    consent_by_code = Reference("consent_by")
    consent_wording = State("consent_wording")
    consent_text = State("consent_text")
    consent_withdrawn_on = State("consent_withdrawn_on")
    confidentiality = State("confidentiality")

    class Meta:
        model = Showcase
        table = "demo_showcases"
        order = 466
        key = ("startup_code",)
        fields = (
            "startup_code", "one_liner_en", "one_liner_ja", "description_en", "description_ja", "website",
            "confidentiality", "consent_given_on", "consent_by_code", "consent_wording", "consent_text",
            "consent_withdrawn_on", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class FundingRoundResource(TableResource):
    startup_code = Reference("startup")
    verified_on = State("verified_on")
    verified_by_code = Reference("verified_by")

    class Meta:
        model = FundingRound
        table = "demo_funding_rounds"
        plain = True  # as for milestones
        order = 467
        key = ("code",)
        fields = (
            "code", "startup_code", "kind", "closed_on", "closed_precision", "amount", "currency", "is_undisclosed",
            "investors", "rate_to_jpy", "rate_to_usd", "rate_on", "rate_source", "evidence_en", "verified_on",
            "verified_by_code", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)

    def after_save(self, obj, *, created, user):
        if obj.verified_on is not None:
            refuse_unseen(obj, created=created)


@register
class FounderUpdateResource(TableResource):
    startup_code = Reference("startup")
    asked_of_code = Reference("asked_of")
    status = State("state")

    class Meta:
        model = FounderUpdate
        table = "demo_founder_updates"
        order = 468
        key = ("code",)
        fields = (
            "code", "startup_code", "period", "definition_set", "due_on", "asked_of_code", "status", "submitted_on",
            "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class UpdateVersionResource(TableResource):
    """Versions are written once: a row that exists is not changed by a file."""

    update_code = Reference("update")
    number = State("number")
    made_at = State("made_at")
    is_staff_edit = State("is_staff_edit")
    is_no_change = State("is_no_change")
    news = State("news")

    class Meta:
        model = UpdateVersion
        table = "demo_update_versions"
        order = 469
        key = ("code",)
        fields = ("code", "update_code", "number", "made_at", "is_staff_edit", "is_no_change", "news")

    def after_save(self, obj, *, created, user):
        """The newest version is the one that counts."""
        update = obj.update
        if created and (update.latest is None or update.latest.number < obj.number):
            update.latest = obj
            update.save(update_fields=["latest", "updated_at"])


@register
class UpdateFigureResource(TableResource):
    """One number of a version; an empty cell is “not answered”, and 0 is zero."""

    version_code = Reference("version")
    value = State("value", widget=DecimalWidget())
    currency = State("currency")
    rate_to_jpy = State("rate_to_jpy", widget=DecimalWidget())
    rate_to_usd = State("rate_to_usd", widget=DecimalWidget())

    class Meta:
        model = UpdateFigure
        table = "demo_update_figures"
        order = 470
        key = ("version_code", "metric")
        fields = (
            "version_code", "metric", "value", "as_of", "currency", "rate_to_jpy", "rate_to_usd", "rate_on",
            "rate_source",
        )  # fmt: skip


@register
class CohortApplicationResource(TableResource):
    """Applications as they stand. Papers, reviews and versions stay in the portal."""

    call_code = Reference("call")
    programme_code = Reference("programme")
    cohort_code = Reference("cohort")
    applicant_code = Reference("applicant")
    startup_code = Reference("startup")
    origin_org_code = Reference("origin_organisation")
    technology_area = Reference("technology_area", creates=new_technology_area)
    founders = Column("founders", widget=TeamWidget())
    submitted_at = Column("submitted_at", zone="call__timezone")
    status = State("state")

    class Meta:
        model = CohortApplication
        table = "demo_cohort_applications"
        order = 463
        key = ("code",)
        fields = (
            "code", "call_code", "programme_code", "cohort_code", "applicant_code", "startup_code", "venture_name",
            "country", "is_incorporated", "legal_form", "founded_on", "founded_precision", "founding_evidence",
            "origin_kind", "origin_org_code", "origin_evidence", "technology_area", "founders", "has_foreign_owners",
            "foreign_owners", "advisers", "problem", "solution", "market", "traction", "support_wanted",
            "funding_so_far", "ip_ownership", "figures_on", "headcount", "revenue", "revenue_currency", "raised",
            "raised_currency", "submitted_at", "decided_on", "status", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class CohortReviewResource(ReviewTable):
    class Meta:
        model = CohortReview
        table = "cohort_reviews"
        order = 464
