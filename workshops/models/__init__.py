"""Events, the people in them, registrations and meetings."""

from workshops.models.attendance import CheckIn, TourCheck, VisaLetter
from workshops.models.event import AttendanceMode, Event
from workshops.models.feed import CalendarFeed
from workshops.models.invitation import Invitation
from workshops.models.meeting import Meeting, MeetingFollowUp, MeetingSeat
from workshops.models.mission import (
    Delegate,
    Delegation,
    ItineraryLeg,
    MeetingSlot,
    MeetingTable,
    MissionCompany,
)
from workshops.models.programme import Clash, Room, Session, SessionPerson
from workshops.models.registration import (
    Registration,
    RegistrationConsent,
    RegistrationNeeds,
    RegistrationRules,
    SeatOffer,
)
from workshops.models.series import EventSeries
from workshops.models.speaker import EventPerson
from workshops.models.still_coming import StillComing

__all__ = [
    "AttendanceMode",
    "CalendarFeed",
    "CheckIn",
    "Clash",
    "Delegate",
    "Delegation",
    "Event",
    "EventPerson",
    "EventSeries",
    "Invitation",
    "ItineraryLeg",
    "Meeting",
    "MeetingFollowUp",
    "MeetingSeat",
    "MeetingSlot",
    "MeetingTable",
    "MissionCompany",
    "Registration",
    "RegistrationConsent",
    "RegistrationNeeds",
    "RegistrationRules",
    "Room",
    "SeatOffer",
    "Session",
    "SessionPerson",
    "StillComing",
    "TourCheck",
    "VisaLetter",
]
