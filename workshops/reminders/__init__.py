"""Reminders of events, registrations and missions: one module per record."""

from workshops.reminders import registration

__all__ = ["registration"]
