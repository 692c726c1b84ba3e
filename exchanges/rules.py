"""Who may take which step of an exchange: predicates `(user, obj) -> bool`, composed from a few small ones.

The two-sided rule (handbook, domain §3) stands here: nobody acts for the staff on an own application or stay, nobody
screens a project of their own, nobody reviews with a conflict, nobody signs twice.
"""

from exchanges.models import Approval, StayTask
from portal.accounts.roles import Role, has_role_at
from portal.applications.rules import is_applicant, is_person
from portal.core.predicates import all_of, any_of, none_of
from portal.programmes.rules import directs_programme, manages_programme


# -- applications ------------------------------------------------------------------------------------------------------
def is_host(user, application) -> bool:
    return is_person(user, application.host_person)


def runs_programme_of(user, application) -> bool:
    return manages_programme(user, application.programme)


def sits_at_host(*roles):
    return lambda user, row: has_role_at(user, roles, row.host_organisation_id)


def sits_at_home(*roles):
    return lambda user, row: has_role_at(user, roles, row.home_organisation_id)


manages = all_of(runs_programme_of, none_of(is_applicant))
is_party = any_of(is_applicant, is_host)
officer_of_host = all_of(sits_at_host(Role.EXPORT_OFFICER), none_of(is_party))
approver_of_host = all_of(sits_at_host(Role.EXPORT_APPROVER), none_of(is_party))
export_desk_of_host = any_of(officer_of_host, approver_of_host)
speaks_for_host = any_of(is_host, sits_at_host(Role.HOST_UNIT_HEAD))
speaks_for_home = sits_at_home(Role.HOME_OFFICE)
speaks_for_a_side = all_of(any_of(speaks_for_host, speaks_for_home), none_of(is_applicant))


# -- approvals ---------------------------------------------------------------------------------------------------------
def holds_part(user, approval) -> bool:
    """Whether this signature is asked of the user: of the named person, or of the office in whose name it is given.

    A person who has signed another part of the same application never holds a second one.
    """
    if is_applicant(user, approval.application) or _signed_another_part(user, approval):
        return False
    if approval.approver_id is not None:
        return approval.approver_id == user.pk
    if not approval.signing_role:
        return False
    if approval.signing_role == Role.PROGRAMME_MANAGER:
        return has_role_at(
            user, Role.PROGRAMME_MANAGER, approval.organisation_id, programme_id=approval.application.programme_id
        )
    return has_role_at(user, approval.signing_role, approval.organisation_id)


def _signed_another_part(user, approval) -> bool:
    return any(
        other.approver_id == user.pk and other.state == Approval.State.APPROVED and other.pk != approval.pk
        for other in approval.application.approvals.all()
    )


def manages_approval(user, approval) -> bool:
    return manages(user, approval.application)


# -- offers ------------------------------------------------------------------------------------------------------------
def is_offered_to(user, offer) -> bool:
    return is_applicant(user, offer.application)


def manages_offer(user, offer) -> bool:
    return manages(user, offer.application)


def may_rescind(user, offer) -> bool:
    return directs_programme(user, offer.application.programme) and not is_offered_to(user, offer)


# -- stays -------------------------------------------------------------------------------------------------------------
def is_fellow(user, stay) -> bool:
    return is_person(user, stay.person)


def hosts(user, stay) -> bool:
    """The host researcher; where that person has no sign-in, whoever has a host's seat at the host institution."""
    if stay.host_person is not None and stay.host_person.user_id is not None:
        return is_person(user, stay.host_person)
    return has_role_at(user, Role.HOST_RESEARCHER, stay.host_organisation_id)


def manages_programme_of_stay(user, stay) -> bool:
    return manages_programme(user, stay.programme)


_not_own = none_of(is_fellow)
is_host_of_stay = all_of(hosts, _not_own)
manages_stay = all_of(manages_programme_of_stay, _not_own)
visa_office_of_stay = all_of(sits_at_host(Role.VISA_OFFICER), _not_own)
export_office_of_stay = all_of(sits_at_host(Role.EXPORT_OFFICER), none_of(is_fellow, hosts))
safety_office_of_stay = all_of(sits_at_host(Role.SAFETY_MANAGER), _not_own)
may_suspend = any_of(export_office_of_stay, safety_office_of_stay)
either_side = all_of(
    any_of(manages_programme_of_stay, hosts, sits_at_host(Role.HOST_UNIT_HEAD), sits_at_home(Role.HOME_OFFICE)),
    _not_own,
)
SUSPENDING = {Role.EXPORT_OFFICER: export_office_of_stay, Role.SAFETY_MANAGER: safety_office_of_stay}


def may_resume(user, stay) -> bool:
    """The office that suspended the stay, and no other."""
    rule = SUSPENDING.get(stay.suspended_by, may_suspend)
    return rule(user, stay)


def suspending_office(user, stay) -> str:
    """As which office the user would suspend the stay."""
    return next((role for role, rule in SUSPENDING.items() if rule(user, stay)), "")


# -- tasks of a stay ---------------------------------------------------------------------------------------------------
EXPORT_ITEMS = {Role.EXPORT_OFFICER, "home_export_officer"}
HOME_SIDE = {Role.HOME_SUPERVISOR, Role.HOME_OFFICE, "home_export_officer"}


def owns_task(user, task: StayTask) -> bool:
    stay = task.stay
    if task.owner_role == Role.FELLOW:
        return is_fellow(user, stay)
    if is_fellow(user, stay):
        return False
    if task.owner_role == Role.HOST_RESEARCHER:
        return hosts(user, stay)
    if task.owner_role == Role.HOME_SUPERVISOR:
        return has_role_at(user, Role.HOME_OFFICE, stay.home_organisation_id)
    if task.owner_role == "home_export_officer":
        return has_role_at(user, Role.EXPORT_OFFICER, stay.home_organisation_id)
    if task.owner_role == Role.EXPORT_OFFICER:
        return export_office_of_stay(user, stay)
    if task.owner_role == Role.PROGRAMME_MANAGER:
        return manages_stay(user, stay)
    at = stay.home_organisation_id if task.owner_role in HOME_SIDE else stay.host_organisation_id
    return has_role_at(user, task.owner_role, at)


def oversees_task(user, task: StayTask) -> bool:
    """The programme's managers keep every list going, except what only the export office may say."""
    return manages_stay(user, task.stay) and task.owner_role not in EXPORT_ITEMS


settles_task = any_of(owns_task, oversees_task)


def may_waive(user, task: StayTask) -> bool:
    """A fellow does not excuse herself from a step."""
    if task.owner_role in EXPORT_ITEMS:
        return owns_task(user, task)
    return oversees_task(user, task)


# -- reports -----------------------------------------------------------------------------------------------------------
def writes_report(user, report) -> bool:
    return is_fellow(user, report.stay)


def reads_report(user, report) -> bool:
    return manages_stay(user, report.stay)
