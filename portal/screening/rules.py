"""Who may do what in the export-control check. Nobody screens an own stay or an own project."""

from portal.accounts.roles import Role, has_role_at
from portal.core.predicates import any_of


def is_party(user, screening) -> bool:
    """The applicant and the host: they answer, they never decide."""
    application = screening.application
    own = {application.applicant.user_id, application.host_person.user_id if application.host_person else None} - {None}
    return getattr(user, "pk", None) in own


def is_officer(user, screening) -> bool:
    return has_role_at(user, Role.EXPORT_OFFICER, screening.organisation_id) and not is_party(user, screening)


def is_approver(user, screening) -> bool:
    return has_role_at(user, Role.EXPORT_APPROVER, screening.organisation_id) and not is_party(user, screening)


def is_host(user, screening) -> bool:
    """The host researcher; where that person has no sign-in, whoever has a host's seat at the host institution."""
    application = screening.application
    host = application.host_person
    if host is not None and host.user_id is not None:
        return host.user_id == getattr(user, "pk", None)
    return has_role_at(user, Role.HOST_RESEARCHER, application.host_organisation_id)


def is_applicant(user, screening) -> bool:
    person = screening.application.applicant
    return person.user_id is not None and person.user_id == getattr(user, "pk", None)


decides = any_of(is_officer, is_approver)

# Who answers which questions. The officer may write down what the others said on paper.
ANSWERING = {
    "applicant": any_of(is_applicant, is_officer),
    "traveller": any_of(is_applicant, is_officer),
    "host": any_of(is_host, is_officer),
    "officer": is_officer,
}
