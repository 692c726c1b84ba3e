"""How mails address people: by their names in the language in which they read."""

import pytest
from django.utils import translation

from portal.outbox.recipients import Recipient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "name"), [("en", "Hanako Mihon"), ("ja", "見本 花子")])
@pytest.mark.parametrize("page", ["en", "ja"])
def test_a_reader_is_addressed_in_her_own_language_whoever_causes_the_mail(world, page, language, name):
    user = world.north.fellow
    person = user.person
    person.family_name, person.given_name, person.display_name = "Mihon", "Hanako", ""
    person.family_name_ja, person.given_name_ja = "見本", "花子"
    user.language = language
    with translation.override(page):
        assert user.as_recipient().name == name


def test_a_user_is_called_by_the_language_of_the_page_that_asks(world):
    """In one request the same account is named on a page in one language and in a mail in the other."""
    user = world.north.reviewer
    user.person.display_name, user.person.family_name_ja, user.person.given_name_ja = "", "見本", "花子"
    with translation.override("ja"):
        assert str(user) == "見本 花子"
    assert str(user) == user.person.name_in("en") != "見本 花子"


@pytest.mark.parametrize(("language", "name"), [("en", "Hanako Mihon"), ("ja", "見本 花子")])
def test_a_reader_is_named_to_others_in_their_language(world, language, name):
    person = world.north.fellow.person
    person.family_name, person.given_name, person.display_name = "Mihon", "Hanako", ""
    person.family_name_ja, person.given_name_ja = "見本", "花子"
    for own_language in ("en", "ja"):
        world.north.fellow.language = own_language
        assert world.north.fellow.as_recipient().name_in(language) == name


def test_an_address_without_a_person_is_its_own_name():
    assert Recipient("ada@example.org", "Ada").name_in("ja") == "Ada"
