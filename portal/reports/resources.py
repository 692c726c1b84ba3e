"""Definitions of figures, targets, published and frozen values as they go in and out."""

from django.utils.translation import gettext as _

from portal.reports.models import KpiDefinition, KpiObservation, KpiTarget, KpiValue
from portal.transfers.columns import Reference, State
from portal.transfers.registry import register
from portal.transfers.resources import TableResource


@register
class KpiDefinitionResource(TableResource):
    class Meta:
        model = KpiDefinition
        table = "kpi_definitions"
        order = 140
        key = ("code",)
        fields = (
            "code", "app", "name_en", "name_ja", "unit", "aggregation", "basis", "formula_en", "formula_ja",
            "denominator_en", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class KpiTargetResource(TableResource):
    kpi_code = Reference("kpi")

    class Meta:
        model = KpiTarget
        table = "kpi_targets"
        order = 150
        key = ("kpi_code", "scope")
        fields = (
            "kpi_code", "target_value", "comparator", "from_date", "by_date", "text_en", "text_ja", "scope", "source",
            "note_en", "subject", "part",
        )  # fmt: skip
        optional = ("note_en", "subject", "part")


@register
class KpiObservationResource(TableResource):
    kpi_code = Reference("kpi")

    class Meta:
        model = KpiObservation
        table = "kpi_observations"
        order = 160
        key = ("kpi_code", "subject_code", "from_date", "to_date", "quality")
        fields = (
            "kpi_code", "subject_code", "value", "unit", "from_date", "to_date", "period_kind", "quality", "note_en",
            "source",
        )  # fmt: skip


@register
class KpiValueResource(TableResource):
    """Values as they were frozen here. What somebody else has counted is a published value."""

    kpi_code = Reference("kpi")
    value = State("value")
    numerator = State("numerator")
    denominator = State("denominator")
    unknown = State("unknown")
    unit = State("unit")
    as_of = State("as_of")
    counts_demo = State("counts_demo")
    is_small = State("is_small")
    reason = State("reason")
    verified_at = State("verified_at")
    formula_en = State("formula_en")
    keys_hash = State("keys_hash")

    class Meta:
        model = KpiValue
        table = "kpi_values"
        order = 480
        key = ("kpi_code", "subject", "period", "edition")
        fields = (
            "kpi_code", "subject", "period", "edition", "value", "numerator", "denominator", "unknown", "unit", "as_of",
            "counts_demo", "is_small", "reason", "verified_at", "formula_en", "keys_hash",
        )  # fmt: skip

    def why_closed(self):
        return _("Frozen values are what the portal counted. Enter what others counted in “kpi_observations”.")
