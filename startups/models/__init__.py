"""Startups, the cohorts they run through, their people, milestones, updates and money."""

from startups.models.application import (
    CohortApplication,
    CohortApplicationDocument,
    CohortApplicationVersion,
    CohortEligibilityCheck,
    CohortReview,
    CohortScore,
)
from startups.models.cohort import Cohort
from startups.models.confidentiality import Confidentiality
from startups.models.mentoring import Mentor
from startups.models.milestone import Milestone
from startups.models.money import ExchangeRate, FundingRound
from startups.models.people import Founder
from startups.models.showcase import Showcase
from startups.models.startup import CountingDecision, LegalEntity, NamedReader, Startup, StartupName
from startups.models.update import FounderUpdate, Metric, MetricDefinition, UpdateFigure, UpdateVersion

__all__ = [
    "Cohort",
    "CohortApplication",
    "CohortApplicationDocument",
    "CohortApplicationVersion",
    "CohortEligibilityCheck",
    "CohortReview",
    "CohortScore",
    "Confidentiality",
    "CountingDecision",
    "ExchangeRate",
    "Founder",
    "FounderUpdate",
    "FundingRound",
    "LegalEntity",
    "Mentor",
    "Metric",
    "MetricDefinition",
    "Milestone",
    "NamedReader",
    "Showcase",
    "Startup",
    "StartupName",
    "UpdateFigure",
    "UpdateVersion",
]
