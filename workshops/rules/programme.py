"""Who may plan the programme of an event and answer for a place in it."""

from portal.accounts.roles import has_role_at
from portal.core.predicates import any_of
from portal.core.scoping import scope_of
from workshops.models.event import EVENT_DESKS


def plans(user, event) -> bool:
    """The desk of the host organisation, of the organisation that leads the alliance, or of the alliance itself."""
    if has_role_at(user, EVENT_DESKS, event.host_organisation_id):
        return True
    if event.alliance_id is None:
        return False
    leads = has_role_at(user, EVENT_DESKS, event.alliance.lead_id)
    return leads or event.alliance_id in scope_of(user).alliance_ids(EVENT_DESKS)


def plans_event_of(user, row) -> bool:
    """The same for a session, a speaker or a clash."""
    return plans(user, row.event)


def plans_room(user, room) -> bool:
    if room.event_id is not None:
        return plans(user, room.event)
    return has_role_at(user, EVENT_DESKS, room.organisation_id)


def is_speaker(user, speaker) -> bool:
    """Whether the signed-in user is this person."""
    person = speaker.person
    return person is not None and person.user_id is not None and person.user_id == getattr(user, "pk", None)


# The desk writes down what somebody says on the telephone.
speaker_or_desk = any_of(is_speaker, plans_event_of)


def may_be_reminded(user, speaker) -> bool:
    return speaker.state == speaker.State.INVITED and plans_event_of(user, speaker)


def may_get_a_link(user, speaker) -> bool:
    """A fresh link is of use as long as the person may still come."""
    return speaker.is_open and bool(speaker.email) and plans_event_of(user, speaker)


def may_be_linked(user, speaker) -> bool:
    return speaker.person_id is None and plans_event_of(user, speaker)


def may_be_unlinked(user, speaker) -> bool:
    return speaker.person_id is not None and plans_event_of(user, speaker)


def may_pass_clash(user, clash) -> bool:
    return clash.gone_at is None and clash.overridden_at is None and plans_event_of(user, clash)


def may_hide_room(user, room) -> bool:
    return not room.is_hidden and plans_room(user, room)


def may_show_room(user, room) -> bool:
    return room.is_hidden and plans_room(user, room)
