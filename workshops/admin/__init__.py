"""The desk of events: events, series, speakers, programmes, registrations, missions and meetings."""

from workshops.admin import event, meetings, missions, programme, registration, series, speakers

__all__ = ["event", "meetings", "missions", "programme", "registration", "series", "speakers"]
