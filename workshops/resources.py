"""Events, speakers, registrations and meetings as they go in and out."""

from portal.core.workflow import StepError
from portal.transfers.columns import Column, Reference, State
from portal.transfers.problems import CellError
from portal.transfers.registry import register
from portal.transfers.resources import TableResource
from workshops.models import (
    Delegate,
    Delegation,
    Event,
    EventPerson,
    EventSeries,
    Invitation,
    ItineraryLeg,
    Meeting,
    MeetingFollowUp,
    MeetingSlot,
    MeetingTable,
    MissionCompany,
    Registration,
    RegistrationRules,
    Room,
    Session,
    SessionPerson,
    TourCheck,
)
from workshops.services import meetings


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
            "starts_time", "ends_time", "summary_en", "summary_ja", "description_en", "description_ja", "notice_en",
            "notice_ja", "online_url", "registration_opens_on", "registration_opens_time", "registration_closes_on",
            "registration_closes_time", "closes_when_full", "photo_notice", "contact_name", "contact_email",
            "speakers_count", "overseas_speakers_count", "cost_amount", "cost_currency", "report_en", "report_ja",
        )  # fmt: skip
        optional = (
            "starts_time", "ends_time", "summary_en", "summary_ja", "description_en", "description_ja", "notice_en",
            "notice_ja", "online_url", "registration_opens_on", "registration_opens_time", "registration_closes_on",
            "registration_closes_time", "closes_when_full", "photo_notice", "contact_name", "contact_email",
            "speakers_count", "overseas_speakers_count", "cost_amount", "cost_currency", "report_en", "report_ja",
        )  # fmt: skip


@register
class EventSeriesResource(TableResource):
    alliance_code = Reference("alliance")
    host_org_code = Reference("host_organisation")

    class Meta:
        model = EventSeries
        table = "event_series"
        order = 88
        key = ("code",)
        fields = (
            "code", "alliance_code", "host_org_code", "kind", "title_en", "title_ja", "summary_en", "summary_ja",
            "timezone", "rhythm", "interval", "week", "weekday", "first_on", "last_on", "starts_time", "minutes",
            "format", "venue_en", "venue_ja", "city", "country", "capacity", "language", "is_public", "note_en",
            "source",
        )  # fmt: skip


@register
class InvitationResource(TableResource):
    event_code = Reference("event")
    invited_at = Column("invited_at", zone="event__timezone")

    class Meta:
        model = Invitation
        table = "demo_invitations"
        order = 436
        key = ("event_code", "email")
        fields = ("event_code", "email", "name", "language", "invited_at", "source", "note_en")
        optional = ("note_en",)


@register
class EventPersonResource(TableResource):
    event_code = Reference("event")
    affiliation_org_code = Reference("affiliation")
    person_code = Reference("person")
    status = State("state")

    class Meta:
        model = EventPerson
        table = "event_people"
        order = 432
        key = ("event_code", "family_name", "given_name", "role")
        fields = (
            "event_code", "family_name", "given_name", "name_ja", "role", "affiliation_org_code", "talk_title_en",
            "source", "note_en", "code", "status", "person_code", "email", "language", "timezone", "affiliation_other",
            "affiliation_country", "talk_title_ja", "abstract_en", "abstract_ja", "biography_en", "biography_ja",
            "answer_by", "consent_photo", "consent_recording", "consent_publication", "needs_travel",
            "needs_accommodation", "needs_visa_letter", "needs_technical",
        )  # fmt: skip
        optional = fields[8:]


@register
class RoomResource(TableResource):
    event_code = Reference("event")
    site_org_code = Reference("organisation")

    class Meta:
        model = Room
        table = "demo_rooms"
        order = 433
        key = ("code",)
        fields = (
            "code", "event_code", "site_org_code", "name_en", "name_ja", "capacity", "online_url", "timezone",
            "opens_at", "closes_at", "buffer_minutes", "position", "is_hidden", "note_en", "source",
        )  # fmt: skip


@register
class SessionResource(TableResource):
    event_code = Reference("event")
    room_code = Reference("room")
    starts_at = Column("starts_at", zone="timezone")
    ends_at = Column("ends_at", zone="timezone")
    status = State("state")

    class Meta:
        model = Session
        table = "demo_sessions"
        order = 434
        key = ("code",)
        fields = (
            "code", "event_code", "kind", "title_en", "title_ja", "abstract_en", "abstract_ja", "room_code",
            "starts_at", "ends_at", "timezone", "expected", "status", "note_en", "source",
        )  # fmt: skip


@register
class SessionPersonResource(TableResource):
    session_code = Reference("session")
    event_person_code = Reference("event_person")

    class Meta:
        model = SessionPerson
        table = "demo_session_people"
        order = 435
        key = ("session_code", "event_person_code", "role")
        fields = ("session_code", "event_person_code", "role", "position")


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
            "source", "person_code", "name_native", "name_kana", "affiliation_other", "language", "timezone",
            "joins_tour", "listing", "priority", "is_walk_in",
        )  # fmt: skip
        optional = (
            "person_code", "name_native", "name_kana", "affiliation_other", "language", "timezone", "joins_tour",
            "listing", "priority", "is_walk_in",
        )  # fmt: skip

    def after_save(self, obj, *, created, user):
        """Who is to be shown a laboratory is looked at by the export office, however the row came in."""
        if created and obj.joins_tour:
            TourCheck.objects.get_or_create(registration=obj)


@register
class RegistrationRulesResource(TableResource):
    event_code = Reference("event")
    promote_until = Column("promote_until", zone="event__timezone")

    class Meta:
        model = RegistrationRules
        table = "registration_rules"
        order = 96
        key = ("event_code",)
        fields = (
            "event_code", "seats_on_site", "seats_online", "needs_approval", "pending_holds_seat", "promote_until",
            "tour", "listing", "asks_food", "gives_visa_letters", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


# -- missions ----------------------------------------------------------------------------------------------------------
@register
class DelegationResource(TableResource):
    event_code = Reference("event")
    organisation_code = Reference("organisation")

    class Meta:
        model = Delegation
        table = "demo_delegations"
        order = 445
        key = ("code",)
        fields = (
            "code", "event_code", "organisation_code", "name_en", "name_ja", "contact_email", "answer_hours",
            "request_limit", "meeting_limit", "note_en", "source",
        )  # fmt: skip


@register
class MissionCompanyResource(TableResource):
    delegation_code = Reference("delegation")
    organisation_code = Reference("organisation")

    class Meta:
        model = MissionCompany
        table = "demo_mission_companies"
        order = 446
        key = ("code",)
        fields = (
            "code", "delegation_code", "organisation_code", "side", "name_en", "name_ja", "country", "website",
            "technology_areas", "profile_en", "profile_ja", "wishes_en", "wishes_ja", "note_en", "source",
        )  # fmt: skip


@register
class DelegateResource(TableResource):
    delegation_code = Reference("delegation")
    company_code = Reference("company")
    person_code = Reference("person")

    class Meta:
        model = Delegate
        table = "demo_delegates"
        order = 447
        key = ("code",)
        fields = (
            "code", "delegation_code", "company_code", "person_code", "role", "languages", "needs_interpreter",
            "note_en", "source",
        )  # fmt: skip


@register
class ItineraryLegResource(TableResource):
    delegation_code = Reference("delegation")
    host_code = Reference("host")
    starts_at = Column("starts_at", zone="timezone")
    ends_at = Column("ends_at", zone="timezone")

    class Meta:
        model = ItineraryLeg
        table = "demo_itinerary_legs"
        order = 448
        key = ("code",)
        fields = (
            "code", "delegation_code", "kind", "title_en", "title_ja", "starts_at", "ends_at", "timezone", "place_en",
            "place_ja", "host_code", "capacity", "note_en", "source",
        )  # fmt: skip


@register
class MeetingSlotResource(TableResource):
    delegation_code = Reference("delegation")
    starts_at = Column("starts_at", zone="timezone")
    ends_at = Column("ends_at", zone="timezone")

    class Meta:
        model = MeetingSlot
        table = "demo_meeting_slots"
        order = 448
        key = ("code",)
        fields = ("code", "delegation_code", "starts_at", "ends_at", "timezone", "note_en", "source")


@register
class MeetingTableResource(TableResource):
    delegation_code = Reference("delegation")

    class Meta:
        model = MeetingTable
        table = "demo_meeting_tables"
        order = 449
        key = ("code",)
        fields = (
            "code", "delegation_code", "name_en", "name_ja", "place_en", "place_ja", "is_online", "online_url",
            "sort_order", "note_en", "source",
        )  # fmt: skip


@register
class MeetingResource(TableResource):
    event_code = Reference("event")
    requester_code = Reference("requester")
    invitee_code = Reference("invitee")
    starts_at = Column("starts_at", zone="timezone")
    ends_at = Column("ends_at", zone="timezone")
    status = State("state")
    slot_code = Reference("slot")
    table_code = Reference("table")
    interpreter_code = Reference("interpreter")
    wished_slot_code = Reference("wished_slot")

    class Meta:
        model = Meeting
        table = "demo_meetings"
        order = 450
        key = ("code",)
        fields = (
            "code", "event_code", "requester_code", "invitee_code", "topic_en", "starts_at", "ends_at", "timezone",
            "place", "status", "nda_in_place", "follow_up_en", "source", "note_en", "message", "slot_code",
            "table_code", "interpreter_code", "wished_slot_code",
        )  # fmt: skip
        optional = ("note_en", "message", "slot_code", "table_code", "interpreter_code", "wished_slot_code")

    def after_save(self, obj, *, created, user):
        try:
            meetings.settle_entered(meeting=obj)
        except StepError as refusal:
            raise CellError(str(refusal)) from None


@register
class MeetingFollowUpResource(TableResource):
    meeting_code = Reference("meeting")
    owner_code = Reference("owner")

    class Meta:
        model = MeetingFollowUp
        table = "demo_meeting_follow_ups"
        order = 455
        key = ("meeting_code",)
        fields = (
            "meeting_code", "next_step", "owner_code", "due_on", "outcome", "outcome_on", "note_en", "source",
        )  # fmt: skip
