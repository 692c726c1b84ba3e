"""Reminders of events, registrations and missions: one module per record."""
