"""Events on a desk: places one has or waits for, talks one is invited to give, meetings one is asked for."""

import datetime as dt

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.home.desks.lines import Entry, ToDo, since
from workshops.models import Delegate, Event, EventPerson, Meeting, Registration, SeatOffer

LIVE_REGISTRATIONS = (
    Registration.State.SUBMITTED, Registration.State.PENDING_SCREENING, Registration.State.CONFIRMED,
    Registration.State.WAITLISTED,
)  # fmt: skip
LIVE_TALKS = (EventPerson.State.INVITED, EventPerson.State.ACCEPTED)
NEVER_TO_COME = (Event.State.CANCELLED, Event.State.HELD, Event.State.REPORTED, Event.State.ARCHIVED)


def registrations(user, *, today: dt.date):
    """Own places at events that are not over, with `answer_by` of an open offer of a place."""
    offers = SeatOffer.objects.filter(registration=OuterRef("pk"), answer=SeatOffer.Answer.OPEN)
    rows = Registration.objects.owned_by(user).filter(_not_over(today), state__in=LIVE_REGISTRATIONS)
    rows = rows.annotate(answer_by=Subquery(offers.values("answer_by")[:1])).select_related("event")
    return rows.order_by("event__starts_on", "pk")


def talks(user, *, today: dt.date):
    """Events at which one is asked to speak, or will."""
    rows = EventPerson.objects.visible_to(user).filter(
        _not_over(today), person__in=user.scope.person_ids, state__in=LIVE_TALKS
    )
    return rows.select_related("event").order_by("event__starts_on", "pk")


def _not_over(today: dt.date) -> Q:
    return ~Q(event__state__in=NEVER_TO_COME) & (Q(event__last_on=None) | Q(event__last_on__gte=today))


def places_to_answer(registrations):
    """Places of the waiting list that are kept until an answer."""
    for registration in registrations:
        if registration.answer_by:
            yield ToDo(
                title=_("Take the place, or let it go: %(event)s") % {"event": registration.event.title},
                why=_("A place became free for you. It goes to the next person if you do not answer."),
                url=_place(registration),
                label=_("Answer"),
                due=registration.answer_by.date(),
                instant=registration.answer_by,
                zone=registration.event.timezone,
            )


def invitations_to_answer(talks):
    for talk in talks:
        if talk.state == EventPerson.State.INVITED:
            yield ToDo(
                title=_("Answer the invitation: %(event)s") % {"event": talk.event.title},
                why=_("You are asked to come as: %(role)s.") % {"role": talk.get_role_display()},
                url=_talk(talk),
                label=_("Read and answer"),
                due=talk.answer_by,
            )


def to_come(registrations, talks) -> list[Entry]:
    """The events one goes to, the first one first."""
    seats = [
        (registration.event, Entry(tone="next", url=_place(registration), **_about(registration.event)))
        for registration in registrations
        if registration.state == Registration.State.CONFIRMED
    ]
    spoken = [
        (talk.event, Entry(tone="next", url=_talk(talk), text=talk.get_role_display(), **_about(talk.event)))
        for talk in talks
        if talk.state == EventPerson.State.ACCEPTED
    ]
    found = sorted([*seats, *spoken], key=lambda pair: (pair[0].starts_on is None, pair[0].starts_on or dt.date.max))
    return [entry for _event, entry in found]


def waiting_registrations(registrations) -> list[Entry]:
    """Registrations that the organisers decide about, or that wait for a place."""
    return [
        Entry(
            tone="waiting",
            title=registration.event.title,
            url=_place(registration),
            who=_("organisers"),
            text=registration.get_state_display(),
            when=since(registration.registered_at),
        )
        for registration in registrations
        if registration.state != Registration.State.CONFIRMED and not registration.answer_by
    ]


def _about(event: Event) -> dict:
    """Title and time; of a postponed event its old day is not shown."""
    if event.is_off:
        return {"title": event.title, "when": event.get_state_display()}
    if event.has_hours:
        return {"title": event.title, "who": event.where(), "instant": event.starts_at, "zone": event.timezone}
    return {"title": event.title, "who": event.where(), "when": event.days()}


def _place(registration: Registration) -> str:
    return reverse("workshops:registration_own", args=[registration.public_id])


def _talk(talk: EventPerson) -> str:
    """The speaker's own pages; who was entered without a link reads the page of the event."""
    if talk.token_hash:
        return reverse("workshops:speaker_own", args=[talk.public_id])
    return reverse("workshops:event", args=[talk.event.code])


def own_missions(user):
    return Delegate.objects.visible_to(user).filter(person__user=user).select_related("delegation")


def meetings_to_answer(missions, user):
    """Requests for one-to-one meetings that wait for the person's answer."""
    pages = {delegate.delegation.event_id: delegate for delegate in missions}
    waiting = Meeting.objects.visible_to(user).filter(
        state=Meeting.State.REQUESTED, invitee__user=user, event__in=list(pages)
    )
    for meeting in waiting.select_related("requester") if pages else ():
        yield ToDo(
            title=_("Answer %(name)s, who would like to meet you") % {"name": meeting.requester},
            why=meeting.topic_en,
            url=reverse("workshops:meeting", args=[pages[meeting.event_id].public_id, meeting.public_id]),
            label=_("Read and answer"),
            due=meeting.answer_by.date() if meeting.answer_by else None,
            instant=meeting.answer_by,
            zone=meeting.timezone,
        )
