"""Nobody reaches further by giving seats: not with a limit that is somebody else's, not to oneself, not upwards."""

import pytest
from django.core.exceptions import PermissionDenied

from exchanges.models import Application
from portal.accounts.admin import SeatForm
from portal.accounts.models import Seat, User
from portal.accounts.roles import Role
from portal.accounts.services import grant_seat
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def give(world, **seat) -> Seat:
    """The manager of the north gives a colleague a seat at the host institution of the north."""
    given = {"user": world.north.host_head, "organisation": world.north.host, "role": Role.PROGRAMME_MANAGER}
    return grant_seat(**{"actor": world.north.manager, **given, **seat})


def test_a_manager_gives_seats_at_the_own_institution_and_in_the_own_programme(world):
    assert give(world).pk and give(world, programme=world.north.programme).pk
    assert give(world, alliance=world.north.alliance).pk  # her institution leads it


@pytest.mark.parametrize("limit", ["programme", "alliance"])
def test_a_seat_limited_to_somebody_elses_programme_or_alliance_is_refused(world, limit):
    """Such a seat would open all rows of the other alliance, although it stands at the own institution."""
    world.south.application()
    with pytest.raises(PermissionDenied):
        give(world, **{limit: getattr(world.south, limit)})
    assert not Application.objects.visible_to(User.objects.get(pk=world.north.host_head.pk)).exists()


def test_the_form_offers_own_programmes_and_alliances_only(world):
    form = SeatForm(user=world.north.manager)
    for name in ("organisation", "programme", "alliance"):
        offered = set(form.fields[name].queryset)
        assert getattr(world.north, {"organisation": "host"}.get(name, name)) in offered
        assert getattr(world.south, {"organisation": "host"}.get(name, name)) not in offered


def test_a_member_institution_does_not_give_seats_for_the_whole_alliance(world):
    actor = UserFactory()
    Seat.objects.create(user=actor, organisation=world.north.home, role=Role.ALLIANCE_ADMIN)
    with pytest.raises(PermissionDenied):
        give(world, actor=actor, organisation=world.north.home, alliance=world.north.alliance)


def test_nobody_gives_a_seat_to_oneself(world):
    for role in (Role.VISA_OFFICER, Role.EXPORT_OFFICER):
        with pytest.raises(PermissionDenied):
            give(world, user=world.north.manager, role=role)


def test_who_decides_on_exports_is_not_chosen_by_the_programme(world):
    for role in (Role.EXPORT_OFFICER, Role.EXPORT_APPROVER, Role.ALLIANCE_ADMIN):
        with pytest.raises(PermissionDenied):
            give(world, role=role)
        assert give(world, role=role, actor=world.north.alliance_admin).role == role
