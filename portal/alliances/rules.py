"""Who may do what with alliances, agreements and outcomes."""

from portal.accounts.roles import Role, has_role_at
from portal.core.scoping import scope_of


def has_alliance_role(user, role: str, alliance) -> bool:
    """Whether the user has the role for this alliance, or at one of its members."""
    if alliance is None:
        return False
    scope = scope_of(user)
    if scope.is_global or alliance.pk in scope.alliance_ids(frozenset([role])):
        return True
    sides = [alliance.lead_id, *(member.organisation_id for member in alliance.members.all())]
    return any(has_role_at(user, role, side) for side in sides if side is not None)


def administers_alliance(user, alliance) -> bool:
    return has_alliance_role(user, Role.ALLIANCE_ADMIN, alliance)


def heads_member(user, alliance) -> bool:
    """The heads of the institutions sign; they have a signatory's seat."""
    return has_alliance_role(user, Role.SIGNATORY, alliance)


def _for_party(role: str):
    def rule(user, agreement) -> bool:
        return side_of(user, role, agreement) is not None

    return rule


def side_of(user, role: str, agreement):
    """The party for which the user holds the role; None where there is none."""
    return next((party for party in agreement.parties.all() if has_role_at(user, role, party.pk)), None)


administers_agreement = _for_party(Role.ALLIANCE_ADMIN)
checks_agreement = _for_party(Role.LEGAL_OFFICER)
signs_agreement = _for_party(Role.SIGNATORY)


def keeps_papers(user, agreement) -> bool:
    """Whoever drafts or checks the text also files it."""
    return administers_agreement(user, agreement) or checks_agreement(user, agreement)


# -- outcomes ----------------------------------------------------------------------------------------------------------
def takes_part(user, outcome) -> bool:
    """A person of the outcome, or the fellow or host of its stay."""
    if user is None or user.pk is None:
        return False
    stay = outcome.stay
    own = [stay.person.user_id, stay.host_person.user_id if stay.host_person else None] if stay else []
    return user.pk in own or any(person.user_id == user.pk for person in outcome.people.all())


def _at_outcome(user, role: str, outcome) -> bool:
    if outcome.alliance_id and has_alliance_role(user, role, outcome.alliance):
        return True
    return any(has_role_at(user, role, organisation.pk) for organisation in outcome.organisations.all())


def audits(user, outcome) -> bool:
    """The verifier is not the reporter (handbook, domain §4)."""
    return (
        _at_outcome(user, Role.KPI_AUDITOR, outcome)
        and outcome.reported_by_id != user.pk
        and not takes_part(user, outcome)
    )


def publishes(user, outcome) -> bool:
    return _at_outcome(user, Role.PROGRAMME_MANAGER, outcome)
