"""Who may take which step of a meeting and of a mission."""

from portal.core.predicates import any_of
from workshops.rules import event as events


def is_person(user, person) -> bool:
    """Whether the signed-in user is this person."""
    return person is not None and person.user_id is not None and person.user_id == getattr(user, "pk", None)


def is_requester(user, meeting) -> bool:
    return is_person(user, meeting.requester)


def is_invitee(user, meeting) -> bool:
    return is_person(user, meeting.invitee)


def organises(user, meeting) -> bool:
    return events.organises(user, meeting.event)


is_party = any_of(is_requester, is_invitee)
# For somebody who calls the office instead of opening the page.
party_or_organiser = any_of(is_party, organises)


def runs_mission(user, delegation) -> bool:
    return events.organises(user, delegation.event)


def may_freeze(user, delegation) -> bool:
    return delegation.frozen_at is None and runs_mission(user, delegation)


def may_thaw(user, delegation) -> bool:
    return delegation.frozen_at is not None and runs_mission(user, delegation)


def looks_after(user, delegate) -> bool:
    return runs_mission(user, delegate.delegation)


def may_cancel_delegate(user, delegate) -> bool:
    return delegate.is_coming and looks_after(user, delegate)


def may_welcome_delegate(user, delegate) -> bool:
    return not delegate.is_coming and looks_after(user, delegate)


def may_reschedule(user, meeting) -> bool:
    """A time and a table once given are changed at the desk."""
    return meeting.state == meeting.State.SCHEDULED and organises(user, meeting)
