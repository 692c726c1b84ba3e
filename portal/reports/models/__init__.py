"""Definitions of figures, targets, published values, and verified values."""

from portal.reports.models.definition import AUDITORS, KpiDefinition, KpiObservation, KpiTarget
from portal.reports.models.report import DIRECTORS, READERS, REPORTERS, ReportRun
from portal.reports.models.value import KpiValue

__all__ = [
    "AUDITORS",
    "DIRECTORS",
    "READERS",
    "REPORTERS",
    "KpiDefinition",
    "KpiObservation",
    "KpiTarget",
    "KpiValue",
    "ReportRun",
]
