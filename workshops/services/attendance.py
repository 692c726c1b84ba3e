"""The door: who came in, by the code of the badge or by name; and, when the event is over, who attended."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models.person import search_form
from portal.core import audit
from portal.core.links import give_token
from portal.core.workflow import StepError, lock
from portal.documents.models import Letter
from workshops.emails import registration as emails
from workshops.letters.registration import ATTENDANCE, issue_attendance_certificate
from workshops.models import AttendanceMode, CheckIn, Event, Registration, RegistrationRules, SeatOffer, TourCheck
from workshops.models.registration import normal_email
from workshops.rules.event import organises
from workshops.services.registration.seats import seats_of
from workshops.services.registration.signup import link_expiry
from workshops.workflows.registration import REGISTRATION

R = Registration.State
# The door opens the evening before: badges are handed out then, too.
DOOR_OPENS = dt.timedelta(hours=24)
FOUND_AT_MOST = 30


class Verdict(StrEnum):
    """What the people at the door see, each with a colour and words of its own."""

    WELCOME = "welcome"
    INSIDE = "inside"
    WAITING = "waiting"
    UNAPPROVED = "unapproved"
    UNCLEARED = "uncleared"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    WRONG_EVENT = "wrong_event"
    WRONG_DAY = "wrong_day"
    NO_EVENT = "no_event"


TONES = {
    Verdict.WELCOME: "done",
    Verdict.INSIDE: "active",
    Verdict.WAITING: "waiting",
    Verdict.UNAPPROVED: "waiting",
    Verdict.UNCLEARED: "attention",
    Verdict.CANCELLED: "stopped",
    Verdict.REFUSED: "stopped",
    Verdict.WRONG_EVENT: "attention",
    Verdict.WRONG_DAY: "attention",
    Verdict.NO_EVENT: "stopped",
}
_BY_STATE: dict[str, Verdict] = {
    R.SUBMITTED: Verdict.UNAPPROVED,
    R.PENDING_SCREENING: Verdict.UNCLEARED,
    R.WAITLISTED: Verdict.WAITING,
    R.CANCELLED: Verdict.CANCELLED,
    R.REFUSED: Verdict.REFUSED,
}
# The same for somebody who stood at the door some time ago.
_WHY_NOT = {
    Verdict.NO_EVENT: gettext_lazy("This event was cancelled or postponed."),
    Verdict.UNAPPROVED: gettext_lazy("This registration was never approved."),
    Verdict.UNCLEARED: gettext_lazy("This event is for cleared visitors only, and this person is not one of them."),
    Verdict.WAITING: gettext_lazy("This person is on the waiting list."),
    Verdict.CANCELLED: gettext_lazy("This registration was cancelled."),
    Verdict.REFUSED: gettext_lazy("This registration was refused."),
    Verdict.WRONG_DAY: gettext_lazy("The door of this event was not open at that moment."),
}


@dataclass(frozen=True)
class Answer:
    """The verdict about one person at the door; `check_in` is the one that counts, if there is one."""

    registration: Registration
    verdict: Verdict
    check_in: CheckIn | None = None

    @property
    def tone(self) -> str:
        return TONES[self.verdict]

    @property
    def lets_in(self) -> bool:
        return self.verdict == Verdict.WELCOME


def answer_for(registration: Registration, now: dt.datetime, *, door: str = "") -> Answer:
    """Whether this person comes in now, and if not, why. `door` is the code of the event at whose door one stands."""
    if door and door != registration.event.code:
        return Answer(registration, Verdict.WRONG_EVENT)
    inside = registration.check_ins.filter(undone_at=None).first()
    if inside is not None:
        return Answer(registration, Verdict.INSIDE, inside)
    return Answer(registration, _verdict(registration, now))


def _verdict(registration: Registration, now: dt.datetime) -> Verdict:
    """What the door says to somebody who is not inside yet."""
    if registration.event.state in (Event.State.CANCELLED, Event.State.POSTPONED):
        return Verdict.NO_EVENT
    if registration.state in _BY_STATE:
        return _BY_STATE[registration.state]
    if not is_door_open(registration.event, now):
        return Verdict.WRONG_DAY
    if _is_behind_gate(registration) and not may_join_tour(registration):
        return Verdict.UNCLEARED
    return Verdict.WELCOME


def is_door_open(event: Event, now: dt.datetime) -> bool:
    """From the evening before until the end of the last day; always where the days are not known to the day."""
    first, end = event.starts_at, event.ends_at
    return (first is None or first - DOOR_OPENS <= now) and (end is None or now < end)


def _is_behind_gate(registration: Registration) -> bool:
    """Whether the whole event is held where only cleared visitors may go."""
    everybody = RegistrationRules.Tour.EVERYBODY
    return RegistrationRules.objects.filter(event=registration.event, tour=everybody).exists()


def may_join_tour(registration: Registration) -> bool:
    """Whether the export office has cleared this person for the laboratory."""
    check = TourCheck.objects.filter(registration=registration).first()
    return registration.joins_tour and check is not None and check.result == TourCheck.Result.CLEARED


def find_people(event: Event, text: str):
    """People of the event by name in roman letters, kana or kanji, by address or number; everybody without a text."""
    rows = Registration.objects.filter(event=event).each_once().select_related("affiliation", "event")
    for word in search_form(text).split():
        rows = rows.filter(search_key__contains=word)
    inside = CheckIn.objects.filter(registration=OuterRef("pk"), undone_at=None)
    return rows.annotate(is_inside=Exists(inside)).order_by("person_name", "pk")[:FOUND_AT_MOST]


def count_inside(event: Event) -> int:
    """Who passed the door, and whoever is on record as having been there in person."""
    inside = Exists(CheckIn.objects.filter(registration=OuterRef("pk"), undone_at=None))
    was_there = Q(state=R.ATTENDED) & ~Q(attendance_mode=AttendanceMode.ONLINE)
    return Registration.objects.filter(inside | was_there, event=event).count()


@transaction.atomic
def check_in(*, registration: Registration, way: str, actor, now: dt.datetime) -> Answer:
    """Let somebody in. The second time answers when the first one was, and changes nothing."""
    row = lock(registration)
    _refuse_strangers(actor, row.event)
    answer = answer_for(row, now)
    if not answer.lets_in:
        return answer
    entry = CheckIn.objects.create(registration=row, at=now, way=way, taken_by=actor)
    audit.record("registration.let_in", row, actor=actor, way=way)
    return Answer(row, Verdict.WELCOME, entry)


def settle_entered(*, entry: CheckIn, actor, now: dt.datetime) -> CheckIn:
    """A list kept on paper, brought in afterwards: it lets in nobody whom the door would not have let in."""
    row = lock(entry.registration)
    if actor is not None:
        _refuse_strangers(actor, row.event)
    if entry.at > now:
        raise StepError(_("This moment is still to come."))
    if entry.undone_at is None and (reason := _WHY_NOT.get(_verdict(row, entry.at))):
        raise StepError(str(reason))
    entry.taken_by = actor
    entry.save(update_fields=["taken_by", "updated_at"])
    return entry


@transaction.atomic
def undo(*, registration: Registration, actor, now: dt.datetime) -> Registration:
    """Take a slip back; the row stays and says who did so."""
    row = lock(registration)
    _refuse_strangers(actor, row.event)
    entry = row.check_ins.filter(undone_at=None).first()
    if entry is None:
        raise StepError(_("This person is not checked in."))
    if row.state != R.CONFIRMED:
        raise StepError(_("The event is over and attendance has been settled."))
    entry.undone_at, entry.undone_by = now, actor
    entry.save(update_fields=["undone_at", "undone_by", "updated_at"])
    audit.record("registration.undo_check_in", row, actor=actor)
    return row


class NoChairFree(StepError):
    """Somebody without registration stands at the door of a full room; the people there decide."""


@transaction.atomic
def walk_in(
    *,
    event: Event,
    person_name: str,
    affiliation_other: str = "",
    affiliation_country: str = "",
    email: str = "",
    over_capacity: bool = False,
    actor,
    now: dt.datetime,
) -> Registration:
    """Register and let in somebody who just came. Counts as every place does; beyond the last one only when said so."""
    locked = lock(event)
    _refuse_strangers(actor, locked)
    if not is_door_open(locked, now):
        raise StepError(_("The door of this event is not open today."))
    if email and Registration.objects.filter(event=locked, email_key=normal_email(email)).live().exists():
        raise StepError(_("This address is registered already. Please look for the name in the list."))
    if not over_capacity and not seats_of(locked).has_free(AttendanceMode.ON_SITE):
        raise NoChairFree(_("All places are taken. Let this person in all the same?"))
    registration = Registration(
        event=locked,
        person_name=person_name,
        affiliation_other=affiliation_other,
        affiliation_country=affiliation_country,
        email=email,
        attendance_mode=AttendanceMode.ON_SITE,
        timezone=locked.timezone,
        registered_at=now,
        is_walk_in=True,
        source="door",
    )
    give_token(registration, expires_at=link_expiry(locked, now))
    registration.save()
    audit.record("registration.walk_in", registration, actor=actor, over_capacity=over_capacity)
    row = REGISTRATION.apply("confirm", registration, actor=None)
    CheckIn.objects.create(registration=row, at=now, way=CheckIn.Way.WALK_IN, taken_by=actor)
    return row


def has_chair_for(registration: Registration) -> bool:
    """Whether a place is free in the hall, or kept for this person."""
    kept = registration.offers.filter(answer=SeatOffer.Answer.OPEN).exists()
    return kept or seats_of(registration.event).has_free(AttendanceMode.ON_SITE)


@transaction.atomic
def let_in_waiting(*, registration: Registration, over_capacity: bool = False, actor, now: dt.datetime) -> Registration:
    """Somebody of the waiting list stands at the door: her own registration gets the place, and she is in."""
    event = lock(registration.event)
    _refuse_strangers(actor, event)
    row = lock(registration)
    if row.state != R.WAITLISTED:
        raise StepError(_("This person is not on the waiting list any more."))
    if not over_capacity and not has_chair_for(row):
        raise NoChairFree(_("All places are taken. Let this person in all the same?"))
    row.offers.filter(answer=SeatOffer.Answer.OPEN).update(
        answer=SeatOffer.Answer.TAKEN, answered_at=now, updated_at=now
    )
    changes = {"attendance_mode": AttendanceMode.ON_SITE}
    row = REGISTRATION.apply("promote", row, actor=None, changes=changes, at_the_door=True, over_capacity=over_capacity)
    answer = check_in(registration=row, way=CheckIn.Way.WALK_IN, actor=actor, now=now)
    if answer.verdict != Verdict.WELCOME:
        raise StepError(str(_WHY_NOT[answer.verdict]))
    return row


def _refuse_strangers(actor, event: Event) -> None:
    if not organises(actor, event):
        raise PermissionDenied("door")


# -- afterwards --------------------------------------------------------------------------------------------------------
def settle(*, now: dt.datetime) -> int:
    """Say who attended and who did not come, at events that are over and whose door was used; the number said.

    Where nobody was checked in nothing is known, and nothing is said. Who took part online passes no door.
    """
    used = CheckIn.objects.filter(registration__event=OuterRef("event"), undone_at=None)
    rows = Registration.objects.filter(Exists(used), state=R.CONFIRMED, event__ends_at__lte=now)
    rows = rows.exclude(event__state__in=(Event.State.CANCELLED, Event.State.POSTPONED))
    return sum(_settle(row, now) for row in rows.for_page())


@transaction.atomic
def _settle(registration: Registration, now: dt.datetime) -> int:
    row = lock(registration)
    if row.state != R.CONFIRMED:
        return 0
    if row.check_ins.filter(undone_at=None).exists():
        row = REGISTRATION.apply("check_in", row, actor=None)
        emails.certificate_ready(row)
        return 1
    if row.attendance_mode == AttendanceMode.ONLINE:
        return 0
    REGISTRATION.apply("mark_no_show", row, actor=None)
    return 1


@transaction.atomic
def mark_attended(*, registration: Registration, actor, now: dt.datetime) -> Registration:
    """Attendance known from elsewhere: the list of the online meeting, a sheet of signatures."""
    first = registration.event.starts_at
    if first is not None and now < first - DOOR_OPENS:
        raise StepError(_("The event has not begun yet."))
    row = REGISTRATION.apply("check_in", registration, actor=actor)
    emails.certificate_ready(row)
    return row


# -- the certificate ---------------------------------------------------------------------------------------------------
@transaction.atomic
def make_certificate(*, registration: Registration, language: str, now: dt.datetime, actor=None):
    """The certificate in a language: issued once, and then always the same one."""
    row = lock(registration)
    if row.state != R.ATTENDED:
        raise StepError(_("A certificate is for those who attended."))
    letter = certificates_of(row).filter(language=language).first()
    return letter or issue_attendance_certificate(row, language=language, actor=actor, now=now)


def certificates_of(registration: Registration):
    return Letter.objects.about(registration).current().filter(kind=ATTENDANCE)


# -- badges ------------------------------------------------------------------------------------------------------------
def people_with_badges(event: Event):
    """Everybody who comes to the place itself, by name."""
    rows = Registration.objects.filter(event=event).coming().exclude(attendance_mode=AttendanceMode.ONLINE)
    return rows.select_related("affiliation", "event").order_by("search_key", "pk")
