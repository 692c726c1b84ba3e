"""Pages of founders and mentors, and the public pages that exist by consent only."""

import json
import re
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from portal.core.models import AuditEntry
from portal.outbox.models import OutboxMessage
from startups.models import Founder, Showcase, Startup
from startups.services import showcase, updates
from startups.services.updates import Answers
from tests.factories import PersonFactory
from tests.factories.journeys import pdf
from tests.factories.startups import StartupFactory

pytestmark = pytest.mark.django_db


def mine(venture) -> str:
    return reverse("startups:mine", args=[venture.startup.public_id])


# -- founders ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_founder_sees_what_is_next_and_everything_about_the_own_startup(venture, client, language):
    venture.milestone(title_en="First chip", title_ja="最初のチップ")
    update = venture.update()
    type(venture.founder).objects.filter(pk=venture.founder.pk).update(language=language)
    client.force_login(venture.founder)
    assert client.get(reverse("startups:mine_all")).url == mine(venture)
    page = client.get(mine(venture)).content.decode()
    assert ("First chip" if language == "en" else "最初のチップ") in page
    assert reverse("startups:update", args=[update.public_id]) in page


def test_nobody_else_opens_a_founders_pages(venture, foreign, client):
    urls = [mine(venture), *(reverse(f"startups:{name}", args=[venture.startup.public_id]) for name in
                             ("facts", "leave", "showcase"))]  # fmt: skip
    for user in (foreign.founder, venture.mentor, venture.side.stranger, venture.side.fellow):
        client.force_login(user)
        for url in urls:
            assert client.get(url).status_code == 404, (user, url)
        for name in ("showcase_consent", "showcase_withdraw"):
            assert client.post(reverse(f"startups:{name}", args=[venture.startup.public_id])).status_code == 404


def test_the_page_costs_the_same_however_long_the_history(venture, client, django_assert_max_num_queries):
    client.force_login(venture.founder)
    for year in (2024, 2025):
        for quarter in range(1, 5):
            update = venture.update(f"{year}-Q{quarter}")
            answers = Answers({"people": quarter, "revenue": 5}, currency="JPY")
            updates.submit(update=update, answers=answers, actor=venture.founder, now=timezone.now())
            venture.milestone()
    for _number in range(3):
        Founder.objects.create(startup=venture.startup, person=PersonFactory())
    client.get(mine(venture))  # that she reads it is noted once a day
    with django_assert_max_num_queries(12):
        client.get(mine(venture))


def test_a_milestone_is_started_and_handed_in_on_its_page(venture, client):
    row = venture.milestone()
    url = reverse("startups:milestone", args=[row.public_id])
    client.force_login(venture.founder)
    client.post(reverse("startups:milestone_start", args=[row.public_id]))
    row.refresh_from_db()
    assert row.state == "in_progress"
    with override("ja"):
        refusal = gettext("Please describe the evidence or add a paper.")
    assert refusal in client.post(url, {"evidence": ""}, follow=True).content.decode()
    answer = client.post(url, {"evidence": "Measured at 4 K", "upload": pdf("report.pdf")})
    assert answer.url == mine(venture)
    row.refresh_from_db()
    assert row.state == "submitted"
    assert client.get(reverse("documents:download", args=[row.evidence_file.public_id])).status_code == 200


def test_mentors_read_milestones_and_hand_in_nothing(venture, client):
    row = venture.milestone()
    url = reverse("startups:milestone", args=[row.public_id])
    client.force_login(venture.mentor)
    assert row.title_en in client.get(reverse("startups:mentoring")).content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url, {"evidence": "x"}).status_code == 404
    assert client.post(reverse("startups:milestone_start", args=[row.public_id])).status_code == 404
    Startup.objects.update(confidentiality="named_persons")
    assert client.get(url).status_code == 404
    assert venture.startup.name not in client.get(reverse("startups:mentoring")).content.decode()


def test_facts_are_told_before_the_screening_and_the_application_is_sent_with_them(venture, client):
    Startup.objects.update(state="lead", origin_kind="unknown", has_foreign_owners=None)
    url = reverse("startups:facts", args=[venture.startup.public_id])
    client.force_login(venture.founder)
    facts = {
        "name": "North Sensing", "founded_on": "2025-04-01", "origin_kind": "university",
        "origin_evidence": "Licence", "technology_area": venture.startup.technology_area_id, "apply": "1",
    }  # fmt: skip
    page = client.post(url, {**facts, "has_foreign_owners": "unknown"}).content.decode()
    with override("ja"):
        assert gettext("whether there are foreign owners") in page and "Licence" in page
    kept = Startup.objects.get()  # what was typed is not lost
    assert (kept.state, kept.origin_kind) == ("lead", "university")
    assert client.post(url, {**facts, "has_foreign_owners": "false", "founding_upload": pdf()}).url == mine(venture)
    startup = Startup.objects.get()
    assert (startup.state, startup.founded_precision) == ("applied", "day") and startup.founding_file
    Startup.objects.update(state="screened")
    assert client.get(url).status_code == 404


def test_leaving_asks_first_and_needs_a_reason(venture, client):
    url = reverse("startups:leave", args=[venture.startup.public_id])
    client.force_login(venture.founder)
    assert client.get(url).status_code == 200 and Startup.objects.get().state == "active"
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": "We go on alone"})
    assert Startup.objects.get().state == "withdrawn"


# -- the public page ---------------------------------------------------------------------------------------------------
def test_a_page_is_public_with_consent_and_level_only_and_gone_at_once(venture, client):
    today = timezone.localdate(timezone=ZoneInfo(venture.founder.timezone))
    url = reverse("startups:page", args=[venture.startup.code])
    client.force_login(venture.founder)
    edit = reverse("startups:showcase", args=[venture.startup.public_id])
    assert client.post(reverse("startups:showcase_consent", args=[venture.startup.public_id])).status_code == 302
    assert not Showcase.objects.exists()  # nothing is written yet: there is nothing to agree to
    texts = {"one_liner_en": "Quiet qubits", "description_en": "We grow films.", "website": "north.example.org"}
    assert client.post(edit, texts).status_code == 302
    client.post(reverse("startups:showcase_consent", args=[venture.startup.public_id]))
    row = Showcase.objects.get()
    assert row.website == "https://north.example.org"
    assert (row.consent_given_on, row.consent_by, row.consent_wording) == (today, venture.founder.person, 1)
    assert row.consent_text and client.get(url).status_code == 404
    Showcase.objects.update(confidentiality="public")
    client.logout()
    assert client.get(url).status_code == 200
    client.force_login(venture.founder)
    client.post(reverse("startups:showcase_withdraw", args=[venture.startup.public_id]))
    client.logout()
    answer = client.get(url)
    assert answer.status_code == 404
    assert venture.startup.name not in client.get(reverse("startups:index")).content.decode()
    verbs = set(AuditEntry.objects.filter(target_type="startups.showcase").values_list("verb", flat=True))
    assert {"showcase.write", "showcase.consent", "showcase.withdraw"} <= verbs
    assert {"showcase_consented", "showcase_withdrawn"} <= set(OutboxMessage.objects.values_list("kind", flat=True))


def test_the_office_cannot_agree_for_the_founders_but_can_take_the_page_down(venture):
    venture.showcase(confidentiality="public")
    with pytest.raises(showcase.PermissionDenied):
        showcase.consent(startup=venture.startup, actor=venture.manager, today=timezone.localdate())
    showcase.consent(startup=venture.startup, actor=venture.founder, today=timezone.localdate())
    assert Showcase.objects.shown().exists()
    showcase.withdraw(startup=venture.startup, actor=venture.manager, today=timezone.localdate())
    assert not Showcase.objects.shown().exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "applied"}, {"state": "declined"}, {"state": "closed_down"}, {"state": "withdrawn"},
        {"confidentiality": "named_persons"},
    ],
)  # fmt: skip
def test_a_startup_that_is_not_supported_or_for_named_persons_is_not_shown(venture, client, fields):
    venture.shown()
    Startup.objects.update(**fields)
    assert client.get(reverse("startups:page", args=[venture.startup.code])).status_code == 404


def test_even_its_own_desk_sees_an_unpublished_page_nowhere_but_at_the_desk(venture, client):
    venture.showcase(confidentiality="public")
    client.force_login(venture.founder)
    assert client.get(reverse("startups:page", args=[venture.startup.code])).status_code == 404
    assert "Quiet qubits" not in client.get(reverse("startups:index")).content.decode()


@pytest.mark.parametrize(
    ("language", "name", "line"), [("en", "North Sensing", "Quiet qubits"), ("ja", "北センシング", "静かな量子ビット")]
)
def test_the_public_page_speaks_both_languages_and_schema_org_and_nothing_internal(
    venture, client, language, name, line
):
    venture.shown()
    Startup.objects.update(note_en="INTERNAL", conflict_note="INTERNAL", origin_evidence="INTERNAL")
    for url in (reverse("startups:index"), reverse("startups:page", args=[venture.startup.code])):
        page = client.get(url, HTTP_ACCEPT_LANGUAGE=language).content.decode()
        assert name in page and line in page and "INTERNAL" not in page
        assert venture.founder.email not in page and str(venture.founder.person) not in page
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    data = json.loads(found[1])
    assert data["@type"] == "Organization" and data["name"] == "North Sensing" and data["foundingDate"] == "2025"


def test_the_list_costs_the_same_with_many_startups(venture, client, django_assert_max_num_queries):
    venture.shown()
    for number in range(30):
        row = StartupFactory(cohort=venture.cohort, technology_area=venture.startup.technology_area)
        Showcase.objects.create(
            startup=row, one_liner_en=f"Line {number}", description_en="x", confidentiality="public",
            consent_given_on=timezone.localdate(), consent_by=venture.founder.person,
        )  # fmt: skip
    with django_assert_max_num_queries(8):
        page = client.get(reverse("startups:index")).content.decode()
    assert page.count("<article") == 24


def test_a_double_record_of_a_venture_is_not_shown_twice(venture, client):
    venture.shown()
    other = StartupFactory(cohort=venture.cohort)
    Startup.objects.filter(pk=venture.startup.pk).update(same_venture_as=other)
    assert client.get(reverse("startups:page", args=[venture.startup.code])).status_code == 404


def test_my_desk_says_what_waits_for_a_founder_and_leads_mentors_on(venture, client):
    venture.update()
    venture.milestone(title_en="First chip", title_ja="First chip")
    client.force_login(venture.founder)
    page = client.get(reverse("home:desk")).content.decode()
    assert "2026-Q2" in page and "First chip" in page and mine(venture) in page
    client.force_login(venture.mentor)
    page = client.get(reverse("home:desk")).content.decode()
    assert reverse("startups:mentoring") in page and "2026-Q2" not in page
