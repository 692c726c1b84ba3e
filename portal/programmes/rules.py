"""Who may do what with programmes and calls."""

from portal.accounts.roles import Role
from portal.core.scoping import scope_of
from portal.programmes.models import IntakeMode


def has_programme_role(user, role: str, *, owner_id: int | None, programme) -> bool:
    """Whether the user has the role at the owner's desk, or limited to this programme or its alliance."""
    scope = scope_of(user)
    if scope.is_global:
        return True
    wanted = frozenset([role])
    if owner_id is not None and owner_id in scope.organisation_ids(wanted):
        return True
    if programme is None:
        return False
    return programme.pk in scope.programme_ids(wanted) or programme.alliance_id in scope.alliance_ids(wanted)


def manages_programme(user, programme) -> bool:
    return has_programme_role(user, Role.PROGRAMME_MANAGER, owner_id=programme.owner_id, programme=programme)


def directs_programme(user, programme) -> bool:
    """The alliance's administration: approves and closes what the programme's managers run."""
    return has_programme_role(user, Role.ALLIANCE_ADMIN, owner_id=programme.owner_id, programme=programme)


def manages_call(user, call) -> bool:
    return has_programme_role(user, Role.PROGRAMME_MANAGER, owner_id=call.owner_id, programme=call.programme)


def closes_by_hand(user, call) -> bool:
    """A window closes by the clock and a full call by its last place; only a rolling call is closed by its manager."""
    return call.intake_mode == IntakeMode.ROLLING and manages_call(user, call)
