"""One application: where it stands in the applicant's words, its copy, its withdrawal."""

import pytest
from django.urls import reverse

from exchanges.models import Application
from exchanges.services import prechecks
from exchanges.standing import STANDINGS
from exchanges.workflows import APPLICATION, OFFER, REPORT, STAY, TASK
from portal.applications.kinds import standing_of
from portal.applications.standing import SPOKEN_ACTS
from portal.core.audit import APPLICANT
from portal.screening.services import questions_of
from tests.desk import prove_second_factor
from tests.factories.journeys import QUIET_ANSWERS, in_precheck, submitted

PAGES = ("application", "preview", "withdraw")


def address(name, application) -> str:
    return reverse(f"exchanges:{name}", args=[application.public_id])


@pytest.fixture
def fellow(client, world):
    client.force_login(world.north.fellow)
    return client


@pytest.mark.parametrize("state", Application.State.values)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_opens_in_every_state_and_both_languages(fellow, world, state, language):
    fellow.cookies["django_language"] = language
    application = world.north.application(state)
    response = fellow.get(address("application", application))
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()


def test_while_questions_wait_for_her_the_page_says_so_and_nothing_else(fellow, world):
    fellow.cookies["django_language"] = "en"
    screening = in_precheck(world.north)
    pages = [address("application", screening.application), reverse("home:desk")]
    texts = [fellow.get(page).content.decode() for page in pages]
    assert "The checks begin with your answers" in texts[0]
    assert "Answer the questions that the law asks" in texts[1]
    assert not any("Nothing is needed from you" in text for text in texts)
    asked = [question for question in questions_of(screening) if question.asked_to == "applicant"]
    values = {question.code: QUIET_ANSWERS[question.code] for question in asked}
    prechecks.answer(screening=screening, values=values, actor=world.north.fellow)
    text = fellow.get(pages[0]).content.decode()
    assert "The checks begin with your answers" not in text and "Offices on both sides do the checks" in text


def test_every_state_has_words_for_the_applicant():
    assert set(STANDINGS) == set(Application.State)


def test_every_step_that_applicants_are_told_has_words():
    told = {
        f"{workflow.name}.{transition.name}"
        for workflow in (APPLICATION, OFFER, STAY, TASK, REPORT)
        for transition in workflow.transitions
        if transition.audience == APPLICANT
    }
    assert told <= set(SPOKEN_ACTS)


def test_checks_and_rankings_of_the_desks_are_not_told():
    states = ("eligibility_check", "export_precheck", "expert_review", "under_review", "shortlisted", "recommended")
    told = {state: standing_of(Application(state=state)).label for state in states}
    assert told["export_precheck"] == told["expert_review"] == told["eligibility_check"]
    assert told["shortlisted"] == told["recommended"] == told["under_review"]


def test_a_stranger_finds_no_page_of_it(client, world):
    application = world.north.application("submitted")
    for stranger in (world.north.stranger, world.south.fellow, world.north.manager, world.north.host_researcher):
        client.force_login(stranger)
        prove_second_factor(client, stranger)
        for page in (*PAGES, "receipt"):
            assert client.get(address(page, application)).status_code == 404


def test_the_copy_has_everything_that_was_handed_in(fellow, world):
    application = submitted(world.north)
    page = fellow.get(address("preview", application)).content.decode()
    for answer in ("Cold detectors", "We build one.", "The refrigerator.", world.north.supervisor.email, "cv.pdf"):
        assert answer in page


def test_what_happened_is_told_in_words(fellow, world):
    fellow.cookies["django_language"] = "en"
    page = fellow.get(address("application", submitted(world.north))).content.decode()
    assert "You began this application" in page and "You sent the application" in page


def test_the_receipt_of_a_draft_is_its_page(fellow, world):
    draft = world.north.application("draft")
    assert fellow.get(address("receipt", draft)).url == address("application", draft)


def test_withdrawing_asks_first_and_then_withdraws(fellow, world):
    application = world.north.application("submitted")
    assert fellow.get(address("withdraw", application)).status_code == 200
    application.refresh_from_db()
    assert application.state == "submitted"
    fellow.post(address("withdraw", application), {"reason": "Another plan"})
    application.refresh_from_db()
    assert application.state == "withdrawn"


def test_a_draft_is_discarded_from_its_page_after_a_question(fellow, world):
    draft = world.north.application("draft")
    assert address("discard", draft) in fellow.get(address("application", draft)).content.decode()
    assert fellow.get(address("withdraw", draft)).url == address("discard", draft)
    assert fellow.get(address("discard", draft)).status_code == 200
    assert Application.objects.filter(pk=draft.pk).exists()
    response = fellow.post(address("discard", draft), follow=True)
    assert response.redirect_chain == [(reverse("home:desk"), 302)] and "note-box done" in response.content.decode()
    assert not Application.objects.filter(pk=draft.pk).exists()


def test_what_was_sent_has_no_page_to_discard_it(fellow, world):
    application = world.north.application("submitted")
    assert fellow.get(address("discard", application)).url == address("application", application)
    fellow.post(address("discard", application))
    assert Application.objects.filter(pk=application.pk).exists()


def test_a_page_that_asks_is_not_shown_where_the_answer_is_refused(fellow, world):
    decided, accepted = world.north.application("declined"), world.north.application("selected")
    world.north.offer(accepted, "accepted")
    for application in (decided, accepted):
        assert address("withdraw", application) not in fellow.get(address("application", application)).content.decode()
        response = fellow.get(address("withdraw", application), follow=True)
        assert response.redirect_chain == [(address("application", application), 302)]
        assert "note-box stopped" in response.content.decode()


def test_what_is_decided_is_not_withdrawn(fellow, world):
    application = world.north.application("declined")
    response = fellow.post(address("withdraw", application), {"reason": ""}, follow=True)
    application.refresh_from_db()
    assert application.state == "declined"
    assert "note-box stopped" in response.content.decode()


def test_the_page_costs_the_same_with_one_paper_or_many_events(fellow, world, django_assert_max_num_queries):
    application = submitted(world.north)
    fellow.get(address("application", application))
    with django_assert_max_num_queries(12):
        fellow.get(address("application", application))
