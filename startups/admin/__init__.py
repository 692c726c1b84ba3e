"""The desk of startups: the firms, their cohorts, people, milestones, updates, money and public pages."""

from startups.admin import cohorts, milestones, money, people, showcase, startups, updates

__all__ = ["cohorts", "milestones", "money", "people", "showcase", "startups", "updates"]
