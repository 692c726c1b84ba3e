"""Who sees which rows: seats, owners, assignments, and nothing by silence."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.test.utils import isolate_apps

from exchanges.models import Application, ApplicationDocument, Approval, Review, Stay
from portal.accounts.models import Person, Seat, User
from portal.accounts.roles import Role
from portal.alliances.models import Organisation
from portal.core.models import BaseModel
from portal.core.scoping import ScopedQuerySet
from portal.documents.services import store_content
from portal.screening.models import Screening
from tests.documents.samples import PDF
from tests.factories import SeatFactory, user_with_seat


@pytest.fixture
def applications(world):
    return world.north.application(), world.south.application()


@pytest.mark.parametrize("who", ["manager", "home_office", "host_head", "alliance_admin", "fellow", "host_researcher"])
def test_each_side_sees_its_application_and_never_the_other_alliances(world, applications, who):
    ours, theirs = applications
    assert set(Application.objects.visible_to(getattr(world.north, who))) == {ours}
    assert set(Application.objects.visible_to(getattr(world.south, who))) == {theirs}


@pytest.mark.parametrize("who", ["stranger", "reviewer", "export_officer", "legal_officer"])
def test_who_has_no_part_in_an_application_does_not_see_it(world, applications, who):
    assert not Application.objects.visible_to(getattr(world.north, who)).exists()


def test_anonymous_and_missing_users_see_nothing(world, applications):
    assert not Application.objects.visible_to(AnonymousUser()).exists()
    assert not Application.objects.visible_to(None).exists()


def test_a_deactivated_user_sees_nothing(world, applications):
    world.north.manager.is_active = False
    assert not Application.objects.visible_to(world.north.manager).exists()


@pytest.mark.parametrize(
    "who", ["manager", "home_office", "host_head", "host_researcher", "alliance_admin", "reviewer"]
)
def test_no_seat_and_no_task_makes_an_application_ones_own(world, applications, who):
    ours, _ = applications
    world.north.review(ours)
    assert not Application.objects.owned_by(getattr(world.north, who)).exists()


def test_ones_own_is_a_part_of_what_one_sees(world, applications):
    ours, _ = applications
    world.north.application(applicant=world.north.supervisor)
    assert set(Application.objects.owned_by(world.north.fellow)) == {ours}
    assert {ours} <= set(Application.objects.visible_to(world.north.fellow))


def test_an_administrator_of_everything_owns_what_is_hers_alone(world, applications):
    own = world.north.application(applicant=world.north.manager.person)
    world.north.manager.is_superuser = True
    assert set(Application.objects.owned_by(world.north.manager)) == {own}


def test_nobody_owns_what_knows_no_owner_and_strangers_own_nothing(world, applications):
    assert Organisation.objects.visible_to(world.north.fellow).exists()
    assert not Organisation.objects.owned_by(world.north.fellow).exists()
    for user in (AnonymousUser(), None, world.north.stranger):
        assert not Application.objects.owned_by(user).exists()


def test_who_is_deactivated_owns_nothing(world, applications):
    world.north.fellow.is_active = False
    assert not Application.objects.owned_by(world.north.fellow).exists()


def test_what_is_ones_own_is_asked_without_the_other_ways_in(world):
    assert "EXISTS" in str(Application.objects.visible_to(world.north.fellow).query)
    assert "EXISTS" not in str(Application.objects.owned_by(world.north.fellow).query)


def test_an_assigned_reviewer_sees_just_the_application_given_to_her(world, applications):
    ours, _ = applications
    world.north.application(applicant=world.north.supervisor)
    world.north.review(ours)
    assert set(Application.objects.visible_to(world.north.reviewer)) == {ours}


def test_desks_do_not_read_drafts_but_the_applicant_does(world):
    draft = world.north.application("draft")
    assert not Application.objects.visible_to(world.north.manager).exists()
    assert set(Application.objects.visible_to(world.north.fellow)) == {draft}


def test_scores_are_for_the_programme_and_the_reviewer_alone(world, applications):
    review = world.north.review(applications[0])
    assert set(Review.objects.visible_to(world.north.manager)) == {review}
    assert set(Review.objects.visible_to(world.north.reviewer)) == {review}
    for who in ("fellow", "host_researcher", "home_office", "host_head"):
        assert not Review.objects.visible_to(getattr(world.north, who)).exists()


def test_screening_is_for_the_export_offices_of_that_side_alone(world, applications):
    case = Screening.objects.create(application=applications[0], organisation=world.north.host, regime="JP")
    assert set(Screening.objects.visible_to(world.north.export_officer)) == {case}
    for who in ("manager", "alliance_admin", "fellow", "host_researcher", "home_office"):
        assert not Screening.objects.visible_to(getattr(world.north, who)).exists()
    assert not Screening.objects.visible_to(world.south.export_officer).exists()


def test_seeing_is_not_editing(world, applications):
    assert set(Application.objects.editable_by(world.north.manager)) == {applications[0]}
    for who in ("home_office", "host_head", "fellow", "host_researcher"):
        assert not Application.objects.editable_by(getattr(world.north, who)).exists()


def test_a_seat_on_an_organisation_covers_its_units_and_not_its_parent(world, applications):
    above = user_with_seat(Role.PROGRAMME_MANAGER, world.north.host)
    below = user_with_seat(Role.HOST_UNIT_HEAD, world.north.host_unit)
    beside = user_with_seat(Role.PROGRAMME_MANAGER, world.north.elsewhere)
    stay = world.north.stay(host_organisation=world.north.host)
    assert stay in Stay.objects.visible_to(above)
    assert stay not in Stay.objects.visible_to(below)
    assert applications[0] in Application.objects.visible_to(below)
    assert not Stay.objects.visible_to(beside).exists()


@pytest.mark.parametrize(
    ("starts", "ends", "open_today"), [(None, None, True), (0, 0, True), (1, None, False), (None, -1, False)]
)
def test_a_seat_counts_from_its_first_to_its_last_day(world, applications, starts, ends, open_today):
    days = {
        name: world.today + dt.timedelta(days=n)
        for name, n in (("starts_on", starts), ("ends_on", ends))
        if n is not None
    }
    user = user_with_seat(Role.HOME_OFFICE, world.north.elsewhere)
    Seat.objects.create(user=user, organisation=world.north.host, role=Role.PROGRAMME_MANAGER, **days)
    assert Application.objects.visible_to(User.objects.get(pk=user.pk)).exists() is open_today


def test_a_seat_limited_to_a_programme_opens_only_that_programme(world, applications):
    user = user_with_seat("", world.north.elsewhere)
    SeatFactory(user=user, organisation=world.north.host, role=Role.PROGRAMME_MANAGER, programme=world.south.programme)
    assert set(Application.objects.visible_to(user)) == {applications[1]}


def test_a_seat_limited_to_an_alliance_opens_the_alliance_only(world, applications):
    user = user_with_seat("", world.north.elsewhere)
    SeatFactory(user=user, organisation=world.north.elsewhere, role=Role.ALLIANCE_ADMIN, alliance=world.north.alliance)
    assert set(Application.objects.visible_to(user)) == {applications[0]}


def test_no_row_is_doubled_by_a_path_over_many_rows(world, applications):
    for _ in range(3):
        Approval.objects.create(
            application=applications[0], part="host_researcher", approver=world.north.host_researcher, state="void",
            asked_at=world.now, due_on=world.today, application_version=1,
        )  # fmt: skip
    assert list(Application.objects.visible_to(world.north.host_researcher)) == [applications[0]]


def test_relations_to_many_rows_are_asked_one_by_one_and_never_multiplied(world):
    """A person with a application and b stays must cost a + b rows, not a × b."""
    subqueries = str(Person.objects.visible_to(world.north.manager).query).split("(SELECT ")[1:]
    asked = [{table for table in ("exchanges_application", "exchanges_stay") if table in part} for part in subqueries]
    assert sorted(asked, key=str) == [{"exchanges_application"}, {"exchanges_stay"}]


def test_what_a_seat_opens_is_looked_up_row_by_row_and_what_is_somebody_s_own_all_at_once(world):
    """An EXISTS over a whole history would be gathered before the first row of a page appears."""
    assert "EXISTS" not in str(Person.objects.visible_to(world.north.manager).query)
    assert "EXISTS" in str(Application.objects.visible_to(world.north.host_researcher).query)


def test_paths_without_such_relations_need_no_further_subquery(world):
    assert "(SELECT" not in str(Stay.objects.visible_to(world.north.manager).query)


def test_filtering_further_never_widens_what_is_visible(world, applications):
    rows = Application.objects.visible_to(world.north.manager).filter(applicant__organisation=world.south.home_unit)
    assert list(rows) == []


def test_people_are_seen_by_the_desks_that_handle_them(world, applications):
    assert world.north.fellow.person in Person.objects.visible_to(world.north.manager)
    assert world.south.fellow.person not in Person.objects.visible_to(world.north.manager)


@isolate_apps("portal.core")
def test_a_model_that_says_nothing_shows_nothing(world):
    class Silent(BaseModel):
        name = models.CharField(max_length=5)

        class Meta:
            app_label = "core"
            managed = False

    rows = ScopedQuerySet(model=Silent)
    assert rows.visible_to(world.north.manager).query.is_empty()
    assert rows.editable_by(world.north.manager).query.is_empty()


@pytest.mark.parametrize(("state", "sees", "reads"), [
    ("assigned", True, False), ("accepted", True, True), ("submitted", True, True), ("locked", True, True),
    ("declined", False, False), ("cancelled", False, False),
])  # fmt: skip
def test_a_reviewer_reads_papers_once_she_has_declared_no_conflict(world, applications, state, sees, reads):
    file = store_content(
        content=PDF, name="cv.pdf", content_type="application/pdf", kind="cv", about=applications[0],
        owner=world.north.fellow, actor=world.north.fellow,
    )  # fmt: skip
    paper = ApplicationDocument.objects.create(application=applications[0], kind="cv", file=file)
    world.north.review(applications[0], state)
    assert Application.objects.visible_to(world.north.reviewer).exists() is sees
    assert (paper in ApplicationDocument.objects.visible_to(world.north.reviewer)) is reads


def test_who_only_drafts_is_not_known_to_the_desks(world):
    applicant = user_with_seat("", world.south.elsewhere)
    draft = world.north.application("draft", applicant=applicant.person, home_organisation=None)
    assert applicant.person not in Person.objects.visible_to(world.north.manager)
    Application.objects.filter(pk=draft.pk).update(state="submitted", submitted_at=world.now)
    assert applicant.person in Person.objects.visible_to(world.north.manager)
