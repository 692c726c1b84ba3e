"""Users, people and seats."""

import factory
from factory.django import DjangoModelFactory

from portal.accounts.models import Person, Seat, User


class UserFactory(DjangoModelFactory):
    """A user without a password: tests sign in with `client.force_login`."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user-{n}@example.org")
    password = "!"


class PersonFactory(DjangoModelFactory):
    """A person without a sign-in; give `user=` for one who has it."""

    class Meta:
        model = Person

    given_name = "Robin"
    family_name = factory.Sequence(lambda n: f"Example-{n}")
    email = factory.LazyAttribute(
        lambda person: person.user.email if person.user else f"{person.family_name.lower()}@example.org"
    )
    user = None


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat


def user_with_seat(role: str, organisation, *, name: tuple[str, str] = ("", ""), **user_fields) -> User:
    """A user with a person at the organisation and a seat of the role there."""
    user = UserFactory(**user_fields)
    family, given = name
    PersonFactory(
        user=user,
        organisation=organisation,
        family_name=family or f"Seat-{user.pk}",
        given_name=given or "Pat",
        ui_language=user.language,
        timezone=user.timezone,
    )
    if role:
        SeatFactory(user=user, organisation=organisation, role=role)
    return user
