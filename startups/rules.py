"""Who may take which step of a startup: predicates `(user, obj) -> bool`, composed from a few small ones.

Founders act for their own startup, its desk for the programme. Nobody judges an own startup; nobody verifies a
milestone of a startup she advises; a waiver takes two offices.
"""

from portal.accounts.roles import Role, has_role_at
from portal.applications.rules import is_applicant
from portal.core.predicates import all_of, any_of, none_of
from portal.core.scoping import scope_of
from portal.programmes.rules import has_programme_role
from startups.models import Confidentiality, Mentor


# -- startups ----------------------------------------------------------------------------------------------------------
def is_founder(user, startup) -> bool:
    """A founder, or another member of the team, of today."""
    return any(row.until_on is None and _is_oneself(user, row.person_id) for row in startup.founders.all())


def _is_oneself(user, person_id: int) -> bool:
    """By key: the person of the account is known, those of the rows need not be read."""
    return person_id == scope_of(user).person_id


def is_mentor(user, startup) -> bool:
    """Whoever advises it or did: an ended relation still stands in the way of judging its milestones."""
    return any(row.state != Mentor.State.DESIRED and _is_oneself(user, row.person_id) for row in startup.mentors.all())


def is_let_in(user, startup) -> bool:
    """At the narrowest level the desk, too, acts only where it was let in by name."""
    if startup.confidentiality != Confidentiality.NAMED or user.scope.is_global:
        return True
    return any(row.user_id == user.pk for row in startup.readers.all())


def sits_at_desk(role: str):
    def rule(user, startup) -> bool:
        desk = startup.desk
        programme_id = startup.cohort.programme_id if startup.cohort_id else None
        return desk is not None and has_role_at(user, role, desk.pk, programme_id=programme_id)

    return rule


_insider = all_of(is_let_in, none_of(is_founder))
manages = all_of(sits_at_desk(Role.STARTUP_MANAGER), _insider)
administers = all_of(sits_at_desk(Role.ALLIANCE_ADMIN), _insider)
runs = any_of(manages, administers)
checks_export = all_of(sits_at_desk(Role.EXPORT_OFFICER), _insider)
leaves = any_of(is_founder, manages)


# -- milestones --------------------------------------------------------------------------------------------------------
def of_its_startup(rule):
    """A rule about startups, asked of a row that belongs to one."""
    return lambda user, row: rule(user, row.startup)


reaches_milestone = of_its_startup(is_founder)
manages_row = of_its_startup(manages)
runs_row = of_its_startup(runs)
judges_milestone = of_its_startup(all_of(manages, none_of(is_mentor)))


def waives(user, milestone) -> bool:
    """The administrator of the alliance; the startup manager has proposed it, and is somebody else."""
    return administers(user, milestone.startup)


# -- updates -----------------------------------------------------------------------------------------------------------
writes_update = of_its_startup(is_founder)


def verifies_funding(user, funding_round) -> bool:
    """A founder does not verify the own money, nor does a mentor."""
    return manages(user, funding_round.startup) and not is_mentor(user, funding_round.startup)


# -- cohorts and applications ------------------------------------------------------------------------------------------
def runs_cohort(user, cohort) -> bool:
    return manages_ventures_of(user, cohort.programme)


def manages_ventures_of(user, programme) -> bool:
    """Whether the user looks after the ventures of a programme, at its owner's desk or for this programme alone."""
    return has_programme_role(user, Role.STARTUP_MANAGER, owner_id=programme.owner_id, programme=programme)


def is_in_team(user, application) -> bool:
    """The applicant, and whoever is named among the founders."""
    return is_applicant(user, application) or getattr(user, "email", "").lower() in application.founder_addresses


def _runs_call_of(user, application) -> bool:
    return manages_ventures_of(user, application.programme)


def is_let_in_to(user, application) -> bool:
    return application.startup is None or is_let_in(user, application.startup)


manages_application = all_of(_runs_call_of, is_let_in_to, none_of(is_in_team))
