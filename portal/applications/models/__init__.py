"""What every kind of application has: these are abstract, each kind keeps its own tables."""

from portal.applications.models.application import (
    BaseApplication,
    BaseDocument,
    BaseEligibilityCheck,
    BaseVersion,
    State,
    override_has_reason,
)
from portal.applications.models.review import BaseReview, BaseScore

__all__ = [
    "BaseApplication",
    "BaseDocument",
    "BaseEligibilityCheck",
    "BaseReview",
    "BaseScore",
    "BaseVersion",
    "State",
    "override_has_reason",
]
