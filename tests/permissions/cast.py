"""Who knocks at every address: eleven people of the northern alliance, of the southern one, and of none."""

from collections.abc import Callable

from django.test import Client

from portal.accounts.models import User
from portal.accounts.roles import Role
from tests.desk import prove_second_factor
from tests.factories import user_with_seat
from tests.factories.world import World

BACKEND = "portal.accounts.backends.SignInBackend"


def _deactivated(world: World) -> User:
    """A manager whose sign-in was closed while she was signed in."""
    return user_with_seat(Role.PROGRAMME_MANAGER, world.north.host, email="former@north.example.org")


CAST: dict[str, Callable[[World], User | None]] = {
    "anonymous": lambda world: None,
    "fellow": lambda world: world.north.fellow,
    "other_fellow": lambda world: user_with_seat("", world.north.home_unit, email="other.fellow@north.example.org"),
    "host": lambda world: world.north.host_researcher,
    "reviewer": lambda world: world.north.reviewer,
    "home_office": lambda world: world.north.home_office,
    "manager": lambda world: world.north.manager,
    "export_officer": lambda world: world.north.export_officer,
    "foreign_manager": lambda world: world.south.manager,
    "deactivated": _deactivated,
    "stranger": lambda world: world.north.stranger,
}
SIGNED_OUT = {"anonymous", "deactivated"}


def client_of(role: str, world: World) -> Client:
    """A browser in which this person is signed in, with a second factor."""
    client, user = Client(), CAST[role](world)
    if user is None:
        return client
    sign_in(client, user, second_factor=True)
    if role == "deactivated":
        User.objects.filter(pk=user.pk).update(is_active=False)
    return client


def sign_in(client: Client, user: User, *, second_factor: bool) -> None:
    """As the sign-in pages do it, with the note of a proven second factor in the session."""
    client.force_login(user, backend=BACKEND)
    if second_factor:
        prove_second_factor(client, user)
