"""Events, speakers, registrations, what follows from them, and meetings, as they go in and out.

What stands in somebody's calendar follows the same path as at the desk: a timetable that files change tells its people
once, when all files are read; what the desk changes by steps alone is refused with the name of the step.
"""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from portal.core.workflow import StepError
from portal.transfers.aftermath import Aftermath
from portal.transfers.columns import Column, Reference, State
from portal.transfers.problems import CellError
from portal.transfers.registry import register
from portal.transfers.resources import TableResource
from workshops.clash_texts import seen_events, sentence
from workshops.models import (
    CheckIn,
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
    RegistrationNeeds,
    RegistrationRules,
    Room,
    Session,
    SessionPerson,
    TourCheck,
    VisaLetter,
)
from workshops.services import attendance, calendars, meetings, programme, visa
from workshops.services.event_changes import FIXED_ONCE_ANNOUNCED, fixed_fields
from workshops.services.registration import entered
from workshops.services.scheduling import FIXED_BY_STEPS, FREE_TIME


class TimetableFollows(Aftermath):
    """Sessions changed by files, with their people: calendars are told what they would be told by the desk."""

    def __init__(self):
        super().__init__()
        self.stood: dict[int, calendars.Seen] = {}
        self.planned: set[int] = set()  # sessions that were changed, or whose people were
        self.reached: set[int] = set()  # and those whose people are reached elsewhere

    def before(self, rows):
        fresh = _sessions_of(rows) - self.stood.keys() - self.planned - self.reached
        sessions = Session.objects.select_related("event__host_organisation", "room").filter(pk__in=fresh)
        self.stood |= calendars.pictures(sessions)

    def after(self, rows):
        touched = _sessions_of(rows)
        self.reached |= touched
        if not isinstance(rows[0], EventPerson):
            self.planned |= touched

    def settle(self, *, user, now) -> Iterator[tuple[Session, str]]:
        for session, found in programme.hindrances_entered(sessions=self.planned, now=now):
            seen = seen_events(found, user)
            yield session, " ".join(sentence(clash, seen) for clash in found)
        self.mails = calendars.correct_all(self.stood, self.reached, now=now)


class MeetingsFollow(Aftermath):
    """Meetings of a mission that a file brings with their time are put into the calendars of their people."""

    def __init__(self):
        super().__init__()
        self.new: list[Meeting] = []

    def before(self, rows):
        self.new += [row for row in rows if row.pk is None]

    def settle(self, *, user, now):
        self.mails = meetings.tell_entered(meetings=[row.pk for row in self.new], now=now)
        return ()


class PlacesAreTaken(Aftermath):
    """Registrations that a file brings take places of their events like those of the form, and no more than there are.

    An office that moves in (nobody is told) brings what has been promised already.
    """

    def __init__(self):
        super().__init__()
        self.new: list[Registration] = []

    def before(self, rows):
        fresh = [row for row in rows if row.pk is None]
        entered.hold_events({row.event_id for row in fresh})
        self.new += fresh

    def settle(self, *, user, now):
        return entered.without_place(entered=[row.pk for row in self.new], now=now)


def _sessions_of(rows) -> set[int]:
    """The sessions that these rows (of one table) are or belong to."""
    kind = type(rows[0])
    if kind is EventPerson:
        people = [row.pk for row in rows if row.pk]
        return set(SessionPerson.objects.filter(event_person__in=people).values_list("session", flat=True))
    name = "pk" if kind is Session else "session_id"
    return {getattr(row, name) for row in rows} - {None}


def _said(check, row) -> None:
    """A refusal of a service as the refusal of a row."""
    try:
        check(row)
    except StepError as refusal:
        raise CellError(str(refusal)) from None


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

    def why_fixed(self, obj, column):
        """Of what is over no calendar is waiting: its records may be made better."""
        if obj.is_over or not obj.state or column not in FIXED_ONCE_ANNOUNCED or column not in fixed_fields(obj):
            return ""
        if obj.state == Event.State.POSTPONED:
            return _("This event is postponed. “Set the new date” at its desk tells everybody.")
        if not obj.was_announced:
            return _("Sessions or meetings hang on these days. “Change time or place” at the desk takes them along.")
        return _("People have read when and where this is. “Change time or place” at the desk of the event tells them.")


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
    aftermath = TimetableFollows
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
    aftermath = TimetableFollows
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

    def hold(self, keys):
        programme.hold_events(Event.objects.filter(sessions__code__in=[code for (code,) in keys]))

    def why_fixed(self, obj, column):
        if obj.state == Session.State.CANCELLED:
            return str(programme.IS_CANCELLED)
        return _("A session stays with its event.") if column == "event_code" else ""


@register
class SessionPersonResource(TableResource):
    aftermath = TimetableFollows
    session_code = Reference("session")
    event_person_code = Reference("event_person")

    class Meta:
        model = SessionPerson
        table = "demo_session_people"
        order = 435
        key = ("session_code", "event_person_code", "role")
        fields = ("session_code", "event_person_code", "role", "position")

    def hold(self, keys):
        programme.hold_events(Event.objects.filter(sessions__in={session for session, _person, _role in keys}))

    def after_save(self, obj, *, created, user):
        _said(programme.require_own_person, obj)


@register
class RegistrationResource(TableResource):
    aftermath = PlacesAreTaken
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

    def hold(self, keys):
        known = Registration.objects.filter(code__in=[code for (code,) in keys])
        entered.hold_events(set(known.values_list("event", flat=True)))

    def why_fixed(self, obj, column):
        if column not in ("event_code", "attendance_mode", "joins_tour"):
            return ""
        return _("Places are given and taken by steps, or by the participant behind the personal link.")

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


@register
class RegistrationNeedsResource(TableResource):
    """What the kitchen and the house have to know. The day of deletion follows from the event."""

    registration_code = Reference("registration")

    class Meta:
        model = RegistrationNeeds
        table = "registration_needs"
        order = 442
        key = ("registration_code",)
        fields = ("registration_code", "diet", "diet_note", "access")

    def after_save(self, obj, *, created, user):
        _said(lambda needs: entered.settle_needs(needs=needs, today=localdate()), obj)


@register
class CheckInResource(TableResource):
    """Who came through the door and when. A list kept on paper comes in afterwards; what is in changes at the door."""

    registration_code = Reference("registration")
    at = Column("at", zone="registration__event__timezone")
    way = State("way")
    undone_at = State("undone_at", zone="registration__event__timezone")

    class Meta:
        model = CheckIn
        table = "check_ins"
        order = 443
        key = ("registration_code", "at")
        fields = ("registration_code", "at", "way", "undone_at")

    def hold(self, keys):
        held = Registration.objects.filter(pk__in={registration for registration, _at in keys})
        list(held.select_for_update(of=("self",)).order_by("pk"))

    def after_save(self, obj, *, created, user):
        if created:
            _said(lambda entry: attendance.settle_entered(entry=entry, actor=user, now=timezone.now()), obj)


@register
class VisaLetterResource(TableResource):
    """The register of letters for visas. A file brings wishes and refusals; letters are issued in the portal."""

    registration_code = Reference("registration")
    requested_at = Column("requested_at", zone="registration__event__timezone")
    passport_name = State("passport_name")
    arrives_on = State("arrives_on")
    leaves_on = State("leaves_on")
    payer = State("payer")
    embassy = State("embassy")
    status = State("state")
    decided_at = State("decided_at", zone="registration__event__timezone")
    letter_number = Reference("letter", lookup="number")

    class Meta:
        model = VisaLetter
        table = "visa_letters"
        order = 444
        key = ("registration_code", "requested_at")
        fields = (
            "registration_code", "requested_at", "passport_name", "arrives_on", "leaves_on", "payer", "embassy",
            "status", "decided_at", "letter_number",
        )  # fmt: skip

    def why_fixed(self, obj, column):
        return _("Letters are issued and withdrawn by steps in the portal.") if column == "letter_number" else ""

    def after_save(self, obj, *, created, user):
        if created:
            _said(lambda wish: visa.settle_entered(wish=wish), obj)


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

    def why_fixed(self, obj, column):
        if column not in ("delegation_code", "starts_at", "ends_at", "timezone"):
            return ""
        return _("A slot is made and deleted, never moved: meetings have copied its time. Make a new one.")


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
    aftermath = MeetingsFollow
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

    def why_fixed(self, obj, column):
        """As at the desk: a meeting of a mission takes its time from its slot, by a step that tells both."""
        fixed = column.removesuffix("_code") in FIXED_BY_STEPS
        if not (fixed or (column in FREE_TIME and hasattr(obj.event, "delegation"))):
            return ""
        return _("Who meets when and where changes by a step at the desk, or on the pages of the two, and tells both.")

    def after_save(self, obj, *, created, user):
        _said(lambda meeting: meetings.settle_entered(meeting=meeting), obj)


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
