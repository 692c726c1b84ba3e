"""The desk of startups: firms, cohorts, applications, people, milestones, updates, money and public pages."""

from startups.admin import applications, cohorts, milestones, money, people, showcase, startups, updates

__all__ = ["applications", "cohorts", "milestones", "money", "people", "showcase", "startups", "updates"]
