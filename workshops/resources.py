"""Events, speakers, registrations and meetings as they go in and out."""

from portal.transfers.columns import Column, Reference, State
from portal.transfers.registry import register
from portal.transfers.resources import TableResource
from workshops.models import Event, EventPerson, Meeting, Registration


@register
class EventResource(TableResource):
    alliance_code = Reference("alliance")
    host_org_code = Reference("host_organisation")
    status = State("state")

    class Meta:
        model = Event
        table = "events"
        order = 90
        key = ("code",)
        fields = (
            "code", "alliance_code", "host_org_code", "kind", "series_code", "title_en", "title_ja", "starts_on",
            "ends_on", "date_precision", "timezone", "format", "venue_en", "venue_ja", "city", "country", "capacity",
            "registered_count", "attended_count", "overseas_count", "countries_count", "audience", "language", "status",
            "evidence", "note_en", "source",
        )  # fmt: skip


@register
class EventPersonResource(TableResource):
    event_code = Reference("event")
    affiliation_org_code = Reference("affiliation")

    class Meta:
        model = EventPerson
        table = "event_people"
        order = 100
        key = ("event_code", "family_name", "given_name", "role")
        fields = (
            "event_code", "family_name", "given_name", "name_ja", "role", "affiliation_org_code", "talk_title_en",
            "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class RegistrationResource(TableResource):
    event_code = Reference("event")
    affiliation_org_code = Reference("affiliation")
    registered_at = Column("registered_at", zone="event__timezone")
    status = State("state")
    person_code = Reference("person")

    class Meta:
        model = Registration
        table = "demo_registrations"
        order = 440
        key = ("code",)
        fields = (
            "code", "event_code", "person_name", "email", "affiliation_org_code", "affiliation_country", "career_stage",
            "registered_at", "status", "role", "attendance_mode", "consent_photo", "consent_contact_sharing", "note_en",
            "source", "person_code",
        )  # fmt: skip
        optional = ("person_code",)


@register
class MeetingResource(TableResource):
    event_code = Reference("event")
    requester_code = Reference("requester")
    invitee_code = Reference("invitee")
    starts_at = Column("starts_at", zone="timezone")
    ends_at = Column("ends_at", zone="timezone")
    status = State("state")

    class Meta:
        model = Meeting
        table = "demo_meetings"
        order = 450
        key = ("code",)
        fields = (
            "code", "event_code", "requester_code", "invitee_code", "topic_en", "starts_at", "ends_at", "timezone",
            "place", "status", "nda_in_place", "follow_up_en", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)
