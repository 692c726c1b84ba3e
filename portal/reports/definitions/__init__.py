"""What stands in which report: the sections in their order, each with its figures and pictures."""

from portal.reports.definitions.alliance import ALLIANCE
from portal.reports.definitions.programme import PROGRAMME
from portal.reports.definitions.sections import ReportDefinition, Section

DEFINITIONS: dict[str, ReportDefinition] = {"alliance": ALLIANCE, "programme": PROGRAMME}

__all__ = ["DEFINITIONS", "ReportDefinition", "Section"]
