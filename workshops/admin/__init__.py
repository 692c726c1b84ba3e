"""The desk of events: events, speakers, registrations, meetings."""

from workshops.admin import event, meetings, registration, speakers

__all__ = ["event", "meetings", "registration", "speakers"]
