"""The desk of exchanges: what is offered to whom, what a step says before, what it does, and many at once."""

import datetime as dt
import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.urls import reverse
from django.utils import timezone

from exchanges.eligibility import RULES_VERSION
from exchanges.models import Application, Approval, ChecklistTemplate, EligibilityCheck, Offer, Review, Stay, StayTask
from exchanges.services import approvals, prechecks, stays
from portal.applications.services.applications import content_of
from portal.applications.services.eligibility import record_findings
from portal.outbox.models import OutboxMessage
from portal.screening.models import Screening
from tests.desk import address, sign_in
from tests.factories import ScreeningFactory, SeatFactory
from tests.factories.anything import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_user(client, settings):
    return lambda user: sign_in(client, user, settings)


def offered(user, row) -> set[str]:
    """Names of the buttons on the record for this person."""
    page = admin.site._registry[type(row)]
    request = type("Request", (), {"user": type(user).objects.get(pk=user.pk)})()
    return {step.name for step in page.offered(request, row)}


def take(client, row, name: str, **values):
    return client.post(address(type(row), "step", row.pk, name), values, follow=True)


# -- what is offered ---------------------------------------------------------------------------------------------------
def test_the_manager_is_offered_the_steps_of_the_state(world):
    assert offered(world.north.manager, world.north.application("submitted")) == {"start_check"}
    assert offered(world.north.manager, world.north.application("eligibility_check")) == {
        "return", "pass_eligibility", "refuse_ineligible", "check_again", "override",
    }  # fmt: skip
    assert offered(world.north.manager, world.north.application("under_review")) == {
        "assign", "shortlist", "recommend_directly", "decline",
    }  # fmt: skip
    assert offered(world.north.manager, world.north.application("selected")) == {"prepare_offer"}


@pytest.mark.parametrize("who", ["home_office", "host_head", "payer_office", "visa_officer"])
def test_other_desks_see_the_application_and_are_offered_nothing(world, as_user, who):
    application = world.north.application("eligibility_check")
    user = getattr(world.north, who)
    assert offered(user, application) == set()
    client = as_user(user)
    assert client.get(address(Application, "change", application.pk)).status_code == 200
    assert client.get(address(Application, "step", application.pk, "return")).status_code == 403
    assert client.post(address(Application, "step", application.pk, "return"), {"items": "x"}).status_code == 403


def test_drafts_are_not_on_any_desk(world, as_user):
    draft = world.north.application("draft")
    for user in (world.north.manager, world.north.alliance_admin, world.north.home_office):
        assert as_user(user).get(address(Application, "change", draft.pk)).status_code == 404


def test_findings_reviews_and_ranks_are_for_the_programme_alone(world, as_user):
    application = world.north.application("under_review", rank=3)
    world.north.review(application, comment="not for the home side")
    record_findings(application=application, today=world.today)
    for user, reads in ((world.north.manager, True), (world.north.home_office, False)):
        page = as_user(user).get(address(Application, "change", application.pk))
        assert ("not for the home side" in page.content.decode()) is reads
        assert ("rank" in flatten_fieldsets(page.context["adminform"].fieldsets)) is reads
        for model in (Review, EligibilityCheck):
            rows = as_user(user).get(address(model, "changelist")).context["cl"].result_count
            assert (rows > 0) is reads


@pytest.mark.parametrize(
    ("who", "reads"), [("manager", True), ("home_office", False), ("host_head", False), ("payer_office", False)]
)
def test_only_the_programme_office_reads_what_a_fellow_needs_to_take_part(world, as_user, who, reads):
    application = world.north.application("under_review", access_needs="prayer room, a wheelchair")
    version = application.versions.create(
        number=1, content=content_of(application), submitted_by=application.applicant.user
    )
    client = as_user(getattr(world.north, who))
    for row in (application, version):
        page = client.get(address(type(row), "change", row.pk)).content.decode()
        assert application.topic in page
        assert ("prayer room" in page) is reads
        assert (str(Application._meta.get_field("access_needs").verbose_name).lower() in page.lower()) is reads


# -- taking a step -----------------------------------------------------------------------------------------------------
def test_looking_at_a_step_changes_nothing_and_shows_the_mail_it_would_send(world, as_user):
    application = world.north.application("eligibility_check")
    page = as_user(world.north.manager).get(address(Application, "step", application.pk, "return"))
    assert page.status_code == 200
    (mail,) = page.context["mails"].readable
    assert mail.recipient_email == world.north.fellow.email and mail.language == "ja"
    application.refresh_from_db()
    assert application.state == "eligibility_check" and not OutboxMessage.objects.exists()


def test_a_step_says_how_many_mails_go_to_others_where_its_reader_may_not_read_them(world, as_user):
    application = world.north.application("host_and_home")
    approvals.ask(application=application, actor=None, now=world.now)
    own = application.approvals.get(part="home_office")
    desk = as_user(world.north.home_office)
    told = {name: desk.get(address(Approval, "step", own.pk, name)).content.decode() for name in ("approve", "refuse")}
    assert "2 mails go to others." in told["refuse"] and "Nobody gets a mail" not in told["refuse"]
    assert "Nobody gets a mail" in told["approve"] and "to others" not in told["approve"]


def test_an_application_goes_from_receipt_to_the_pre_check(world, as_user):
    application = world.north.application("submitted")
    client = as_user(world.north.manager)
    take(client, application, "start_check")
    take(client, application, "return", items="The transcript")
    application.refresh_from_db()
    assert (application.state, application.returned_items) == ("returned", "The transcript")
    Application.objects.filter(pk=application.pk).update(state="eligibility_check")
    application.refresh_from_db()
    record_findings(application=application, today=world.today)  # the paper is missing
    refused = take(client, application, "pass_eligibility")
    assert refused.context["form"].errors
    take(client, application, "override", outcome="eligible", reason="Seen on paper")
    take(client, application, "pass_eligibility")
    application.refresh_from_db()
    assert application.state == "export_precheck" and application.screenings.count() == 1


def checked_with_a_no(side, today) -> Application:
    """Papers are not asked for, and the contract ends before the stay: a soft no."""
    side.call.requested_documents.all().delete()
    application = side.application("eligibility_check", enrolled_until=today)
    record_findings(application=application, today=today)
    return application


def test_passing_on_asks_for_a_reason_where_a_rule_says_no(world, as_user):
    application = checked_with_a_no(world.south, world.today)
    client = as_user(world.south.manager)
    page = client.get(address(Application, "step", application.pk, "pass_eligibility"))
    field = page.context["form"].fields["reason"]
    assert field.required and "enrolment or employment lasts" in str(field.help_text)
    assert take(client, application, "pass_eligibility").context["form"].errors["reason"]
    take(client, application, "pass_eligibility", reason="The contract is prolonged")
    record = client.get(address(Application, "change", application.pk)).content.decode()
    assert "The contract is prolonged" in record
    assert RULES_VERSION in record and str(world.south.manager) in record
    application.refresh_from_db()
    assert application.state == "export_precheck"


def test_passing_on_many_at_once_leaves_out_what_a_rule_refuses_without_a_reason(world, as_user):
    application = checked_with_a_no(world.north, world.today)
    client = as_user(world.north.manager)
    for reason, state in (("", "eligibility_check"), ("The dean agrees", "export_precheck")):
        form = {"action": "step_pass_eligibility", "_selected_action": application.pk, "confirmed": "1"}
        client.post(address(Application, "changelist"), {**form, "reason": reason})
        application.refresh_from_db()
        assert application.state == state


@pytest.mark.parametrize(
    ("state", "step"), [("under_review", "decline"), ("under_review", "shortlist"), ("recommended", "select")]
)
def test_a_reason_that_no_mail_tells_is_said_to_stay_with_the_desks(world, as_user, state, step):
    application = world.south.application(state)
    page = as_user(world.south.manager).get(address(Application, "step", application.pk, step)).content.decode()
    assert "mails do not say it" in page and "people who are told about this step read it" not in page


def test_the_export_office_finds_and_stops_a_stay_that_is_under_way_and_no_other(world, as_user):
    side = world.south
    running, coming = side.stay("active"), side.stay("pre_arrival")
    officer = as_user(side.export_officer)
    page = officer.get(address(Stay, "change", running.pk)).content.decode()
    assert address(Stay, "step", running.pk, "suspend") in page
    assert officer.get(address(Stay, "change", coming.pk)).status_code == 404
    officer.post(address(Stay, "step", running.pk, "suspend"), {"reason": "A question is open"})
    running.refresh_from_db()
    assert (running.state, running.suspended_by) == ("suspended", "export_officer")
    assert (
        address(Stay, "step", running.pk, "resume") in officer.get(address(Stay, "change", running.pk)).content.decode()
    )


def test_a_record_links_only_to_lists_that_the_reader_may_open(world, as_user):
    """The export office sees the stay that it may have to stop; applications and templates are not its own."""
    template = make(ChecklistTemplate)
    stay = world.north.stay("active", checklist_template=template, application=world.north.application("selected"))
    address = f"/admin/exchanges/stay/{stay.pk}/change/"
    links = {
        f"/admin/exchanges/application/{stay.application.pk}/change/",
        f"/admin/exchanges/checklisttemplate/{template.pk}/change/",
    }
    for user, shown in ((world.north.manager, links), (world.north.export_officer, set())):
        page = as_user(user).get(address).content.decode()
        assert {link for link in links if f'href="{link}"' in page} == shown


def test_the_reason_of_a_suspension_stays_with_the_desks_and_that_of_a_cancellation_is_told(world, as_user):
    side = world.south
    running, coming = side.stay("active"), side.stay("pre_arrival")
    officer = as_user(side.safety_manager)
    assert "mails do not say it" in officer.get(address(Stay, "step", running.pk, "suspend")).content.decode()
    manager = as_user(side.manager)
    assert "people who are told about this step read it" in (
        manager.get(address(Stay, "step", coming.pk, "cancel")).content.decode()
    )


def test_from_a_prepared_offer_on_the_application_leads_to_it(world, as_user):
    side = world.north
    application = side.application("selected")
    client = as_user(side.manager)
    page = take(client, application, "prepare_offer")
    offer = Offer.objects.get(application=application)
    assert (str(page.wsgi_request.path), offer.state) == (address(Application, "change", application.pk), "prepared")
    assert address(Offer, "change", offer.pk) in [url for _label, url in page.context["see_also"]]


def test_an_application_with_a_stay_offers_nothing_more(world, as_user):
    side = world.north
    application = side.application("selected")
    assert "prepare_offer" in offered(side.manager, application)
    side.stay("closed", application=application)
    assert "prepare_offer" not in offered(side.manager, Application.objects.get(pk=application.pk))


def test_a_step_that_needs_a_reason_asks_for_it(world, as_user):
    application = world.north.application("under_review")
    client = as_user(world.north.manager)
    page = client.post(address(Application, "step", application.pk, "decline"), {"reason": ""})
    application.refresh_from_db()
    assert page.context["form"].errors["reason"] and application.state == "under_review"


def test_a_step_that_came_too_late_says_so(world, as_user):
    application = world.north.application("withdrawn")
    page = take(as_user(world.north.manager), application, "start_check")
    assert page.status_code == 200 and "withdrawn" in page.content.decode() or "取" in page.content.decode()
    application.refresh_from_db()
    assert application.state == "withdrawn"


def test_a_step_that_does_not_exist_is_missing(world, as_user):
    application = world.north.application()
    assert as_user(world.north.manager).get(address(Application, "step", application.pk, "nonsense")).status_code == 404


# -- many at once ------------------------------------------------------------------------------------------------------
def bulk(client, model, name: str, rows, **values):
    data = {"action": f"step_{name}", "_selected_action": [row.pk for row in rows], **values}
    return client.post(address(model, "changelist"), data)


def test_a_bulk_step_is_asked_about_first_and_reports_every_row(world, as_user):
    going = [world.north.application("submitted"), world.north.application("submitted")]
    stuck = world.north.application("declined")
    client = as_user(world.north.manager)
    page = bulk(client, Application, "start_check", [*going, stuck])
    assert page.context["possible"] == 2
    assert {row.state for row in Application.objects.all()} == {"submitted", "declined"}
    page = bulk(client, Application, "start_check", [*going, stuck], confirmed="yes")
    assert page.context["done"] == 2 and sum(not result.done for result in page.context["results"]) == 1
    assert sorted(row.state for row in Application.objects.all()) == [
        "declined",
        "eligibility_check",
        "eligibility_check",
    ]


def test_reviewers_are_asked_for_many_applications_at_once(world, as_user):
    rows = [world.north.application("under_review"), world.north.application("under_review")]
    values = {"address": world.north.reviewer.email, "due_on": world.today + dt.timedelta(days=10), "confirmed": "yes"}
    page = bulk(as_user(world.north.manager), Application, "assign", rows, **values)
    assert page.context["done"] == 2
    assert Review.objects.filter(reviewer=world.north.reviewer, state="assigned").count() == 2


def test_a_reviewer_is_found_by_exact_address_only_if_she_has_a_seat(world, as_user):
    application = world.north.application("under_review")
    client = as_user(world.north.manager)
    for unknown in (world.north.stranger.email, "nobody@example.org"):
        page = client.post(
            address(Application, "step", application.pk, "assign"), {"address": unknown, "due_on": world.today}
        )
        assert page.context["form"].errors["address"]
    assert not Review.objects.exists()


def test_the_list_of_reviewers_holds_no_strangers(world, as_user):
    SeatFactory(user=world.south.reviewer, organisation=world.south.host, role="reviewer")
    SeatFactory(user=world.north.reviewer, organisation=world.north.host_unit, role="reviewer")
    application = world.north.application("under_review")
    page = as_user(world.north.manager).get(address(Application, "step", application.pk, "assign"))
    assert list(page.context["form"].fields["reviewer"].queryset) == [world.north.reviewer]


# -- what desks are not told ----------------------------------------------------------------------------------------
def states_told(page) -> str:
    """The words of the page, without what stands in addresses."""
    return re.sub(r"<[^>]*>", " ", page.content.decode()).lower()


@pytest.mark.parametrize("who", ["home_office", "host_head", "payer_office", "manager"])
def test_no_desk_is_told_of_a_referral_to_expert_review(world, as_user, who):
    """Neither by badge, counts, filter and pipeline of Today, nor by what happened so far, then or afterwards."""
    side = world.north
    referred, plain = side.application("export_precheck"), side.application("export_precheck")
    case = ScreeningFactory(application=referred, organisation=side.host, state="submitted")
    ScreeningFactory(application=plain, organisation=side.host, state="submitted")
    prechecks.refer(screening=case, actor=side.export_officer, reason="looks odd")
    SeatFactory(user=side.home_office, organisation=side.programme.owner, role="home_office")
    client = as_user(getattr(side, who))
    client.cookies["django_language"] = "en"
    listed = client.get(address(Application, "changelist"))
    pages = [listed, client.get(reverse("admin:index")), client.get(address(Application, "change", referred.pk))]
    pages.append(client.get(address(Application, "history", referred.pk)))
    for page in pages:
        told = states_told(page)
        assert page.status_code == 200 and "expert" not in told, page.request["PATH_INFO"]
    assert [(label, number) for _state, label, number in listed.context["state_counts"]] == [("export pre-check", "2")]
    for query in ("state__exact=export_precheck", "state__exact=expert_review", "state__in=expert_review"):
        found = client.get(f"{address(Application, 'changelist')}?{query}")
        assert found.context["cl"].result_count == 2, query
    trail = client.get(reverse("admin:core_auditentry_changelist"))
    assert "expert" not in states_told(trail)
    case.refresh_from_db()
    for signer in (side.export_officer, side.export_approver):
        prechecks.approve_after_review(screening=case, actor=signer, now=world.now)
        case.refresh_from_db()
    after = states_told(client.get(address(Application, "history", referred.pk)))
    assert "host_and_home" in Application.objects.get(pk=referred.pk).state and "expert" not in after


# -- ranking -----------------------------------------------------------------------------------------------------------
def test_the_ranking_is_for_the_calls_managers(world, as_user):
    application = world.north.application("under_review")
    url = reverse("admin:exchanges_application_ranking", args=[world.north.call.pk])
    page = as_user(world.north.manager).get(url)
    assert [row.application for _number, row, _mean in page.context["rows"]] == [application]
    for user in (world.north.home_office, world.south.manager):
        assert as_user(user).get(url).status_code == 404


# -- the other desks ---------------------------------------------------------------------------------------------------
def test_the_home_office_gives_its_signature_and_no_other(world, as_user):
    application = world.north.application("host_and_home")
    approvals.ask(application=application, actor=None, now=world.now)
    own = application.approvals.get(part="home_office")
    assert offered(world.north.home_office, own) == {"approve", "refuse"}
    assert offered(world.north.home_office, application.approvals.get(part="host_unit_head")) == set()
    take(as_user(world.north.home_office), own, "approve", comment="Good")
    own.refresh_from_db()
    assert (own.state, own.approver) == (Approval.State.APPROVED, world.north.home_office)


def test_a_case_is_seen_and_decided_by_the_export_offices_alone(world, as_user):
    application = world.north.application("export_precheck")
    case = ScreeningFactory(application=application, organisation=world.north.host, state="submitted")
    for user in (world.north.manager, world.north.alliance_admin, world.north.home_office, world.south.export_officer):
        assert as_user(user).get(address(Screening, "change", case.pk)).status_code == 404
    client = as_user(world.north.export_officer)
    page = client.get(address(Screening, "change", case.pk))
    assert {step.name for step in page.context["offered"]} == {"answer", "clear_at_precheck", "refer"}
    assert client.get(address(Screening, "step", case.pk, "answer")).status_code == 200
    take(client, case, "answer", **{"JP-02": "resident"})
    assert case.answers.get(question__code="JP-02").value == "resident"
    take(client, case, "refer", reason="a very private reason")
    case.refresh_from_db()
    assert case.state == "expert_review" and "private" in case.internal_note
    history = client.get(address(Screening, "history", case.pk)).content.decode()
    assert "a very private reason" not in history


def test_the_officer_reads_what_happened_in_the_case_and_who_answered_what_before(world, as_user):
    screening = ScreeningFactory(
        application=world.north.application("export_precheck"), organisation=world.north.host, state="draft"
    )
    prechecks.answer(screening=screening, values={"JP-06": "yes"}, actor=world.north.host_researcher)
    Screening.objects.filter(pk=screening.pk).update(state="submitted")
    client = as_user(world.north.export_officer)
    client.cookies["django_language"] = "en"
    form = client.get(address(Screening, "step", screening.pk, "answer")).context["form"]
    given = {name: field.initial for name, field in form.fields.items()}
    take(client, screening, "answer", **given | {"JP-06": "no"})
    take(client, screening, "refer", reason="to be looked at")
    page = client.get(address(Screening, "change", screening.pk))
    told = [(entry.what, entry.who) for entry in page.context["entries"]]
    officer, host = str(world.north.export_officer), str(world.north.host_researcher)
    assert told == [
        ("Refer to expert review", officer), ("answered questions", officer), ("answered questions", host),
    ]  # fmt: skip
    assert "to be looked at" not in [entry.reason for entry in page.context["entries"]]
    text = page.content.decode()
    assert host in text and text.count("Is every item in JP-01 already public") == 2


def test_offers_are_prepared_changed_and_sent_by_the_manager(world, as_user):
    application = world.north.application("selected")
    client = as_user(world.north.manager)
    bulk(client, Application, "prepare_offer", [application], confirmed="yes")
    offer = Offer.objects.get(application=application)
    assert offered(world.north.manager, offer) == {"revise", "send"}
    assert offered(world.north.home_office, offer) == set()
    form = client.get(address(Offer, "step", offer.pk, "revise")).context["form"]
    values = {name: field.initial or "" for name, field in form.fields.items()} | {"duties_en": "Two seminars"}
    take(client, offer, "revise", **values)
    page = bulk(client, Offer, "send", [offer], confirmed="yes")
    assert page.context["done"] == 1, page.context["results"]
    offer.refresh_from_db()
    assert (offer.state, offer.duties_en) == ("sent", "Two seminars") and offer.letter is not None


def test_tasks_are_settled_from_the_stay_and_in_bulk(world, as_user):
    stay = world.north.stay(checklist_template=None, application=world.north.application("selected"))
    stays.start_checklist(stay=stay, actor=None, today=world.today)
    for number in range(3):
        StayTask.objects.create(
            stay=stay, item_code=f"T{number}", sort_order=number, text_en="Badge", owner_role="visa_officer",
            organisation=world.north.host_unit, anchor="start", offset=-1, offset_unit="days", due_on=world.today,
        )  # fmt: skip
    client = as_user(world.north.visa_officer)
    page = client.get(address(Stay, "change", stay.pk)).content.decode()
    first = StayTask.objects.get(item_code="T0")
    assert address(StayTask, "step", first.pk, "complete") in page
    mine = client.get(f"{address(StayTask, 'changelist')}?which=mine").context["cl"]
    assert {task.item_code for task in mine.result_list} == {"T0", "T1", "T2"}
    result = bulk(client, StayTask, "complete", list(mine.result_list), confirmed="yes", note="done together")
    assert result.context["done"] == 3
    assert set(StayTask.objects.filter(item_code__startswith="T").values_list("state", flat=True)) == {"done"}


def test_lists_answer_the_questions_of_the_day(world, as_user):
    soon = world.today + dt.timedelta(days=20)
    blocked = world.north.stay("pre_arrival", start_on=soon, end_on=soon + dt.timedelta(days=30))
    world.north.stay("pre_arrival", start_on=soon, end_on=soon + dt.timedelta(days=30))
    StayTask.objects.create(
        stay=blocked, item_code="B", sort_order=1, text_en="Visa", owner_role="fellow", anchor="start", offset=-10,
        offset_unit="days", due_on=world.today, blocking=True,
    )  # fmt: skip
    lapsing = world.north.offer(
        world.north.application("selected"), "sent", answer_by=timezone.now() + dt.timedelta(days=3)
    )
    world.north.offer(world.north.application("selected"), "sent", answer_by=timezone.now() + dt.timedelta(days=12))
    client = as_user(world.north.manager)
    found = client.get(f"{address(Stay, 'changelist')}?when=blocked").context["cl"].result_list
    assert list(found) == [blocked]
    found = client.get(f"{address(Offer, 'changelist')}?expiring=week").context["cl"].result_list
    assert list(found) == [lapsing]


def test_the_list_counts_by_state_what_its_reader_sees(world, as_user):
    world.north.application("submitted")
    world.north.application("declined")
    world.north.application("draft")
    world.south.application("submitted")
    page = as_user(world.north.manager).get(address(Application, "changelist"))
    counted = {state: number for state, _label, number in page.context["state_counts"]}
    assert counted == {"submitted": "1", "declined": "1"}


def test_people_are_found_by_kana_width_and_accent(world, as_user):
    person = world.north.fellow.person
    person.family_name_kana, person.family_name = "ヤマダ", "Exámple"
    person.save()
    application = world.north.application()
    client = as_user(world.north.manager)
    for word in ("やまだ", "ﾔﾏﾀﾞ", "example", "ＥＸＡＭＰＬＥ"):
        found = client.get(address(Application, "changelist"), {"q": word}).context["cl"].result_list
        assert list(found) == [application], word
