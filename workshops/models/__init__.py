"""Events, the people in them, registrations and meetings."""

from workshops.models.event import AttendanceMode, Event
from workshops.models.meeting import Meeting
from workshops.models.registration import Registration
from workshops.models.speaker import EventPerson

__all__ = ["AttendanceMode", "Event", "EventPerson", "Meeting", "Registration"]
