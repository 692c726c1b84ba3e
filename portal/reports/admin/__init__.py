"""Figures and reports at the desk."""

from portal.reports.admin import definition, report, value  # noqa: F401
