"""The desk of startups: every page opens for its people, steps are offered to their actors, search finds all names."""

import datetime as dt
import re

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from portal.core.models import AuditEntry
from portal.outbox.models import OutboxMessage
from startups.models import (
    ExchangeRate,
    Founder,
    FounderUpdate,
    FundingRound,
    Mentor,
    MetricDefinition,
    Milestone,
    NamedReader,
    Showcase,
    Startup,
    StartupName,
)
from startups.services import updates
from startups.services.updates import Answers
from tests.desk import address, sign_in
from tests.factories.startups import FundingRoundFactory, StartupFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
OWN = (Startup, Milestone, Founder, Mentor, FounderUpdate, FundingRound, Showcase, MetricDefinition, ExchangeRate)


@pytest.fixture
def filled(venture):
    """Something in every list, with an update in two versions."""
    venture.milestone("submitted", evidence_en="Report")
    venture.shown()
    FundingRoundFactory(startup=venture.startup, closed_on=dt.date(2026, 7, 1))
    update = venture.update()
    for people in (3, 4):
        answers = Answers({"people": people, "cash": 100, "spent": 90}, currency="JPY", news="News")
        updates.submit(update=update, answers=answers, actor=venture.founder, now=NOW)
    return venture


@pytest.fixture
def desk(filled, client, settings):
    return sign_in(client, filled.manager, settings)


def offered(desk, row) -> set[str]:
    page = desk.get(address(type(row), "change", row.pk)).content.decode()
    return set(re.findall(rf"/{row.pk}/step/(\w+)/", page))


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_every_list_and_record_opens(desk, filled, model):
    assert desk.get(address(model, "changelist")).status_code == 200
    row = model.objects.first()
    for page in ("change", "history"):
        assert desk.get(address(model, page, row.pk)).status_code == 200
    for name in offered(desk, row):
        assert desk.get(address(model, "step", row.pk, name)).status_code == 200, name


def test_record_and_list_tell_the_same_level(desk, filled):
    """What the strategy names is public, whatever the column says."""
    filled.startup.relation = Startup.Relation.NAMED_IN_STRATEGY
    filled.startup.save()
    shown = desk.get(address(Startup, "change", filled.startup.pk)).content.decode()
    told = re.search(r"[Ww]ho may read</dt>\s*<dd[^>]*>(.*?)</dd>", shown, re.S)
    assert told and told[1].strip() == "public"


def test_steps_are_offered_to_those_who_may_take_them(filled, client, settings):
    milestone, update = Milestone.objects.get(), FounderUpdate.objects.get()
    manager = sign_in(client, filled.manager, settings)
    assert {"pause", "leave", "count", "set_levels", "add_founder"} <= offered(manager, filled.startup)
    assert offered(manager, milestone) == {"verify", "send_back", "reject"}
    assert offered(manager, update) == {"correct", "reopen"}
    Mentor.objects.create(startup=filled.startup, person=filled.manager.person, state="confirmed")
    assert offered(manager, milestone) == set()
    sign_in(client, filled.auditor, settings)
    assert offered(client, filled.startup) == set() and offered(client, milestone) == set()


@pytest.mark.parametrize(
    "term",
    ["North Sensing", "北センシング", "きたせんしんぐ", "ｋｉｔａ", "キタセンシング", "OLD NAME", "north-startup"],
)
def test_a_startup_is_found_by_every_name_it_has(desk, filled, term):
    StartupName.objects.create(startup=filled.startup, text="Old Name")
    StartupFactory(cohort=filled.cohort, name="Another one")
    page = desk.get(address(Startup, "changelist"), {"q": term}).content.decode()
    assert ("North Sensing" in page) is (term != "ｋｉｔａ")
    assert "Another one" not in page


def test_milestones_and_founders_are_found_by_the_names_of_startup_and_person(desk, filled):
    assert "Milestone" in desk.get(address(Milestone, "changelist"), {"q": "きたせん"}).content.decode()
    page = desk.get(address(Founder, "changelist"), {"q": "founder north"}).content.decode()
    assert str(filled.founder.person) in page


def test_a_new_startup_of_the_own_programme_is_entered_and_one_out_of_reach_is_not(desk, filled, foreign):
    url = address(Startup, "add")
    data = {
        "name": "New One", "code": "new-one", "country": "JP", "origin_kind": "unknown", "relation": "applicant",
        "has_foreign_owners": "unknown", "cohort": filled.cohort.pk,
    }  # fmt: skip
    for inline in ("milestones", "founders", "mentors", "updates", "funding_rounds", "legal_entities", "names",
                   "counting_decisions", "readers"):  # fmt: skip
        data |= {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
    assert desk.post(url, data).status_code == 302
    assert Startup.objects.get(code="new-one").state == "lead"
    assert AuditEntry.objects.filter(verb="core.added", target_label="New One", organisation=None).exists()
    desk.post(url, {**data, "code": "newer", "cohort": foreign.cohort.pk})
    assert not Startup.objects.filter(code="newer").exists()


def test_a_founder_is_found_again_by_the_address_and_stays_one_person(desk, filled):
    fellow = filled.side.fellow.person
    url = address(Startup, "step", filled.startup.pk, "add_founder")
    data = {
        "email": fellow.email.upper(),
        "given_name": "",
        "family_name": "",
        "role_en": "Science",
        "is_founder": "on",
    }
    assert desk.post(url, data).status_code == 302
    assert Founder.objects.filter(startup=filled.startup, person=fellow).exists()
    page = desk.post(url, data)
    assert page.status_code == 200 and "in the team already" in page.content.decode()


def test_the_office_corrects_an_update_on_a_form_that_begins_with_what_stands(desk, filled):
    update = FounderUpdate.objects.get()
    url = address(FounderUpdate, "step", update.pk, "correct")
    assert 'value="4"' in desk.get(url).content.decode()
    desk.post(url, {"people": "5", "currency": "JPY", "news": "News", "reason": "Typing error"})
    update.refresh_from_db()
    assert (update.latest.number, update.latest.is_staff_edit) == (3, True)
    page = desk.get(address(FounderUpdate, "change", update.pk)).content.decode()
    assert "the office" in page


def test_runway_is_told_to_the_desk_and_to_no_founder(desk, filled, client):
    assert "3.3 months" in desk.get(address(FounderUpdate, "change", FounderUpdate.objects.get().pk)).content.decode()
    client.force_login(filled.founder)
    page = client.get(reverse("startups:mine", args=[filled.startup.public_id])).content.decode()
    assert "3.3 " not in page and "3.3か月" not in page
    assert not any("3.3 " in body for body in OutboxMessage.objects.values_list("body_text", flat=True))


def test_a_verified_round_is_changed_only_after_the_verification_is_taken_back(desk, filled):
    row = FundingRound.objects.get()
    FundingRound.objects.update(verified_on=timezone.localdate())
    page = desk.get(address(FundingRound, "change", row.pk)).content.decode()
    assert 'name="amount"' not in page and 'name="investors"' in page
    FundingRound.objects.update(verified_on=None)
    assert 'name="amount"' in desk.get(address(FundingRound, "change", row.pk)).content.decode()


def test_a_definition_that_somebody_has_answered_by_stays(filled):
    row = MetricDefinition.objects.get(metric="people")
    row.name_en = "N"
    row.full_clean()
    row.definition_en = "Something else"
    with pytest.raises(ValidationError, match="Make a new set instead"):
        row.full_clean()


@pytest.mark.parametrize("model", [MetricDefinition, ExchangeRate])
def test_tables_of_the_whole_house_are_read_at_the_desk_and_written_nowhere_there(desk, filled, model):
    row = model.objects.first()
    kept = model.objects.filter(pk=row.pk).values().get()
    assert desk.get(address(model, "change", row.pk)).status_code == 200
    assert desk.get(address(model, "add")).status_code in (403, 404)
    desk.post(address(model, "change", row.pk), dict.fromkeys(kept, "9"))
    desk.post(address(model, "delete", row.pk), {"post": "yes"})
    assert model.objects.filter(pk=row.pk).values().get() == kept


def test_a_named_record_opens_to_its_reader_only(filled, client, settings):
    Startup.objects.update(confidentiality="named_persons")
    url = address(Startup, "change", filled.startup.pk)
    assert sign_in(client, filled.manager, settings).get(url).status_code == 404
    NamedReader.objects.create(startup=filled.startup, user=filled.manager)
    assert client.get(url).status_code == 200
    assert "set_levels" in offered(client, filled.startup)


def test_lists_cost_the_same_with_many_rows(desk, filled, django_assert_max_num_queries):
    for number in range(20):
        row = StartupFactory(cohort=filled.cohort, origin_organisation=filled.side.home)
        filled.milestone(startup=row)
        Founder.objects.create(startup=row, person=filled.side.fellow.person)
        FundingRoundFactory(startup=row)
        filled.update(startup=row, code=f"u-{number}")
    for model in (Startup, Milestone, Founder, Mentor, FounderUpdate, FundingRound, Showcase):
        desk.get(address(model, "changelist"))
        with django_assert_max_num_queries(22):
            desk.get(address(model, "changelist"))


def test_every_admin_page_of_the_app_is_scoped():
    for model, page in admin.site._registry.items():
        if model._meta.app_label == "startups":
            assert page.is_scoped, model


def test_who_takes_a_step_reads_the_mails_before_although_they_stand_in_no_outbox(desk, filled):
    """Mails about a firm that only its team knows are in nobody's list; the desk that writes them previews them."""
    assert filled.startup.mail_organisation is None
    page = desk.get(address(Startup, "step", filled.startup.pk, "pause")).content.decode()
    assert f"&lt;{filled.founder.email}&gt;" in page and "goes to others" not in page


def test_whoever_verified_a_milestone_or_a_round_is_no_mentor_of_the_startup(desk, filled):
    """Wished for at the desk, or confirmed after a wish: the sentence names what she has verified."""
    milestone = filled.milestone("verified", title_en="Second chip", verified_by=filled.colleague.person)
    wish = {"email": filled.colleague.email, "given_name": "", "family_name": "", "topics_en": ""}
    step = address(Startup, "step", filled.startup.pk, "wish_for_mentor")
    assert "has verified “Second chip”" in desk.post(step, wish).content.decode()
    assert not filled.startup.mentors.filter(person=filled.colleague.person).exists()
    wished = filled.startup.mentors.create(person=filled.colleague.person)
    page = desk.post(address(Mentor, "step", wished.pk, "confirm")).content.decode()
    assert "has verified “Second chip”" in page
    Milestone.objects.filter(pk=milestone.pk).update(verified_by=None)
    FundingRound.objects.update(verified_by=filled.colleague.person, verified_on=dt.date(2026, 7, 2))
    assert "has verified" in desk.post(address(Mentor, "step", wished.pk, "confirm")).content.decode()
