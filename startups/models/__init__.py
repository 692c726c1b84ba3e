"""Startups, the cohorts they run through and their milestones."""

from startups.models.cohort import Cohort
from startups.models.milestone import Milestone
from startups.models.startup import Startup

__all__ = ["Cohort", "Milestone", "Startup"]
