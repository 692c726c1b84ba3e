"""Definitions of figures, targets and published values as they go in and out."""

from portal.reports.models import KpiDefinition, KpiObservation, KpiTarget
from portal.transfers.columns import Reference
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
