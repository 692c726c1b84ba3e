"""One person's exchange: application, approvals, reviews, offer, stay, report."""

from exchanges.models.application import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    Approval,
    EligibilityCheck,
)
from exchanges.models.checklist import ChecklistItem, ChecklistTemplate
from exchanges.models.offer import Offer
from exchanges.models.review import Review, Score
from exchanges.models.stay import Stay, StayReport, StayTask

__all__ = [
    "Application",
    "ApplicationDocument",
    "ApplicationVersion",
    "Approval",
    "ChecklistItem",
    "ChecklistTemplate",
    "EligibilityCheck",
    "Offer",
    "Review",
    "Score",
    "Stay",
    "StayReport",
    "StayTask",
]
