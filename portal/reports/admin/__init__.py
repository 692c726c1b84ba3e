"""Figures and reports at the desk."""

from portal.reports.admin import definition, value  # noqa: F401
