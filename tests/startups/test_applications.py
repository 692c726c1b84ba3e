"""The application of a venture: the same engine as for a fellow, with the questions and the record of a startup."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation

from portal.applications.progress import progress_of
from portal.applications.services import applications, decisions, eligibility, intake, reviews
from portal.applications.summary import answers_of
from portal.core.workflow import StepError
from portal.outbox.models import OutboxMessage
from portal.programmes.models import Call
from startups.emails import applications as emails
from startups.forms.applications import FiguresForm, TeamForm, VentureForm
from startups.models import CohortApplication, CohortReview, Startup
from startups.services import lifecycle, selection
from startups.workflows import COHORT_APPLICATION
from tests.factories.ventures import CONSENTS, build_incubator

DAY = dt.timedelta(days=1)


@pytest.fixture
def north(world):
    return build_incubator(world.north)


@pytest.fixture
def south(world):
    return build_incubator(world.south)


# -- drafting and handing in -------------------------------------------------------------------------------------------
def test_a_draft_begins_with_what_is_known_of_the_founder(north):
    row = applications.start_application(
        call=north.call, person=north.founder.person, actor=north.founder, now=timezone.now()
    )
    assert (row.cohort, row.state) == (north.cohort, "draft")
    assert row.founders[0]["email"] == north.founder.email
    again = applications.start_application(
        call=north.call, person=north.founder.person, actor=north.founder, now=timezone.now()
    )
    assert again == row


def test_sections_that_ask_nothing_are_not_counted_among_those_to_complete(north):
    """An untouched draft: only who she is is known. Papers that no call requires are neither done nor to do."""
    row = applications.start_application(
        call=north.call, person=north.founder.person, actor=north.founder, now=timezone.now()
    )
    papers = north.call.requested_documents.get()
    for is_required, total in ((True, 7), (False, 6)):
        type(papers).objects.update(is_required=is_required)
        progress = progress_of(CohortApplication.objects.get(pk=row.pk))
        assert (progress.done, progress.total) == (1, total)
        by_key = {step.key: step for step in progress.steps}
        assert not by_key["documents"].done and bool(by_key["documents"].missing) is is_required
        assert progress.resume_url == by_key["venture"].url


def test_figures_at_the_start_are_written_as_people_write_them(north):
    row = north.draft()
    typed = {
        "figures_on": "2026-09-30",
        "headcount": "３",
        "revenue": "５００万",
        "revenue_currency": "JPY",
        "raised": "",
    }
    form = FiguresForm(typed, application=row, user=north.founder)
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["headcount"], form.cleaned_data["revenue"], form.cleaned_data["raised"]) == (
        3, 5_000_000, None,
    )  # fmt: skip
    for wrong in ("1.234,5", "-3", "9999兆"):
        assert "revenue" in FiguresForm({**typed, "revenue": wrong}, application=row, user=north.founder).errors
    row.figures_on = None
    assert FiguresForm(application=row, user=north.founder)["figures_on"].value() == timezone.localdate()


def test_a_call_without_a_cohort_says_so(north):
    north.cohort.call = None
    north.cohort.save()
    with pytest.raises(StepError):
        applications.start_application(
            call=north.call, person=north.founder.person, actor=north.founder, now=timezone.now()
        )


def test_nobody_else_writes_the_draft(north, south):
    row = north.draft()
    for other in (south.founder, north.manager, south.manager):
        with pytest.raises(PermissionDenied):
            applications.save_section(
                application=row, section="plan", values={"problem": "x"}, actor=other, now=timezone.now()
            )


def test_no_is_an_answer_and_zero_is_a_figure(north):
    row = north.draft()
    assert (row.has_foreign_owners, row.headcount) == (False, 0)
    assert applications.missing_items(row, timezone.localdate()) == []
    row.is_incorporated, row.founded_on = None, None
    row.revenue, row.revenue_currency = 0, ""
    assert {item.field for item in applications.missing_items(row, timezone.localdate())} == {
        "is_incorporated",
        "revenue_currency",
    }


def test_foreign_owners_are_named(north):
    row = north.draft()
    row.has_foreign_owners = True
    assert [item.field for item in applications.missing_items(row, timezone.localdate())] == ["foreign_owners"]


def test_handing_in_begins_the_record_of_the_venture_with_the_same_person(north):
    row = north.submitted()
    startup = row.startup
    assert (startup.state, startup.relation, startup.cohort) == ("applied", "applicant", north.cohort)
    assert [founder.person for founder in startup.founders.all()] == [north.founder.person]
    assert startup.legal_entities.get().form == "KK"
    content = row.versions.get(number=1).content["application"]
    assert content["venture_name"] == "Coldbit" and content["founders"][1]["role"] == "CTO"
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) >= {
        "application_received",
        "application_arrived",
        "venture_export_check",
    }


def test_a_lead_of_the_same_founders_becomes_the_record(north):
    lead = Startup.objects.create(code="lead", name="coldbit", relation="applicant")
    lead.founders.create(person=north.founder.person)
    assert north.submitted().startup == lead
    assert Startup.objects.get(pk=lead.pk).state == "applied"


def test_completing_corrects_the_record_until_it_is_screened(north, world):
    row = north.submitted()
    for origin in ("Patent", "Too late"):
        CohortApplication.objects.filter(pk=row.pk).update(state="returned")
        applications.save_section(
            application=row, section="venture", values={"origin_evidence": origin}, actor=north.founder, now=world.now
        )
        applications.submit_application(
            application=row, consents=CONSENTS, language="en", actor=north.founder, now=timezone.now()
        )
        Startup.objects.filter(pk=row.startup_id).update(state="screened")
    assert Startup.objects.get(pk=row.startup_id).origin_evidence == "Patent"


# -- the desk ----------------------------------------------------------------------------------------------------------
def under_review(incubator) -> CohortApplication:
    """The real way to the reviewers."""
    side, row = incubator.side, incubator.submitted()
    today = timezone.localdate()
    intake.start_check(application=row, actor=incubator.manager, today=today)
    lifecycle.record_export_check(startup=row.startup, result="no concern", actor=side.export_officer, today=today)
    row.refresh_from_db()
    return selection.pass_eligibility(application=row, conflict_note="none", actor=incubator.manager)


def test_reviewers_get_it_only_after_the_export_office_has_looked(north):
    row = north.submitted()
    intake.start_check(application=row, actor=north.manager, today=timezone.localdate())
    with pytest.raises(StepError):
        selection.pass_eligibility(application=row, conflict_note="none", actor=north.manager)
    assert CohortApplication.objects.get(pk=row.pk).state == "eligibility_check"


def test_the_way_from_the_draft_to_a_place(north):
    row, side, today = under_review(north), north.side, timezone.localdate()
    assert row.startup.state == "screened"
    review = reviews.assign(application=row, reviewer=side.reviewer, due_on=today + DAY, actor=north.manager)
    assert isinstance(review, CohortReview)
    reviews.accept(review=review, has_no_conflict=True, actor=side.reviewer)
    scores = {criterion.pk: 4 for criterion in north.call.criteria.all()}
    reviews.save(review=review, scores=scores, advice="yes", comment="Good.", actor=side.reviewer)
    reviews.submit(review=review, actor=side.reviewer, now=timezone.now())
    assert [line.mean for line in decisions.ranking(call=north.call)] == [0.8]
    decisions.recommend(application=row, actor=north.manager, today=today)
    selection.select(application=row, actor=north.manager, today=today)
    row.refresh_from_db()
    team = {founder.person.email for founder in row.startup.founders.all()} | {north.founder.email}
    assert (row.state, row.startup.state) == ("selected", "screened")
    assert "theo@venture.example.org" in team
    assert OutboxMessage.objects.filter(kind="venture_selected").count() == 1
    lifecycle.admit(
        startup=row.startup, terms_signed_on=today, support_kind="grant", ip_terms="as agreed", actor=north.manager,
        today=today,
    )  # fmt: skip
    assert Startup.objects.get(pk=row.startup_id).state == "admitted"


def test_a_member_of_the_team_who_is_known_becomes_no_second_person(north, world):
    row = north.application("recommended", founders=[{"given_name": "Sam", "family_name": "S", "role": "",
                                                      "email": world.north.supervisor.email}])  # fmt: skip
    startup = north.screened_startup(row)
    selection.select(application=row, actor=north.manager, today=world.today)
    assert startup.founders.filter(person=world.north.supervisor).exists()


def test_declining_ends_the_record_as_well(north, world):
    row = north.application("under_review")
    startup = north.screened_startup(row)
    decisions.decline(application=row, reason="too early", actor=north.manager, today=world.today)
    startup.refresh_from_db()
    assert (CohortApplication.objects.get(pk=row.pk).state, startup.state) == ("declined", "declined")
    assert [mail.kind for mail in OutboxMessage.objects.all()] == ["application_declined"]


def test_founders_mentors_and_their_own_do_not_review(north, world):
    row = north.application("under_review")
    startup = north.screened_startup(row)
    reviewer = world.north.reviewer
    assert reviews.conflicts(application=row, reviewer=reviewer) == []
    row.founders = [*row.founders, {"given_name": "R", "family_name": "", "email": reviewer.email.upper(), "role": ""}]
    row.save()
    assert reviews.conflicts(application=row, reviewer=reviewer) == ["The reviewer is one of the founders."]
    row.founders = []
    row.save()
    startup.mentors.create(person=reviewer.person, state="confirmed", confirmed_on=world.today)
    assert reviews.conflicts(application=row, reviewer=reviewer)
    with pytest.raises(StepError):
        reviews.assign(application=row, reviewer=reviewer, due_on=world.today + DAY, actor=north.manager)


def test_a_manager_who_is_in_the_team_decides_nothing(north):
    row = north.application("recommended", founders=[{"given_name": "M", "family_name": "", "role": "",
                                                      "email": north.manager.email}])  # fmt: skip
    assert COHORT_APPLICATION.available(row, north.manager) == []


def test_the_rules_of_eligibility_say_what_a_person_must_look_at(north, world):
    fine = eligibility.evaluate(application=north.application(), today=world.today)
    findings = {row["rule"]: row["ok"] for row in fine}
    assert set(findings.values()) == {True}
    odd = north.application(has_foreign_owners=True, origin_organisation=None, founded_on=world.today + DAY)
    found = {row["rule"]: row["ok"] for row in eligibility.evaluate(application=odd, today=world.today)}
    assert (found["owners_asked"], found["belongs_to_alliance"], found["founded_by_today"]) == (None, None, False)


# -- every step, every state, everybody --------------------------------------------------------------------------------
ACTORS = {"submit": {"founder"}, "resubmit": {"founder"}, "withdraw": {"founder"}, "lapse": set(), "expire": set()}


def test_each_step_in_each_state_is_open_to_its_actors_only(north, south):
    row = north.application()
    people = {"founder": north.founder, "south founder": south.founder,
              "south manager": south.manager, **north.side.users}  # fmt: skip
    people |= {"programme manager": north.side.manager, "manager": north.manager}
    wrong = []
    for step, state in itertools.product(COHORT_APPLICATION.transitions, CohortApplication.State.values):
        row.state = state
        for name, user in people.items():
            expected = state in step.sources and name in ACTORS.get(step.name, {"manager"})
            if COHORT_APPLICATION.can(step.name, row, user) != expected:
                wrong.append((step.name, state, name))
    assert not wrong


def test_the_life_cycle_is_that_of_an_application_without_the_two_sides():
    from exchanges.workflows import APPLICATION

    for step in COHORT_APPLICATION.transitions:
        if step.name != "pass_eligibility":
            theirs = APPLICATION.by_name[step.name]
            assert (step.target, step.needs_reason, step.by_system) == (
                theirs.target,
                theirs.needs_reason,
                theirs.by_system,
            )
            assert step.sources <= theirs.sources


# -- who sees what -----------------------------------------------------------------------------------------------------
def test_drafts_are_their_owners_and_the_rest_is_the_desks(north, south):
    draft, sent = north.application("draft"), north.application("submitted")
    there = south.application("submitted")
    rows = CohortApplication.objects
    assert set(rows.visible_to(north.founder)) == {draft, sent}
    assert set(rows.visible_to(north.manager)) == {sent}
    assert set(rows.visible_to(south.manager)) == {there}
    for user in (north.side.manager, north.side.reviewer, north.side.stranger, north.side.kpi_auditor):
        assert not rows.visible_to(user).exists()


def test_a_reviewer_sees_the_papers_only_after_the_statement(north):
    row = north.application("under_review")
    north.review(row)
    assert set(CohortApplication.objects.visible_to(north.side.reviewer)) == {row}
    assert not row.documents.model.objects.visible_to(north.side.reviewer).exists()
    assert north.call.criteria.model.objects.visible_to(north.side.reviewer).filter(call=north.call).exists()


# -- by the clock ------------------------------------------------------------------------------------------------------
def test_drafts_lapse_and_returned_ones_expire_as_for_fellows(north, world):
    north.application("draft")
    north.application("returned", returned_until=world.today - 3 * DAY)
    Call.objects.filter(pk=north.call.pk).update(state="closed", closes_at=world.now - DAY)
    assert (applications.lapse_drafts(now=world.now), applications.expire_returned(today=world.today)) == (1, 1)


# -- mails and documents -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "ja"])
def test_mails_are_written_in_the_language_of_their_reader(north, language):
    people = [north.founder.person, north.side.export_officer.person]
    for user in (north.founder, north.side.export_officer):
        user.language = language
        user.save()
    for person in people:
        person.refresh_from_db()
        person.ui_language = language
        person.save()
    row = north.application("selected")
    north.screened_startup(row)
    row.refresh_from_db()
    emails.venture_selected(row)
    emails.export_check_asked(row)
    mails = OutboxMessage.objects.all()
    assert {mail.kind for mail in mails} == {"venture_selected", "venture_export_check"}
    assert all("Coldbit" in mail.subject and mail.body_text and "{{" not in mail.body_text for mail in mails)


@pytest.mark.parametrize(("stored", "shown"), [(0, "0"), ("2.5", "2.5"), (20, "20"), (None, "")])
def test_people_are_shown_without_a_decimal_that_says_nothing(north, stored, shown):
    row = north.application(headcount=stored)
    row.refresh_from_db()
    assert row.get_headcount_display() == shown


def test_the_document_shows_what_was_answered_and_nothing_that_was_not(north):
    row = north.application(revenue=None, raised=1200000, raised_currency="JPY")
    with translation.override("en"):
        facts = dict(fact for part in answers_of(row, private=False) for fact in part.facts)
    assert facts["people, in full-time posts"] == "0"
    assert facts["money raised so far"] == "JPY 1,200,000"
    assert "revenue of the last twelve months" not in facts
    assert facts["founders and team"] == "Fay Founder, CEO; Theo Tech, CTO"
    assert "currency of the money raised" not in facts


# -- pages -------------------------------------------------------------------------------------------------------------
def page(name, *args):
    return reverse(f"startups:{name}", args=args)


def test_the_public_call_leads_to_the_application(client, north):
    client.force_login(north.founder)
    call_page = reverse("home:call", args=[north.call.code])
    assert page("start", north.call.code) in client.get(call_page).content.decode()
    answer = client.post(page("start", north.call.code))
    row = CohortApplication.objects.get()
    assert answer["Location"] == page("section", row.public_id, "venture")
    assert page("section", row.public_id, "venture") in client.get(call_page).content.decode()
    assert page("section", row.public_id, "venture") in client.get(reverse("home:desk")).content.decode()


def test_an_exchange_cannot_be_begun_for_it_and_no_venture_for_an_exchange(client, north):
    client.force_login(north.founder)
    assert client.post(reverse("exchanges:start", args=[north.call.code])).status_code == 404
    assert client.post(page("start", north.side.call.code)).status_code == 404


@pytest.mark.parametrize("section", ["about", "venture", "team", "plan", "figures", "documents", "consents"])
def test_every_section_shows_and_belongs_to_its_owner(client, north, south, section, django_assert_max_num_queries):
    row = north.application("draft")
    client.force_login(north.founder)
    with django_assert_max_num_queries(26):
        assert client.get(page("section", row.public_id, section)).status_code == 200
    for other in (south.founder, north.side.fellow, north.side.stranger):
        client.force_login(other)
        assert client.get(page("section", row.public_id, section)).status_code == 404


def test_the_team_is_saved_line_by_line_and_a_bad_address_is_named(client, north):
    row = north.application("draft", founders=[])
    client.force_login(north.founder)
    lines = {
        "founders_0_given_name": "Fay",
        "founders_0_family_name": "Founder",
        "founders_0_email": "fay@example.org",
        "founders_0_role": "CEO",
        "has_foreign_owners": "false",
    }
    client.post(page("section", row.public_id, "team"), lines)
    row.refresh_from_db()
    assert [member["email"] for member in row.founders] == ["fay@example.org"]
    answer = client.post(page("section", row.public_id, "team"), {**lines, "founders_1_given_name": "T",
                                                                  "founders_1_email": "nobody"})  # fmt: skip
    text = answer.content.decode()
    assert "Line 2" in text and 'value="nobody"' in text


def team_form(north, *members):
    parts = ("given_name", "family_name", "email", "role")
    lines = {
        f"founders_{at}_{part}": value
        for at, row in enumerate(members)
        for part, value in zip(parts, row, strict=False)
    }
    application = CohortApplication.objects.first() or north.application("draft")
    return TeamForm(lines, application=application, user=north.founder)


def test_two_members_never_share_an_address_for_they_would_become_one_person(north):
    form = team_form(north, ("Fay", "Founder", "Fay@example.org"), ("Tom", "Technik", "fay@example.org"))
    assert "Line 2" in form.errors["founders"][0]
    form = team_form(north, ("Fay", "Founder", "fay@example.org"), ("Tom", "Technik", ""), ("Ann", "Other", ""))
    assert "founders" not in form.errors


def test_a_single_name_is_a_name_wherever_it_was_typed(north):
    """Without, the selection of the venture would ask its desk for the name of a person who has one."""
    form = team_form(north, ("", "Suharto", "suharto@example.org"))
    assert form.is_valid() and form.cleaned_data["founders"][0]["given_name"] == "Suharto"


@pytest.mark.parametrize(("days", "is_taken"), [(0, True), (1, False)])
def test_nobody_was_founded_tomorrow(north, days, is_taken):
    day = timezone.localdate() + dt.timedelta(days=days)
    data = {"venture_name": "Coldbit", "founded_on": day.isoformat(), "founded_precision": "day"}
    form = VentureForm(data, application=north.application("draft"), user=north.founder)
    assert ("founded_on" not in form.errors) is is_taken


def test_sending_leads_to_the_receipt_and_the_copy_reads_well(client, north):
    row = north.draft()
    client.force_login(north.founder)
    answer = client.post(page("submit", row.public_id), {"consents": list(CONSENTS)})
    assert answer["Location"] == page("receipt", row.public_id)
    assert client.get(answer["Location"]).status_code == 200
    assert "Coldbit" in client.get(page("preview", row.public_id)).content.decode()
    assert client.get(page("application", row.public_id)).status_code == 200


def test_one_queue_shows_reviews_of_both_kinds(client, north):
    fellow = north.side.review(north.side.application("under_review"))
    venture = north.review(north.application("under_review"))
    client.force_login(north.side.reviewer)
    for queue in (reverse("exchanges:reviews"), page("reviews")):
        text = client.get(queue).content.decode()
        assert reverse("exchanges:review", args=[fellow.public_id]) in text
        assert page("review", venture.public_id) in text
    conflict = client.get(page("review", venture.public_id)).content.decode()
    assert "Theo" in conflict and "Wires are warm" not in conflict
    client.post(page("review_accept", venture.public_id), {"conflict": "none"})
    assert "Wires are warm" in client.get(page("review", venture.public_id)).content.decode()
    assert client.get(reverse("exchanges:review", args=[venture.public_id])).status_code == 404


def test_the_queue_costs_the_same_for_many(client, north, django_assert_max_num_queries):
    for _number in range(6):
        north.review(north.application("under_review"))
    client.force_login(north.side.reviewer)
    with django_assert_max_num_queries(14):
        client.get(page("reviews"))
