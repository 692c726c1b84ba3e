"""Offer, stay, tasks, report, certificate and results as the fellow meets them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from exchanges.models import StayReport
from exchanges.services import stays as services
from portal.alliances.models import Outcome
from tests.desk import prove_second_factor
from tests.factories.journeys import closed, offered, pdf, report_due, stay_before_arrival


def address(name, row) -> str:
    return reverse(f"exchanges:{name}", args=[row.public_id])


@pytest.fixture
def fellow(client, world):
    client.force_login(world.north.fellow)
    return client


def text(response) -> str:
    return response.content.decode()


# -- the offer -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_offer_is_read_in_both_languages(fellow, world, language):
    fellow.cookies["django_language"] = language
    offer = world.north.offer(
        world.north.application("selected"), state="sent", support_en="Ticket", support_ja="航空券"
    )
    page = text(fellow.get(address("offer", offer)))
    assert ("Ticket" if language == "en" else "航空券") in page


def test_an_offer_in_preparation_does_not_exist_yet(fellow, world):
    offer = world.north.offer(world.north.application("selected"))
    assert fellow.get(address("offer", offer)).status_code == 404


@pytest.mark.parametrize("page", ["offer", "offer_accept", "offer_decline"])
def test_strangers_and_desks_do_not_answer_for_the_fellow(client, world, page):
    offer = world.north.offer(world.north.application("selected"), state="sent")
    for user in (world.south.fellow, world.north.stranger, world.north.manager):
        client.force_login(user)
        prove_second_factor(client, user)
        assert client.get(address(page, offer)).status_code == 404
        assert client.post(address("offer_accept", offer)).status_code == 404


def test_accepting_asks_first_and_then_begins_the_stay(fellow, world):
    offer = offered(world.north)
    assert fellow.get(address("offer_accept", offer)).status_code == 200
    offer.refresh_from_db()
    assert offer.state == "sent"
    fellow.post(address("offer_accept", offer), {"comment": "Gladly"})
    offer.refresh_from_db()
    assert (offer.state, offer.answer_comment) == ("accepted", "Gladly")
    assert address("stay", offer.application.stay) in text(fellow.get(address("offer", offer)))


def test_an_answer_is_given_once(fellow, world):
    offer = world.north.offer(world.north.application("selected"), state="declined")
    response = fellow.post(address("offer_accept", offer), follow=True)
    offer.refresh_from_db()
    assert offer.state == "declined"
    assert "note-box stopped" in text(response)


def test_the_letter_is_there_to_download(fellow, world):
    offer = offered(world.north)
    link = reverse("documents:download", args=[offer.letter.file.public_id])
    assert link in text(fellow.get(address("offer", offer)))
    assert fellow.get(link)["Content-Type"] == "application/pdf"


# -- the stay ------------------------------------------------------------------------------------------------------
def test_the_stay_shows_my_tasks_and_who_has_the_others(fellow, world):
    stay = stay_before_arrival(world.north)
    page = text(fellow.get(address("stay", stay)))
    mine = stay.tasks.open().filter(owner_role="fellow").first()
    others = stay.tasks.open().exclude(owner_role="fellow").first()
    assert address("task", mine) in page
    assert address("task", others) not in page and others.get_owner_role_display() in page


@pytest.mark.parametrize(("language", "shown", "hidden"), [("en", "Ticket", "航空券"), ("ja", "航空券", "Ticket")])
def test_the_fellow_reads_what_is_paid_in_her_language(fellow, world, language, shown, hidden):
    fellow.cookies["django_language"] = language
    page = text(fellow.get(address("stay", world.north.stay(support_en="Ticket", support_ja="航空券"))))
    assert shown in page and hidden not in page


@pytest.mark.parametrize("page", ["stay", "report", "outcome", "arrival", "departure"])
def test_a_stranger_finds_no_page_of_the_stay(client, world, page):
    stay = world.north.stay("report_due")
    for user in (world.south.fellow, world.north.stranger, world.south.manager):
        client.force_login(user)
        prove_second_factor(client, user)
        assert client.get(address(page, stay)).status_code == 404


def test_a_task_is_done_with_a_note_and_a_proof(fellow, world):
    task = stay_before_arrival(world.north).tasks.open().filter(owner_role="fellow").first()
    assert fellow.get(address("task", task)).status_code == 200
    response = fellow.post(address("task", task), {"note": "Policy 42", "upload": pdf("保険.pdf")})
    task.refresh_from_db()
    assert response.url == address("stay", task.stay)
    assert (task.state, task.note, task.file.name) == ("done", "Policy 42", "保険.pdf")


def test_nobody_ticks_the_tasks_of_others(fellow, client, world):
    stay = stay_before_arrival(world.north)
    others = (
        stay.tasks.open().filter(owner_role="visa_officer").first()
        or stay.tasks.open().exclude(owner_role="fellow").first()
    )
    assert fellow.post(address("task", others), {"note": ""}).status_code == 404
    client.force_login(world.south.fellow)
    assert client.get(address("task", others)).status_code == 404
    others.refresh_from_db()
    assert others.state == "open"


def test_the_stay_page_costs_few_queries_however_long_its_list(fellow, world, django_assert_max_num_queries):
    stay = stay_before_arrival(world.north)
    with django_assert_max_num_queries(20):
        fellow.get(address("stay", stay))


# -- the report ----------------------------------------------------------------------------------------------------
def test_the_report_waits_for_the_end_of_the_stay(fellow, world):
    stay = world.north.stay("active")
    assert fellow.get(address("report", stay)).url == address("stay", stay)
    assert not StayReport.objects.exists()


def test_the_report_is_saved_while_typing_and_handed_in(fellow, world):
    stay = report_due(world.north)
    typed = fellow.post(address("report", stay), {"body": "We built"}, HTTP_HX_REQUEST="true")
    assert "<html" not in text(typed) and StayReport.objects.get().body == "We built"
    refused = fellow.post(address("report_submit", stay), follow=True)
    assert "note-box stopped" in text(refused)
    fellow.post(address("report", stay), {"body": "We built it.", "summary_en": "A detector."})
    fellow.post(address("report_submit", stay))
    assert StayReport.objects.get().state == "submitted"
    assert "We built it." in text(fellow.get(address("report", stay)))


def test_handing_in_is_a_post_of_the_fellow(fellow, client, world):
    stay = world.north.stay("report_due")
    assert fellow.get(address("report_submit", stay)).status_code == 405
    client.force_login(world.north.host_researcher)
    assert client.post(address("report_submit", stay)).status_code == 404
    assert client.get(address("report", stay)).status_code == 404


def test_the_certificate_is_there_when_the_stay_is_closed(fellow, world):
    stay = closed(world.north)
    link = reverse("documents:download", args=[stay.certificate.file.public_id])
    assert link in text(fellow.get(address("stay", stay)))
    assert fellow.get(link)["Content-Type"] == "application/pdf"


def test_a_paper_is_added_and_a_mistyped_doi_is_refused(fellow, world):
    fellow.cookies["django_language"] = "en"
    stay = world.north.stay("closed")
    values = {"kind": "paper", "title": "Cold light", "doi": "https://doi.org/10.1000/ABC"}
    refused = fellow.post(address("outcome", stay), values | {"doi": "abc"})
    assert "A DOI looks like" in text(refused) and not Outcome.objects.exists()
    fellow.post(address("outcome", stay), values)
    outcome = Outcome.objects.get()
    assert (outcome.doi, outcome.stay) == ("10.1000/abc", stay)
    assert "Cold light" in text(fellow.get(address("stay", stay)))


# -- the host ------------------------------------------------------------------------------------------------------
def test_the_host_confirms_an_arrival_once_what_blocks_it_is_done(client, world):
    north, today = world.north, timezone.localdate()
    stay = north.stay("pre_arrival", start_on=today)
    client.force_login(north.host_researcher)
    assert client.get(address("arrival", stay)).status_code == 200
    refused = client.post(address("arrival", stay), {"day": "2999-01-01"})
    assert refused.status_code == 200 and 'class="error-summary"' in text(refused)
    client.post(address("arrival", stay), {"day": today.isoformat()})
    stay.refresh_from_db()
    assert (stay.state, stay.arrived_on) == ("arrived", today)


def test_an_open_blocking_task_keeps_the_arrival_back(client, world):
    stay = stay_before_arrival(world.north)
    client.force_login(world.north.host_researcher)
    response = client.post(address("arrival", stay), {"day": timezone.localdate().isoformat()}, follow=True)
    stay.refresh_from_db()
    assert stay.state == "pre_arrival" and "note-box stopped" in text(response)


def test_the_host_confirms_a_departure(client, world):
    today = timezone.localdate()
    stay = world.north.stay("ending", start_on=today - services.REPORT_WITHIN, end_on=today)
    client.force_login(world.north.host_researcher)
    client.post(address("departure", stay), {"day": today.isoformat()})
    stay.refresh_from_db()
    assert (stay.state, stay.departed_on) == ("departed", today)


def test_the_fellow_does_not_confirm_her_own_arrival(fellow, world):
    today = timezone.localdate()
    stay = world.north.stay("pre_arrival", start_on=today)
    assert fellow.get(address("arrival", stay)).url == address("stay", stay)
    day = today - dt.timedelta(days=1)  # in nobody's future, whatever the hour
    assert fellow.post(address("arrival", stay), {"day": day.isoformat()}).status_code == 404
    stay.refresh_from_db()
    assert stay.state == "pre_arrival"
