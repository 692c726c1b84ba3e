"""Who may do what with registrations: the organisers of the event, the people at its door, its export office."""

from portal.accounts.roles import Role, has_role_at
from portal.core.predicates import all_of, none_of
from workshops.models import Registration
from workshops.rules.event import organises


def organises_event_of(user, registration) -> bool:
    return organises(user, registration.event)


def is_participant(user, registration) -> bool:
    person = registration.person
    return person is not None and person.user_id is not None and person.user_id == getattr(user, "pk", None)


# Nobody lets themselves in, approves themselves or moves themselves up.
staffs_event = all_of(organises_event_of, none_of(is_participant))


def is_export_officer(user, registration) -> bool:
    return has_role_at(user, Role.EXPORT_OFFICER, registration.event.host_organisation_id)


clears_tour = all_of(is_export_officer, none_of(is_participant))


def clears_check(user, check) -> bool:
    return check.is_open and clears_tour(user, check.registration)


def may_approve(user, registration) -> bool:
    return registration.state == Registration.State.SUBMITTED and staffs_event(user, registration)


def may_dismiss(user, registration) -> bool:
    open_states = (Registration.State.SUBMITTED, Registration.State.WAITLISTED, Registration.State.CONFIRMED)
    return registration.state in open_states and staffs_event(user, registration)


def may_get_a_link(user, registration) -> bool:
    """As long as the page behind it is of use: also after the event, for the certificate."""
    return bool(registration.email_key) and not registration.is_over and organises_event_of(user, registration)


def may_reorder(user, registration) -> bool:
    return registration.state == Registration.State.WAITLISTED and staffs_event(user, registration)


def decides_on_visa_letter(user, wish) -> bool:
    return staffs_event(user, wish.registration)
