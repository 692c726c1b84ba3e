"""A person's own account: details, consents, language; and looking around a demonstration."""

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.urls import reverse

import portal.settings
from portal.accounts.forms import SignupForm
from portal.accounts.models import Consent, ConsentPurpose
from portal.accounts.services import give_consents
from portal.core.models import AuditEntry
from tests.factories import UserFactory

DETAILS = {
    "given_name": "Camille", "family_name": "Exemple", "name_order": "given_first", "career_stage": "doctoral_student",
    "orcid": "https://orcid.org/0000-0002-1825-0097", "language": "en", "timezone": "Europe/Paris",
}  # fmt: skip


@pytest.fixture
def fellow(client, world):
    client.force_login(world.north.fellow)
    return client


def text(response) -> str:
    return response.content.decode()


def test_passwords_are_kept_by_argon2(settings):
    settings.PASSWORD_HASHERS = portal.settings.PASSWORD_HASHERS  # tests have a quicker one, see tests/conftest.py
    kept = make_password("correct horse battery staple")
    assert kept.startswith("argon2$argon2id$")
    assert check_password("correct horse battery staple", kept) and not check_password("correct horse", kept)


# -- details -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["profile", "consents"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_open_in_both_languages(fellow, page, language):
    fellow.cookies["django_language"] = language
    response = fellow.get(reverse(f"accounts:{page}"))
    assert response.status_code == 200 and f'<html lang="{language}"' in text(response)


@pytest.mark.parametrize("page", ["profile", "consents"])
def test_they_are_for_those_who_are_signed_in(client, db, page):
    assert client.get(reverse(f"accounts:{page}")).status_code == 302


def test_details_are_saved_for_pages_letters_and_mails(fellow, world):
    fellow.post(reverse("accounts:profile"), DETAILS)
    user = world.north.fellow
    user.refresh_from_db()
    person = user.person
    person.refresh_from_db()
    assert (person.given_name, person.orcid, person.ui_language) == ("Camille", "0000-0002-1825-0097", "en")
    assert (user.language, user.timezone) == ("en", "Europe/Paris")
    assert AuditEntry.objects.filter(verb="accounts.profile_changed", actor=user).exists()


@pytest.mark.parametrize("name", ["given_name", "family_name"])
def test_names_are_given_in_latin_letters(fellow, world, name):
    fellow.cookies["django_language"] = "en"
    response = fellow.post(reverse("accounts:profile"), DETAILS | {name: "カミーユ"})
    assert "Please use Latin letters" in text(response) and f'href="#id_{name}"' in text(response)


@pytest.mark.parametrize("name", ["given_name", "family_name"])
def test_names_at_the_sign_up_are_in_latin_letters_too(client, db, name):
    names = {"given_name": "Ｃamille", "family_name": "Exemple", "timezone": "Europe/Paris"}
    assert SignupForm(names).is_valid()
    refused = SignupForm(names | {name: "カミーユ"})
    assert list(refused.errors) == [name]


def test_a_wrong_orcid_digit_is_explained(fellow, world):
    fellow.cookies["django_language"] = "en"
    response = fellow.post(reverse("accounts:profile"), DETAILS | {"orcid": "0000-0002-1825-0098"})
    assert "check digit" in text(response) and 'href="#id_orcid"' in text(response)


def test_an_orcid_of_somebody_else_is_refused(fellow, world):
    world.south.fellow.person.orcid = "0000-0002-1825-0097"
    world.south.fellow.person.save()
    response = fellow.post(reverse("accounts:profile"), DETAILS)
    assert response.status_code == 200 and 'class="error-summary"' in text(response)


def test_who_has_no_record_as_a_person_yet_gets_one(client, db):
    user = UserFactory()
    client.force_login(user)
    client.post(reverse("accounts:profile"), DETAILS)
    user.refresh_from_db()
    assert user.person.given_name == "Camille" and user.person.email == user.email


# -- language ------------------------------------------------------------------------------------------------------
def test_the_switch_keeps_the_page_and_is_remembered_for_mails(fellow, world):
    page = reverse("home:calls") + "?page=2"
    response = fellow.post(reverse("set_language"), {"language": "en", "next": page})
    world.north.fellow.refresh_from_db()
    assert response.url == page and world.north.fellow.language == "en"
    assert response.cookies["django_language"].value == "en"


def test_a_language_the_portal_does_not_speak_changes_nothing(fellow, world):
    fellow.post(reverse("set_language"), {"language": "xx", "next": "/"})
    world.north.fellow.refresh_from_db()
    assert world.north.fellow.language == "ja"


def test_a_visitor_switches_for_the_browser_alone(client, db):
    assert (
        client.post(reverse("set_language"), {"language": "ja", "next": "/"}).cookies["django_language"].value == "ja"
    )
    assert client.get(reverse("set_language")).status_code == 405


# -- consents ------------------------------------------------------------------------------------------------------
@pytest.fixture
def given(world) -> dict[str, Consent]:
    fellow = world.north.fellow
    give_consents(person=fellow.person, codes={"apply", "alumni"}, language="en", actor=fellow)
    return {consent.purpose.code: consent for consent in Consent.objects.select_related("purpose")}


def test_what_rests_on_consent_alone_is_withdrawn(fellow, given):
    fellow.post(reverse("accounts:consent_withdraw", args=[given["alumni"].public_id]))
    given["alumni"].refresh_from_db()
    assert given["alumni"].withdrawn_at is not None


def test_what_rests_on_another_ground_is_not(fellow, given):
    assert fellow.post(reverse("accounts:consent_withdraw", args=[given["apply"].public_id])).status_code == 404


def test_nobody_withdraws_the_consent_of_somebody_else(client, world, given):
    address = reverse("accounts:consent_withdraw", args=[given["alumni"].public_id])
    for user in (world.south.fellow, world.north.manager):
        client.force_login(user)
        assert client.post(address).status_code == 404
    assert client.get(address).status_code == 405


def test_an_optional_consent_is_given_and_a_required_one_is_not_offered_here(fellow, world):
    fellow.post(reverse("accounts:consent_give"), {"code": "photo"})
    assert Consent.objects.get().purpose == ConsentPurpose.objects.get(code="photo")
    assert fellow.post(reverse("accounts:consent_give"), {"code": "apply"}).status_code == 404
    assert fellow.get(reverse("accounts:consent_give")).status_code == 405


# -- looking around ------------------------------------------------------------------------------------------------
@pytest.fixture
def demonstration(settings, world):
    settings.PORTAL_DEMO, settings.PRODUCTION = True, False
    person = world.north.fellow.person
    person.code, person.source = "p10", "invented"
    person.save()
    return world.north.fellow


def test_the_home_page_offers_the_people_of_the_demonstration(client, demonstration):
    page = text(client.get(reverse("home:index")))
    assert reverse("accounts:demo") in page and 'value="fellow"' in page and 'value="host"' not in page


def test_looking_around_signs_in_and_leaves_a_trace(client, demonstration):
    response = client.post(reverse("accounts:demo"), {"who": "fellow"})
    assert response.url == reverse("home:desk")
    assert client.session["_auth_user_id"] == str(demonstration.pk) and client.session["demo_sign_in"] is True
    assert AuditEntry.objects.get(verb="accounts.looked_around").actor == demonstration


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.7"},
    ],
)
def test_from_another_machine_there_is_nothing_at_this_address(client, demonstration, meta):
    assert client.post(reverse("accounts:demo"), {"who": "fellow"}, **meta).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("changes", [{"PORTAL_DEMO": False}, {"PRODUCTION": True}])
def test_outside_a_demonstration_there_is_nothing_at_this_address(client, demonstration, settings, changes):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert client.post(reverse("accounts:demo"), {"who": "fellow"}).status_code == 404


def test_nobody_becomes_a_person_who_is_not_invented(client, demonstration):
    person = demonstration.person
    person.source = ""
    person.save()
    assert client.post(reverse("accounts:demo"), {"who": "fellow"}).status_code == 404


def test_the_device_stands_in_the_list_of_devices(client, demonstration):
    client.post(reverse("accounts:demo"), {"who": "fellow"}, headers={"user-agent": "Mozilla/5.0 Firefox/140.0"})
    assert "Firefox" in client.get(reverse("usersessions_list")).content.decode()


def test_looking_around_is_a_post(client, demonstration):
    assert client.get(reverse("accounts:demo")).status_code == 405
    assert client.post(reverse("accounts:demo"), {"who": "root"}).status_code == 404
