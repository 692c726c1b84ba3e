"""Reminders of events, registrations and missions: one module per record."""

from workshops.reminders import event, meetings, registration

__all__ = ["event", "meetings", "registration"]
