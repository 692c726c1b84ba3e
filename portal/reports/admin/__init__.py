"""Figures and reports at the desk."""

from portal.reports.admin import definition  # noqa: F401
