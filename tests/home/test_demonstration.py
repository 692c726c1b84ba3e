"""The people of a demonstration, made from the data set; running the command again changes nothing."""

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from exchanges.models import ChecklistItem, ChecklistTemplate, StayTask
from portal.accounts.models import Person, Seat, User
from portal.accounts.roles import Role
from portal.accounts.services import ensure_user_for, grant_seat
from portal.home import demonstration
from portal.reports.models import KpiValue, ReportRun
from tests.factories import (
    AllianceFactory,
    CallFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ReviewFactory,
)
from tests.reports.samples import load_catalogue


@pytest.fixture
def data(world) -> dict:
    """As much of the data set as the demonstration rests on."""
    tohoku = OrganisationFactory(code="tohoku", name_en="Tohoku")
    abroad = {code: OrganisationFactory(code=code, country="US") for code in ("demo_univ_a", "uchicago", "uw_seattle")}
    programme = ProgrammeFactory(code="ctqa-faculty", owner=tohoku)
    call = CallFactory(code="demo-ctqa-lab-rolling", programme=programme, contact_email="", source="invented")
    people = {
        code: PersonFactory(code=code, organisation=organisation, email=f"{code}@example.org", source="invented")
        for code, organisation in {
            "p10": abroad["uchicago"],
            "p02": tohoku,
            "p11": abroad["demo_univ_a"],
            "p01": tohoku,
        }.items()
    }
    application = world.north.application(
        "under_review", code="a12", call=call, programme=programme, host_person=people["p01"], source="invented"
    )
    template = ChecklistTemplate.objects.get(code="into_jp_90")
    stay = world.north.stay("active", start_on=timezone.localdate(), checklist_template=template, source="invented")
    return {"call": call, "people": people, "application": application, "stay": stay, "template": template}


def test_the_addresses_count_as_proven(data):
    """Otherwise nobody who looks around could set up a passkey or an authenticator app."""
    call_command("create_demo_signins")
    assert EmailAddress.objects.get(user__person=data["people"]["p10"]).verified


def counts() -> list[int]:
    return [model._base_manager.count() for model in (Person, User, Seat, StayTask, ReviewFactory._meta.model)]


def test_it_can_be_run_again(data, capsys):
    call_command("create_demo_signins")
    first = counts()
    call_command("create_demo_signins")
    assert counts() == first
    assert capsys.readouterr().out.count("p10@example.org") == 2


def test_everybody_can_sign_in_and_the_other_alliance_has_somebody(data):
    people = demonstration.prepare(today=timezone.localdate())
    assert {person.code for person in people} == {"p10", "p02", "p11", "demo-uw"}
    assert all(person.user_id for person in people)
    assert Seat.objects.filter(
        user__person__code="demo-uw", organisation__code="uw_seattle", role=Role.HOME_OFFICE
    ).exists()


def test_the_call_takes_applications_from_end_to_end(data):
    demonstration.prepare(today=timezone.localdate())
    call = data["call"]
    call.refresh_from_db()
    assert list(call.requested_documents.values_list("kind", flat=True)) == ["cv", "enrolment"]
    assert call.criteria.count() == 3
    assert call.contact_email == "p02@example.org"


def test_a_review_waits_for_the_reviewer(data):
    demonstration.prepare(today=timezone.localdate())
    review = data["application"].reviews.get()
    assert (review.reviewer.email, review.state) == ("p11@example.org", "assigned")


def test_a_running_stay_has_the_list_it_would_have_by_now(data):
    demonstration.prepare(today=timezone.localdate())
    tasks = data["stay"].tasks
    assert tasks.filter(state="done").exists() and tasks.filter(state="open").exists()
    items = ChecklistItem.objects.filter(template=data["template"]).values_list("item_code", flat=True)
    assert set(tasks.values_list("item_code", flat=True)) & set(items)


def test_an_empty_portal_is_no_error(db):
    assert demonstration.prepare(today=timezone.localdate()) == []


@pytest.fixture
def directed(data) -> dict:
    """The alliance and the programme whose reports are to be seen, with the people who look after them."""
    load_catalogue()
    tohoku = data["people"]["p02"].organisation
    alliance = AllianceFactory(code="ctqa", lead=tohoku)
    kek = OrganisationFactory(code="kek")
    programme = ProgrammeFactory(code="qupip", owner=kek)
    auditor = PersonFactory(code="p23", organisation=tohoku, email="p23@example.org", source="invented")
    manager = PersonFactory(code="p04", organisation=kek, email="p04@example.org", source="invented")
    for person, role, organisation in (
        (auditor, Role.KPI_AUDITOR, tohoku),
        (manager, Role.PROGRAMME_MANAGER, kek),
    ):
        grant_seat(user=ensure_user_for(person=person, actor=None), organisation=organisation, role=role, actor=None)
    return {"alliance": alliance, "programme": programme}


def test_a_report_of_the_alliance_and_of_a_programme_waits_for_the_worker_once(directed):
    for _start in range(2):
        demonstration.prepare(today=timezone.localdate())
    runs = ReportRun.objects.order_by("kind")
    assert [(run.subject, run.requested_by.person.code) for run in runs] == [
        (directed["alliance"], "p02"),
        (directed["programme"], "p04"),
    ]
    assert {run.state for run in runs} == {"queued"}


def test_the_public_page_has_verified_figures_of_the_years_that_are_over(directed, client, settings):
    settings.PORTAL_DEMO = True
    for _start in range(2):
        demonstration.prepare(today=timezone.localdate())
    values = KpiValue.objects.all()
    assert values.count() == len(demonstration.PUBLIC_FIGURES) * demonstration.PUBLIC_YEARS
    assert all(value.is_verified and not value.is_small for value in values)
    assert client.get(reverse("reports:impact")).context["facts"]
