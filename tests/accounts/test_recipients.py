"""How mails address people: by their names in the language in which they read."""

import pytest
from django.utils import translation

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
