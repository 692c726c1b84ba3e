"""Base classes, the audit trail and the reference tables that no single app owns."""

from portal.core.models.audit import AuditEntry
from portal.core.models.base import BaseModel, SourcedModel
from portal.core.models.reference import GlossaryTerm, LifecycleStep, RetentionRule

__all__ = ["AuditEntry", "BaseModel", "GlossaryTerm", "LifecycleStep", "RetentionRule", "SourcedModel"]
