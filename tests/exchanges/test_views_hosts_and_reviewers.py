"""One link, one screen, one decision: hosts, signatures by link, reviewers, questions of the export check."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from exchanges.models import Approval, Score
from portal.outbox.models import OutboxMessage
from portal.screening.models import Answer, Screening
from tests.desk import prove_second_factor
from tests.factories import CallFactory
from tests.factories.journeys import at_both_sides, in_precheck, submitted


def address(name, row) -> str:
    return reverse(f"exchanges:{name}", args=[row.public_id])


def text(response) -> str:
    return response.content.decode()


# -- signatures in the portal --------------------------------------------------------------------------------------
@pytest.fixture
def asked(world) -> Approval:
    return at_both_sides(world.north).approvals.get(part="host_researcher")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_host_reads_the_plan_beside_the_decision(client, world, asked, language):
    client.cookies["django_language"] = language
    client.force_login(world.north.host_researcher)
    assert address("consent", asked) in text(client.get(reverse("exchanges:hosting")))
    page = text(client.get(address("consent", asked)))
    assert "We build one." in page and 'name="decision"' in page


def test_needs_and_addresses_stay_out_of_what_the_host_reads(client, world):
    application = at_both_sides(world.north, access_needs="a wheelchair")
    client.force_login(world.north.host_researcher)
    page = text(client.get(address("consent", application.approvals.get(part="host_researcher"))))
    assert "a wheelchair" not in page and world.north.supervisor.email not in page


def test_a_decision_is_recorded_and_the_page_shows_it(client, world, asked):
    client.force_login(world.north.host_researcher)
    response = client.post(address("consent", asked), {"decision": "approved", "comment": ""})
    asked.refresh_from_db()
    assert asked.state == "approved" and response.url == reverse("exchanges:hosting")
    assert 'name="decision"' not in text(client.get(address("consent", asked)))


def test_a_no_needs_a_reason(client, world, asked):
    client.force_login(world.north.host_researcher)
    response = client.post(address("consent", asked), {"decision": "refused", "comment": " "})
    asked.refresh_from_db()
    assert asked.state == "asked" and 'href="#id_comment"' in text(response)


def test_nobody_signs_for_somebody_else(client, world, asked):
    for user in (world.north.fellow, world.north.stranger, world.south.host_researcher, world.north.home_office):
        client.force_login(user)
        prove_second_factor(client, user)
        assert client.get(address("consent", asked)).status_code == 404
        assert client.post(address("consent", asked), {"decision": "approved"}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "asked"


# -- signatures by link --------------------------------------------------------------------------------------------
@pytest.fixture
def link(world) -> str:
    at_both_sides(world.north)
    mail = OutboxMessage.objects.get(kind="approval_link")
    return re.search(r"/approve/[\w-]+/", mail.body_text)[0]


def test_the_link_leaves_the_address_bar_and_reading_signs_nothing(client, link):
    response = client.get(link)
    assert response.url == reverse("exchanges:approve")
    assert 'name="decision"' in text(client.get(response.url))
    assert client.head(link).status_code == 302
    assert Approval.objects.get(part="home_supervisor").state == "asked"


def test_the_supervisor_signs_with_a_name_and_is_thanked(client, link):
    client.get(link)
    response = client.post(
        reverse("exchanges:approve"), {"decision": "approved", "comment": "", "name": "Sam S."}, follow=True
    )
    approval = Approval.objects.get(part="home_supervisor")
    assert (approval.state, approval.approver_name) == ("approved", "Sam S.")
    assert 'name="decision"' not in text(response)


def test_a_link_that_nobody_sent_opens_nothing(client, world):
    response = client.get(reverse("exchanges:approve_link", args=["x" * 43]), follow=True)
    assert response.status_code == 404
    assert client.get(reverse("exchanges:approve")).status_code == 404


def test_an_old_link_offers_a_fresh_one_to_the_address_on_record(client, link):
    approval = Approval.objects.get(part="home_supervisor")
    Approval.objects.filter(pk=approval.pk).update(token_expires_at=timezone.now() - dt.timedelta(days=1))
    page = client.get(link, follow=True)
    assert page.status_code == 410 and reverse("exchanges:approve_renew") in text(page)
    client.post(reverse("exchanges:approve_renew"))
    mails = OutboxMessage.objects.filter(kind="approval_link", recipient_email=approval.approver_email)
    assert mails.count() == 2
    assert client.get(link, follow=True).status_code == 404


def test_a_fresh_link_is_sent_by_post_only(client, link):
    assert client.get(reverse("exchanges:approve_renew")).status_code in (404, 405)


# -- questions -----------------------------------------------------------------------------------------------------
@pytest.fixture
def case(world) -> Screening:
    return in_precheck(world.north)


def test_each_side_is_asked_its_own_questions_only(client, world, case):
    page = reverse("exchanges:questions", args=[case.application.public_id])
    asked = {}
    for name in ("fellow", "host_researcher"):
        client.force_login(getattr(world.north, name))
        asked[name] = set(re.findall(r"JP-\d\d", text(client.get(page))))
    assert asked["fellow"] and asked["host_researcher"] and not asked["fellow"] & asked["host_researcher"]


def test_questions_carry_the_numbers_by_which_they_speak_of_each_other(client, world, case):
    client.force_login(world.north.host_researcher)
    client.cookies["django_language"] = "en"
    page = text(client.get(reverse("exchanges:questions", args=[case.application.public_id])))
    assert "JP-06 Is every item in JP-01 already public" in page and "JP-01 What will the person receive" in page


def test_the_host_answers_and_hands_in(client, world, case):
    page = reverse("exchanges:questions", args=[case.application.public_id])
    client.force_login(world.north.host_researcher)
    names = set(re.findall(r'name="([0-9a-f]{8}-JP-\d\d)"', text(client.get(page))))
    first = sorted(names)[0]
    client.post(page, {first: "unknown", "submit": "yes"})
    case.refresh_from_db()
    assert case.state == "draft"
    answers = {}
    for name in names:
        options = re.findall(rf'name="{name}"[^>]*value="(\w+)"', text(client.get(page))) or re.findall(
            rf'(?s)<select name="{name}".*?value="(\w+)"', text(client.get(page))
        )
        answers[name] = options[0] if options else "text"
    client.post(page, {**answers, "submit": "yes"})
    case.refresh_from_db()
    assert case.state == "submitted"
    assert Answer.objects.filter(screening=case, answered_by=world.north.host_researcher).count() == len(names)


def test_strangers_and_managers_see_no_question(client, world, case):
    page = reverse("exchanges:questions", args=[case.application.public_id])
    for user in (world.south.fellow, world.north.stranger):
        client.force_login(user)
        assert client.get(page).status_code == 404
    client.force_login(world.north.manager)
    assert client.get(page).status_code == 302


# -- reviews -------------------------------------------------------------------------------------------------------
@pytest.fixture
def review(world):
    return world.north.review(submitted_and_under_review(world.north))


def submitted_and_under_review(side):
    application = submitted(side)
    type(application).objects.filter(pk=application.pk).update(state="under_review")
    application.refresh_from_db()
    return application


@pytest.fixture
def reviewer(client, world):
    client.force_login(world.north.reviewer)
    return client


def sheet(review, value) -> dict:
    return {f"score_{criterion.pk}": value for criterion in review.application.call.criteria.all()}


def test_before_the_statement_the_plan_is_not_shown(reviewer, review):
    page = text(reviewer.get(address("review", review)))
    assert "We build one." not in page and address("review_accept", review) in page
    reviewer.post(address("review_accept", review), {"conflict": "none"})
    page = text(reviewer.get(address("review", review)))
    assert "We build one." in page and 'name="advice"' in page


def test_without_the_statement_nothing_is_accepted(reviewer, review):
    reviewer.post(address("review_accept", review))
    review.refresh_from_db()
    assert review.state == "assigned"


def test_a_review_is_given_back_with_a_reason(reviewer, review):
    refused = reviewer.post(address("review_decline", review), {"reason": ""})
    assert refused.status_code == 200 and 'href="#id_reason"' in text(refused)
    reviewer.post(address("review_decline", review), {"reason": "We published together."})
    review.refresh_from_db()
    assert review.state == "declined"
    assert reviewer.get(address("review", review)).status_code == 404
    assert reviewer.get(reverse("exchanges:reviews")).status_code == 200


def test_scores_are_saved_while_the_reviewer_thinks(reviewer, world):
    review = world.north.review(submitted_and_under_review(world.north), state="accepted")
    one = next(iter(sheet(review, "4")))
    response = reviewer.post(
        address("review", review), {one: "4", "advice": "", "comment": "so far"}, HTTP_HX_REQUEST="true"
    )
    assert "<html" not in text(response)
    assert [score.value for score in Score.objects.exclude(value=None)] == [4]
    review.refresh_from_db()
    assert review.comment == "so far"


def test_an_incomplete_sheet_is_kept_but_not_handed_in(reviewer, world):
    review = world.north.review(submitted_and_under_review(world.north), state="accepted")
    response = reviewer.post(address("review_submit", review), {"advice": "yes", "comment": "Good"}, follow=True)
    review.refresh_from_db()
    assert (review.state, review.comment) == ("accepted", "Good") and "note-box stopped" in text(response)


def test_handing_in_leads_to_the_next_one(reviewer, world):
    first = world.north.review(submitted_and_under_review(world.north), state="accepted")
    other_call = CallFactory(programme=world.north.programme)
    second = world.north.review(world.north.application("under_review", call=other_call))
    response = reviewer.post(address("review_submit", first), {**sheet(first, "3"), "advice": "yes", "comment": ""})
    first.refresh_from_db()
    assert first.state == "submitted" and response.url == address("review", second)


def test_handing_in_twice_says_the_same_as_once(reviewer, world):
    review = world.north.review(submitted_and_under_review(world.north), state="accepted")
    values = {**sheet(review, "3"), "advice": "yes", "comment": ""}
    for _time in range(2):
        page = reviewer.post(address("review_submit", review), values, follow=True)
        assert "handed in" in text(page) and "note-box stopped" not in text(page)


def test_nobody_reads_the_review_of_somebody_else(client, world, review):
    for user in (world.north.manager, world.north.fellow, world.north.host_researcher, world.south.reviewer):
        client.force_login(user)
        prove_second_factor(client, user)
        assert client.get(address("review", review)).status_code == 404
        for act in ("review_accept", "review_decline", "review_submit"):
            assert client.get(address(act, review)).status_code == 405
            assert client.post(address(act, review), {"conflict": "none", "reason": "x"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3, 12])
def test_the_queue_costs_the_same_for_any_number_of_reviews(reviewer, world, count, django_assert_max_num_queries):
    for _number in range(count):
        world.north.review(world.north.application("under_review", call=CallFactory(programme=world.north.programme)))
    with django_assert_max_num_queries(12):
        page = reviewer.get(reverse("exchanges:reviews"))
    assert text(page).count('class="card"') == count
