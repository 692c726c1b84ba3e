"""The desk of startups: the firms, their cohorts and milestones."""

from startups.admin import cohorts, milestones, startups

__all__ = ["cohorts", "milestones", "startups"]
