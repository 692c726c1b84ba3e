"""Startups, cohorts and milestones as they go in and out."""

from portal.alliances.models import TechnologyArea
from portal.transfers.columns import Reference, State
from portal.transfers.registry import register
from portal.transfers.resources import TableResource
from startups.models import Cohort, Milestone, Startup

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


@register
class StartupResource(TableResource):
    origin_org_code = Reference("origin_organisation")
    technology_area = Reference("technology_area", creates=new_technology_area)
    status = State("state")

    class Meta:
        model = Startup
        table = "startups"
        order = 110
        key = ("code",)
        fields = (
            "code", "name", "country", "founded_on", "founded_precision", "origin_kind", "origin_org_code",
            "technology_area", "relation", "status", "note_en", "source",
        )  # fmt: skip


@register
class CohortResource(TableResource):
    programme_code = Reference("programme")
    status = State("state")

    class Meta:
        model = Cohort
        table = "cohorts"
        order = 120
        key = ("code",)
        fields = (
            "code", "programme_code", "name_en", "name_ja", "starts_on", "ends_on", "date_precision", "places",
            "status", "note_en", "source",
        )  # fmt: skip


@register
class MilestoneResource(TableResource):
    startup_code = Reference("startup")
    cohort_code = Reference("cohort")
    verified_by_code = Reference("verified_by")
    status = State("state")

    class Meta:
        model = Milestone
        table = "demo_milestones"
        order = 460
        key = ("code",)
        fields = (
            "code", "startup_code", "cohort_code", "title_en", "due_on", "submitted_on", "verified_on",
            "verified_by_code", "status", "evidence_en", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)
