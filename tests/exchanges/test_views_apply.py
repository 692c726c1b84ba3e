"""Applying through the pages: sections that never block, papers, sending, and everything that is refused."""

import datetime as dt
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from exchanges.models import Application
from exchanges.sections import SECTIONS
from portal.accounts.models import Consent
from portal.applications.services import applications as services
from tests.desk import prove_second_factor
from tests.factories import CallFactory, OrganisationFactory
from tests.factories.journeys import PDF

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def fellow(client, world):
    client.force_login(world.north.fellow)
    return client


@pytest.fixture
def draft(world) -> Application:
    return world.north.application("draft")


def section(application, key) -> str:
    return reverse("exchanges:section", args=[application.public_id, key])


def text(response) -> str:
    return response.content.decode()


# -- beginning -----------------------------------------------------------------------------------------------------
def test_the_button_on_the_call_begins_a_draft_and_the_second_time_goes_on_with_it(fellow, world):
    address = reverse("exchanges:start", args=[world.north.call.code])
    first, second = fellow.post(address), fellow.post(address)
    draft = Application.objects.get()
    assert draft.state == "draft" and draft.applicant == world.north.fellow.person
    assert first.url == second.url
    assert str(draft.public_id) in first.url


def test_reading_never_begins_a_draft(fellow, world):
    assert fellow.get(reverse("exchanges:start", args=[world.north.call.code])).status_code == 405
    assert not Application.objects.exists()


def test_who_is_not_signed_in_is_led_to_the_sign_in(client, world):
    response = client.post(reverse("exchanges:start", args=[world.north.call.code]))
    assert response.status_code == 302 and "/accounts/login/" in response.url


def test_a_call_that_has_closed_takes_no_new_draft(fellow, world):
    closed = CallFactory(programme=world.north.programme, closes_on=timezone.localdate() - dt.timedelta(days=2))
    response = fellow.post(reverse("exchanges:start", args=[closed.code]), follow=True)
    assert not Application.objects.exists()
    assert "does not take applications" in text(response) or "受け付け" in text(response)


def test_a_draft_call_does_not_exist_for_applicants(fellow, world):
    hidden = CallFactory(programme=world.north.programme, state="draft")
    assert fellow.post(reverse("exchanges:start", args=[hidden.code])).status_code == 404


# -- sections ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", [section.key for section in SECTIONS])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_section_opens_in_both_languages(fellow, draft, key, language):
    fellow.cookies["django_language"] = language
    response = fellow.get(section(draft, key))
    assert response.status_code == 200
    assert f'<html lang="{language}"' in text(response)


@pytest.mark.parametrize("key", [section.key for section in SECTIONS])
def test_a_stranger_finds_no_section_of_it(client, world, draft, key):
    for stranger in (world.north.stranger, world.south.fellow, world.north.manager):
        client.force_login(stranger)
        prove_second_factor(client, stranger)
        assert client.get(section(draft, key)).status_code == 404
        assert client.post(section(draft, key), {"topic": "mine"}).status_code == 404


def test_an_unknown_section_is_not_found(fellow, draft):
    assert fellow.get(section(draft, "salary")).status_code == 404


def test_an_empty_section_is_kept_without_complaint_and_leads_on(fellow, draft):
    response = fellow.post(section(draft, "plan"), {"topic": "", "plan": "", "motivation": ""})
    assert (response.status_code, response.url) == (302, section(draft, "documents"))
    draft.refresh_from_db()
    assert (draft.topic, draft.plan) == ("", "")
    assert draft.saved_at is not None


def test_typing_saves_and_says_when(fellow, draft):
    response = fellow.post(section(draft, "plan"), {"topic": "Quieter detectors", "plan": "Cool them."}, **HTMX)
    draft.refresh_from_db()
    assert draft.topic == "Quieter detectors"
    assert response.status_code == 200
    assert timezone.localtime(draft.saved_at, dt.UTC).strftime(":%M") in text(response)
    assert 'id="steps"' in text(response) and "<html" not in text(response)


def test_signed_out_while_typing_is_an_error_and_not_the_sign_in_page(client, world, draft):
    response = client.post(section(draft, "plan"), {"topic": "lost"}, **HTMX)
    assert (response.status_code, response.content) == (401, b"")


def test_what_is_wrong_is_named_and_the_rest_is_kept(fellow, world, draft):
    values = {"supervisor_name": "New Name", "supervisor_email": "not an address", "home_office_email": ""}
    response = fellow.post(section(draft, "home"), values)
    draft.refresh_from_db()
    assert response.status_code == 200
    assert 'class="error-summary"' in text(response) and 'href="#id_supervisor_email"' in text(response)
    assert (draft.supervisor_name, draft.supervisor_email) == ("New Name", world.north.supervisor.email)


def test_days_in_the_wrong_order_are_named_and_the_days_before_stay(fellow, draft):
    before = (draft.start_requested, draft.end_requested)
    values = {
        "host_organisation": draft.host_organisation_id,
        "purpose": "study",
        "start_requested": draft.end_requested.isoformat(),
        "end_requested": draft.start_requested.isoformat(),
    }
    response = fellow.post(section(draft, "stay"), values)
    draft.refresh_from_db()
    assert 'href="#id_end_requested"' in text(response)
    assert (draft.start_requested, draft.end_requested) == before
    assert draft.purpose == "study"


def test_only_hosts_of_this_call_can_be_chosen(fellow, world, draft):
    fellow.post(section(draft, "stay"), {"host_organisation": world.south.host_unit.pk})
    draft.refresh_from_db()
    assert draft.host_organisation == world.north.host_unit
    page = text(fellow.get(section(draft, "stay")))
    assert str(world.north.host_researcher.person) in page
    assert str(world.south.host_researcher.person) not in page


def test_the_length_is_counted_and_the_ninety_days_are_marked(fellow, world, draft):
    fellow.cookies["django_language"] = "en"
    year = world.today.year + 1
    values = {"host_organisation": draft.host_organisation_id, "purpose": "study", "start_requested": f"{year}-04-01"}
    at_the_line = fellow.post(section(draft, "stay"), values | {"end_requested": f"{year}-06-29"}, **HTMX)
    beyond_it = fellow.post(section(draft, "stay"), values | {"end_requested": f"{year}-06-30"}, **HTMX)
    assert "90 days" in text(at_the_line) and "Exactly 90 days" in text(at_the_line)
    assert "exactly 3 months" in text(beyond_it) and "More than 90 days" in text(beyond_it)


def test_a_stay_that_cannot_be_is_named_while_it_is_written_and_the_rest_is_kept(fellow, world, draft):
    fellow.cookies["django_language"] = "en"
    side, before = world.north, (draft.start_requested, draft.end_requested)
    other = OrganisationFactory(parent=side.home)
    values = {"host_organisation": side.host_unit.pk, "host_person": side.host_researcher.person.pk, "purpose": "study"}
    past = {
        "start_requested": (world.today - dt.timedelta(days=2)).isoformat(),
        "end_requested": draft.end_requested.isoformat(),
    }
    page = text(fellow.post(section(draft, "stay"), values | past))
    assert "The first day has to lie in the future." in page and 'href="#id_start_requested"' in page
    same = {"host_organisation": other.pk, "start_requested": before[0].isoformat()}
    page = text(fellow.post(section(draft, "stay"), values | past | same))
    assert "Home and host are the same institution." in page and 'href="#id_host_organisation"' in page
    assert "does not receive people at" in page and 'href="#id_host_person"' in page
    draft.refresh_from_db()
    assert (draft.start_requested, draft.end_requested) == before
    assert (draft.host_organisation, draft.purpose) == (side.host_unit, "study")


@pytest.mark.parametrize("name", ["given_name", "family_name"])
def test_a_name_in_another_script_is_refused_where_latin_letters_are_asked_for(fellow, world, draft, name):
    fellow.cookies["django_language"] = "en"
    values = {"given_name": "Camille", "family_name": "Exemple", "career_stage": "postdoc"}
    response = fellow.post(section(draft, "about"), values | {name: "カミーユ"})
    person = world.north.fellow.person
    before = getattr(person, name)
    person.refresh_from_db()
    assert "Latin letters" in text(response) and f'href="#id_{name}"' in text(response)
    assert (getattr(person, name), person.career_stage) == (before, "postdoc")


def test_an_orcid_id_with_a_wrong_digit_is_refused_and_the_name_is_kept(fellow, world, draft):
    fellow.cookies["django_language"] = "en"
    values = {"given_name": "Camille", "career_stage": "postdoc", "orcid": "0000-0002-1825-0098"}
    response = fellow.post(section(draft, "about"), values)
    person = world.north.fellow.person
    person.refresh_from_db()
    assert "check digit" in text(response)
    assert (person.given_name, person.orcid) == ("Camille", "")


def test_a_name_is_never_emptied(fellow, world, draft):
    fellow.post(section(draft, "about"), {"given_name": "", "career_stage": "postdoc"})
    person = world.north.fellow.person
    before = person.given_name
    person.refresh_from_db()
    assert (person.given_name, person.career_stage) == (before, "postdoc")


def test_what_has_been_sent_is_not_edited_any_more(fellow, world):
    sent = world.north.application("submitted")
    response = fellow.post(section(sent, "plan"), {"topic": "too late"})
    assert (response.status_code, response.url) == (302, reverse("exchanges:application", args=[sent.public_id]))
    sent.refresh_from_db()
    assert sent.topic != "too late"


# -- papers --------------------------------------------------------------------------------------------------------
def attach(client, application, kind="cv", name="cv.pdf", content=PDF):
    address = reverse("exchanges:attach", args=[application.public_id, kind])
    return client.post(address, {"upload": SimpleUploadedFile(name, content)}, follow=True)


def test_a_paper_is_uploaded_replaced_and_removed(fellow, draft):
    attach(fellow, draft)
    attach(fellow, draft, name="履歴書.pdf")
    there = draft.documents.get(replaced_at=None)
    assert there.file.name == "履歴書.pdf"
    fellow.post(reverse("exchanges:remove", args=[draft.public_id, there.public_id]))
    assert not draft.documents.filter(replaced_at=None).exists()


def test_a_file_that_is_no_paper_is_refused_with_a_sentence(fellow, draft):
    response = attach(fellow, draft, name="cv.exe", content=b"MZ\x90\x00 not a paper")
    assert not draft.documents.exists()
    assert "note-box stopped" in text(response)


def test_nothing_chosen_is_said(fellow, draft):
    response = fellow.post(reverse("exchanges:attach", args=[draft.public_id, "cv"]), follow=True)
    assert "note-box stopped" in text(response)


def test_only_papers_that_are_asked_for_have_an_address(fellow, draft):
    assert attach(fellow, draft, kind="diary").status_code == 404


def test_strangers_neither_add_nor_remove_papers(fellow, client, world, draft):
    attach(fellow, draft)
    paper = draft.documents.get()
    client.force_login(world.south.fellow)
    assert attach(client, draft).status_code == 404
    assert client.post(reverse("exchanges:remove", args=[draft.public_id, paper.public_id])).status_code == 404
    assert draft.documents.count() == 1


# -- sending -------------------------------------------------------------------------------------------------------
def send(client, application, consents=("apply", "transfer")):
    return client.post(reverse("exchanges:submit", args=[application.public_id]), {"consents": list(consents)})


def test_what_is_missing_is_listed_with_the_way_to_it_and_nothing_is_sent(fellow, draft):
    services.save_section(
        application=draft, section="plan", values={"topic": ""}, actor=draft.applicant.user, now=timezone.now()
    )
    page = text(fellow.get(section(draft, "consents")))
    assert f'href="{section(draft, "plan")}#id_topic"' in page
    assert f'href="{section(draft, "documents")}#paper_cv"' in page
    response = send(fellow, draft)
    draft.refresh_from_db()
    assert (draft.state, response.url) == ("draft", section(draft, "consents"))


def test_a_complete_draft_is_sent_and_the_receipt_tells_what_comes_next(fellow, draft):
    attach(fellow, draft)
    response = send(fellow, draft)
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert response.url == reverse("exchanges:receipt", args=[draft.public_id])
    assert draft.code in text(fellow.get(response.url))


def test_consents_are_asked_and_kept_in_the_words_shown(fellow, draft):
    fellow.cookies["django_language"] = "ja"
    attach(fellow, draft)
    refused = send(fellow, draft, consents=["apply"])
    draft.refresh_from_db()
    assert refused.status_code == 200 and draft.state == "draft"
    assert 'href="#consent_transfer"' in text(refused)
    send(fellow, draft)
    assert set(Consent.objects.values_list("purpose__code", flat=True)) == {"apply", "transfer"}
    kept = Consent.objects.get(purpose__code="transfer").text.splitlines()
    assert draft.host_organisation.name_ja in kept[2]
    page = unescape(re.sub(r"<[^>]+>", "", text(refused)))
    assert all(line in page for line in kept)
    assert '<a href="https://www.ppc.go.jp/' in text(refused)


def test_the_transfer_is_asked_when_the_host_is_known_and_the_notice_says_what_it_is_about(fellow, draft):
    fellow.cookies["django_language"] = "en"
    host = draft.host_organisation
    type(draft).objects.filter(pk=draft.pk).update(host_organisation=None)
    page = text(fellow.get(section(draft, "consents")))
    assert "consent_apply" in page and "consent_transfer" not in page
    assert "Foreign Exchange and Foreign Trade Act" in page and 'href="https://www.bis.gov/"' in page
    type(draft).objects.filter(pk=draft.pk).update(host_organisation=host)
    assert "consent_transfer" in text(fellow.get(section(draft, "consents")))


def test_sending_is_a_post_of_the_applicant_alone(fellow, client, world, draft):
    address = reverse("exchanges:submit", args=[draft.public_id])
    assert fellow.get(address).status_code == 405
    client.force_login(world.north.manager)
    prove_second_factor(client, world.north.manager)
    assert client.post(address).status_code == 404


def test_a_returned_application_says_what_is_missing_and_is_sent_again(fellow, world):
    returned = world.north.application(
        "returned", returned_items="Proof of enrolment", returned_until=timezone.localdate() + dt.timedelta(days=3)
    )
    assert "Proof of enrolment" in text(fellow.get(section(returned, "documents")))
    attach(fellow, returned)
    send(fellow, returned)
    returned.refresh_from_db()
    assert (returned.state, returned.version) == ("submitted", 2)


# -- cost ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["about", "stay", "documents", "consents"])
def test_a_section_costs_few_queries(fellow, draft, key, django_assert_max_num_queries):
    fellow.get(section(draft, key))
    with django_assert_max_num_queries(12):
        fellow.get(section(draft, key))
