"""An announced event that turns out otherwise: postponed, dated anew, moved, cancelled, with everybody told."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.dates import Precision
from portal.core.links import LinkExpired, find_by_token
from portal.core.workflow import StepError, lock
from portal.outbox.services import Recipient
from workshops.emails import event as emails
from workshops.emails.readers import Reason
from workshops.emails.speakers import reader as speaker_as_reader
from workshops.models import (
    Delegate,
    Event,
    EventPerson,
    Meeting,
    Registration,
    RegistrationNeeds,
    RegistrationRules,
    Session,
    StillComing,
)
from workshops.models.registration import normal_email
from workshops.rules.event import may_move
from workshops.services.calendars import count_up_with_event
from workshops.services.carrying import carry_along, has_times_of_its_own, open_schedule_again
from workshops.services.meetings import call_off_with_events
from workshops.services.mission_links import ensure_link
from workshops.services.registration.ending import cancel as cancel_registration
from workshops.services.registration.ending import end
from workshops.services.registration.signup import purge_day
from workshops.services.registration.waiting import suspend_offers
from workshops.workflows.event import EVENT

DAYS = ("starts_on", "starts_time", "ends_on", "ends_time")
PLACES = ("format", "venue_en", "venue_ja", "city", "online_url")
# Once people have read of an event, these change by steps that tell everybody.
FIXED_ONCE_ANNOUNCED = (*DAYS, "date_precision", "timezone", *PLACES)


def fixed_fields(event: Event) -> tuple[str, ...]:
    """What nobody types into the record: a step changes it, tells people, and takes along what hangs on it."""
    if event.was_announced:
        return FIXED_ONCE_ANNOUNCED
    return DAYS if has_times_of_its_own(event) else ()


@transaction.atomic
def postpone_event(*, event: Event, actor, reason: str, reason_ja: str = "") -> Event:
    """Put the event off without a date: registrations stay, calendars are cleared, reminders stop by themselves.

    Places that were offered to the waiting are offered anew with the new date.
    """
    row = lock(event)
    changes = {"ical_sequence": row.ical_sequence + 1}
    row = EVENT.apply("postpone", row, actor=actor, reason=reason, reason_ja=reason_ja, changes=changes)
    had_offer = suspend_offers(event=row, now=timezone.now())
    for one in _concerned(row, count_up_with_event(row)):
        waited = one.registration is not None and one.registration.pk in had_offer
        emails.postponed(one, reason=Reason(reason, reason_ja), had_offer=waited)
    event.refresh_from_db()
    return row


@transaction.atomic
def set_new_date(
    *,
    event: Event,
    starts_on: dt.date,
    starts_time: dt.time | None = None,
    ends_on: dt.date | None = None,
    ends_time: dt.time | None = None,
    registration_opens_on: dt.date | None = None,
    registration_closes_on: dt.date | None = None,
    actor,
    now: dt.datetime,
) -> Event:
    """Give a postponed event its date: everybody registered is asked whether they still come, calendars are filled.

    The event is announced again; registration opens again by the clock.
    """
    row = lock(event)
    _require_texts(row)
    before, stood = {"previous_starts_on": row.starts_on, "previous_starts_time": row.starts_time}, _wall_clock(row)
    values = {
        "starts_on": starts_on,
        "starts_time": starts_time,
        "ends_on": ends_on,
        "ends_time": ends_time,
        "date_precision": Precision.DAY,
        "registration_opens_on": registration_opens_on or row.registration_opens_on or _at_once(row, now),
        "registration_closes_on": registration_closes_on,
    }
    _set_checked(row, values, now)
    # Still postponed, so that nobody is told twice: the calendars are filled below.
    call_off_with_events(now=now, event=row)
    carry_along(row, by=_difference(stood, _wall_clock(row)), actor=actor, now=now)
    open_schedule_again(row, actor=actor)
    values |= {
        **before,
        "ical_sequence": row.ical_sequence + 1,
        "was_announced": True,
    }
    row = EVENT.apply("set_new_date", event, actor=actor, changes=values)
    _move_purging(row)
    _ask_all(row, now)
    for one in _concerned(row, count_up_with_event(row)):
        _let_in(one, now)
        emails.new_date_set(one)
    event.refresh_from_db()
    return row


@transaction.atomic
def move_event(*, event: Event, is_correction: bool = False, actor, now: dt.datetime, **values) -> Event:
    """Change time, place or way of attending of an event to come.

    Once it is announced everybody is told and asked whether they still come; the people of a mission and those who
    have a session in the calendar are told of a plan, too. A mere correction of spelling changes the page alone.
    """
    row = lock(event)
    if not may_move(actor, row):
        raise PermissionDenied("move")
    before = {name: getattr(row, name) for name in (*DAYS, *PLACES)}
    was, stood = _as_it_was(row), _wall_clock(row)
    _set_checked(row, values, now)
    old, new = audit.changed(before, {name: getattr(row, name) for name in before})
    if not new:
        raise StepError(_("Nothing has been changed."))
    if set(new) & set(DAYS) and row.meetings.filter(state=Meeting.State.SCHEDULED).exists():
        raise StepError(
            _(
                "One-to-one meetings are scheduled for these days. Postpone the event instead: "
                "its meetings are called off, and everybody is told."
            )
        )
    if is_correction and set(new) & {*DAYS, "format"}:
        raise StepError(_("Another time or way of attending is more than a correction: people have to be told."))
    if not is_correction:
        row.ical_sequence += 1
        if {"starts_on", "starts_time"} & set(new):
            row.previous_starts_on, row.previous_starts_time = before["starts_on"], before["starts_time"]
    row.save()
    audit.record(
        "event.move", row, actor=actor, before=old, after=new, audience=audit.APPLICANT, told=not is_correction
    )
    if not is_correction:
        _move_purging(row)
        carry_along(row, by=_difference(stood, _wall_clock(row)), actor=actor, now=now)
        _ask_all(row, now)
        for one in _concerned(row, count_up_with_event(row)):
            _let_in(one, now)
            emails.moved(one, was=was)
    event.refresh_from_db()
    return row


@transaction.atomic
def cancel_event(*, event: Event, actor, reason: str, reason_ja: str = "") -> Event:
    """Call the event off. Speakers and delegates are told here, also that their registration has ended.

    The sweep of registrations ends those of everybody else, each with its own mail.
    """
    row = lock(event)
    was_off = row.is_off  # postponed before: its sessions stand in no calendar any more
    changes = {"ical_sequence": row.ical_sequence + 1}
    row = EVENT.apply("cancel", row, actor=actor, reason=reason, reason_ja=reason_ja, changes=changes)
    for one in _concerned(row, {} if was_off else count_up_with_event(row)):
        if one.only_registered:
            continue
        if one.registration is not None:
            registration = lock(one.registration)
            if registration.is_over:  # she has cancelled in this moment
                one.registration, one.has_place = None, False
            else:
                one.registration = end(registration, Registration.EndedBy.EVENT, now=timezone.now())
        emails.cancelled(one, reason=Reason(reason, reason_ja))
    event.refresh_from_db()
    return row


# -- the question ------------------------------------------------------------------------------------------------------
@transaction.atomic
def answer_still_coming(*, question: StillComing, comes: bool, now: dt.datetime, actor=None) -> StillComing:
    """Note whether somebody still comes; who does not is taken off, and the place goes to the next."""
    row = lock(question)
    if not row.is_open:
        raise StepError(_("You have answered already."))
    if row.registration.is_over:
        raise StepError(_("This registration has ended already."))
    row.answer = StillComing.Answer.YES if comes else StillComing.Answer.NO
    row.answered_at = now
    row.save(update_fields=["answer", "answered_at", "updated_at"])
    audit.record("registration.still_coming", row.registration, actor=actor, after=row.answer, audience=audit.APPLICANT)
    if not comes:
        cancel_registration(registration=row.registration, now=now, actor=actor)
    question.refresh_from_db()
    return row


def _ask_all(event: Event, now: dt.datetime) -> None:
    """A question for each registration that lives; earlier ones that nobody answered fall away."""
    registrations = list(_live(event))
    StillComing.objects.filter(registration__in=registrations, answer=StillComing.Answer.OPEN).delete()
    StillComing.objects.bulk_create(
        StillComing(registration=registration, version=event.ical_sequence, asked_at=now)
        for registration in registrations
    )


# -- who is told -------------------------------------------------------------------------------------------------------
def people_told(event: Event) -> dict[str, int]:
    """How many people a postponement, a move or a cancellation concerns, by what they are to it."""
    registrations = Registration.objects.filter(event=event).live().exclude(email_key="")
    with_place = registrations.filter(state=Registration.State.CONFIRMED).count()
    return {
        "with_place": with_place,
        "waiting": registrations.count() - with_place,
        "speakers": _speakers(event).count() if event.was_announced else 0,
        "delegates": _delegates(event).count(),
    }


def left_to_the_sweep(event: Event) -> int:
    """How many people are told by the end of their registration, a moment after the event is cancelled."""
    return sum(one.only_registered for one in _concerned(event, {}))


def _concerned(event: Event, sessions: dict[int, list[Session]]) -> list[emails.Concerned]:
    """Everybody whom a change of the event concerns, each address once with all that its person is to the event.

    `sessions` are those whose entries change, by speaker. Of a plan only those hear who know of it: the people of a
    mission, and who has a session in the calendar.
    """
    people: dict[str, emails.Concerned] = {}

    def at(reader: Recipient) -> emails.Concerned:
        return people.setdefault(normal_email(reader.email), emails.Concerned(event, reader))

    for registration in _live(event):
        one = at(registration.as_recipient())
        one.registration, one.has_place = registration, registration.is_coming
    for speaker in _speakers(event):
        if event.was_announced or speaker.pk in sessions:
            one = at(speaker_as_reader(speaker))
            one.speakers.append(speaker)
            one.sessions += [(session, speaker) for session in sessions.get(speaker.pk, ())]
    for delegate in _delegates(event):
        at(delegate.person.as_recipient()).delegate = delegate
    return list(people.values())


def _let_in(one: emails.Concerned, now: dt.datetime) -> None:
    """Who is asked to look at her pages of a mission gets the way there."""
    if one.delegate is not None:
        ensure_link(one.delegate, now=now)


def _live(event: Event) -> Iterable[Registration]:
    rows = Registration.objects.filter(event=event).live().exclude(email_key="")
    return rows.select_related("event__host_organisation", "person__user").order_by("pk")


def _speakers(event: Event) -> QuerySet[EventPerson]:
    asked = (EventPerson.State.INVITED, EventPerson.State.ACCEPTED)
    rows = EventPerson.objects.filter(event=event, state__in=asked).exclude(email="")
    return rows.select_related("event__host_organisation", "person__user").order_by("pk")


def _delegates(event: Event) -> QuerySet[Delegate]:
    """Who comes with the mission and can be written to."""
    rows = Delegate.objects.filter(delegation__event=event, cancelled_at=None)
    reachable = rows.exclude(person__user=None, person__email="")
    return reachable.select_related("person__user", "delegation__event__host_organisation").order_by("pk")


# -- the new values ----------------------------------------------------------------------------------------------------
def _set_checked(row: Event, values: dict, now: dt.datetime) -> None:
    """Put the values into the row, refused with a sentence where they make no sense."""
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(validate_unique=False)
    if row.starts_at is not None and row.starts_at <= now:
        raise StepError(_("The new time has passed already. Choose a later one."))


def _wall_clock(event: Event) -> tuple[dt.datetime | None, dt.datetime | None]:
    """First and last minute by the clock of the event, as far as they are known; midnight where an hour is not."""

    def at(day: dt.date | None, time: dt.time | None) -> dt.datetime | None:
        return dt.datetime.combine(day, time or dt.time()) if day else None

    return at(event.starts_on, event.starts_time), at(event.final_day, event.ends_time)


def _difference(before: tuple, after: tuple) -> dt.timedelta:
    """By how much the timetable goes along with its event.

    Always by whole days; by hours too where the event lasts as long as before, and so was moved and not made longer.
    """
    if before[0] is None or after[0] is None:
        return dt.timedelta(0)
    by = after[0] - before[0]
    if before[1] is not None and after[1] is not None and after[1] - before[1] == by:
        return by
    return dt.timedelta(days=(after[0].date() - before[0].date()).days)


def _at_once(row: Event, now: dt.datetime) -> dt.date | None:
    """Today by the clock of the place, where the event has rules of registration; others take none here."""
    has_rules = RegistrationRules.objects.filter(event=row).exists()
    return timezone.localdate(now, ZoneInfo(row.timezone)) if has_rules else None


def _require_texts(row: Event) -> None:
    """A plan that was put off before anybody read of it has no page yet."""
    if not row.was_announced and not (row.title_ja and row.summary_en and row.summary_ja):
        raise StepError(_("The page needs title and summary in both languages before it is announced."))


def _as_it_was(row: Event) -> dict:
    """When and where it was to be, put into words later, in each reader's language."""
    old = Event.objects.select_related("host_organisation").get(pk=row.pk)
    return {"when": old.when, "where": old.where}


def _move_purging(event: Event) -> None:
    """Diet and access needs are kept until thirty days after the new last day."""
    RegistrationNeeds.objects.filter(registration__event=event).update(purge_on=purge_day(event))


def registration_behind(*, token: str, now: dt.datetime) -> Registration | None:
    """The registration of a personal link; none where the link has become too old to answer by."""
    rows = Registration.objects.select_related("event__host_organisation", "event__alliance", "person__user")
    try:
        return find_by_token(rows, token=token, now=now)
    except LinkExpired:
        return None


def answers_to(event: Event) -> dict[str, int]:
    """How many people have given which answer to the last question; empty where nobody was asked."""
    if not event.ical_sequence:  # it stands as it was announced
        return {}
    asked = StillComing.objects.filter(registration__event=event, version=event.ical_sequence)
    return dict(asked.order_by().values_list("answer").annotate(number=Count("pk")))


def open_question(registration: Registration) -> StillComing | None:
    """The newest question that this person has not answered."""
    return registration.still_coming.filter(answer=StillComing.Answer.OPEN).first()
