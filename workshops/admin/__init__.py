"""The desk of events: events, speakers, registrations, meetings."""

from workshops.admin import event, meetings, missions, programme, registration, speakers

__all__ = ["event", "meetings", "missions", "programme", "registration", "speakers"]
