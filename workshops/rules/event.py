"""Who may take which step of an event or a series."""

from django.utils import timezone

from portal.accounts.roles import has_role_at
from portal.core.scoping import scope_of
from workshops.models import Event
from workshops.models.event import EVENT_DESKS


def organises(user, event) -> bool:
    """The desk of the host, of the organisation that leads the alliance, or of the alliance itself."""
    if has_role_at(user, EVENT_DESKS, event.host_organisation_id):
        return True
    if event.alliance_id is None:
        return False
    leads = has_role_at(user, EVENT_DESKS, event.alliance.lead_id)
    return leads or event.alliance_id in scope_of(user).alliance_ids(EVENT_DESKS)


MOVABLE = (
    Event.State.IDEA,
    Event.State.PLANNED,
    Event.State.ANNOUNCED,
    Event.State.REGISTRATION_OPEN,
    Event.State.REGISTRATION_CLOSED,
)


BEFORE_HELD = (Event.State.ANNOUNCED, Event.State.REGISTRATION_OPEN, Event.State.REGISTRATION_CLOSED)


def may_move(user, event) -> bool:
    """What is to come is moved by a step that takes along what hangs on it, and tells whoever knows of it."""
    return event.state in MOVABLE and organises(user, event)


def may_invite(user, event) -> bool:
    return event.state in (Event.State.ANNOUNCED, Event.State.REGISTRATION_OPEN) and organises(user, event)


def may_mark_held(user, event) -> bool:
    """As soon as it has begun: whatever state its registration is in, the service takes it along."""
    has_begun = event.starts_at is None or event.starts_at <= timezone.now()
    return event.state in BEFORE_HELD and has_begun and organises(user, event)


def may_delete(user, event) -> bool:
    """Only drafts go: what was announced once is archived."""
    return event.is_draft and organises(user, event)


def writes_report(user, event) -> bool:
    return event.state == Event.State.HELD and organises(user, event)


def corrects_report(user, event) -> bool:
    """A report once filed is corrected by a new edition until the event goes to the archive."""
    return event.state == Event.State.REPORTED and organises(user, event)


def reads_report(user, event) -> bool:
    return event.state in (Event.State.HELD, Event.State.REPORTED, Event.State.ARCHIVED) and organises(user, event)
