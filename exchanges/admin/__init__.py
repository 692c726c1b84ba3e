"""The desk of exchanges: applications, approvals, screening, reviews, offers, stays."""

from exchanges.admin import applications, approvals, checklists, offers, reviews, screening, stays

__all__ = ["applications", "approvals", "checklists", "offers", "reviews", "screening", "stays"]
