"""Five levels, for the record and for its figures: whoever is not meant finds nothing, whatever the door."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.alliances.models import AllianceMember
from portal.applications.services import applications
from portal.core.models import AuditEntry
from portal.outbox.models import OutboxMessage
from startups.models import (
    CohortApplication,
    CohortEligibilityCheck,
    CohortReview,
    Founder,
    FounderUpdate,
    FundingRound,
    LegalEntity,
    Mentor,
    Milestone,
    NamedReader,
    Showcase,
    Startup,
    StartupName,
    UpdateFigure,
)
from startups.services import access, milestones, updates
from startups.services.updates import Answers
from startups.workflows import COHORT_APPLICATION
from tests.desk import address, sign_in
from tests.factories import user_with_seat
from tests.factories.startups import FundingRoundFactory
from tests.factories.ventures import build_incubator

pytestmark = pytest.mark.django_db
LEVELS = ("public", "alliance", "partners", "programme_team", "named_persons")
# The narrowest level at which each of them still reads the record.
READS_UP_TO = {
    "manager": "programme_team",
    "admin": "programme_team",
    "auditor": "programme_team",
    "export_officer": "programme_team",
    "partner": "partners",
    "member": "alliance",
    "mentor": "programme_team",
    "founder": "named_persons",
    "named": "named_persons",
}


@pytest.fixture
def cast(venture, world):
    """Everybody who might read, by name; `member` sits at another member of the alliance, `outsider` at none."""
    third = venture.side.elsewhere
    AllianceMember.objects.create(alliance=venture.side.alliance, organisation=third, role="member")
    named = user_with_seat("", world.south.home, email="named@south.example.org")
    NamedReader.objects.create(startup=venture.startup, user=named)
    people = {name: getattr(venture, name) for name in ("manager", "admin", "auditor", "partner", "founder", "mentor")}
    south = user_with_seat(Role.STARTUP_MANAGER, world.south.host, email="startups@south.example.org")
    cast = {
        **people, "export_officer": venture.export_officer, "member": venture.outsider, "named": named, "south": south,
    }  # fmt: skip
    return {name: User.objects.get(pk=user.pk) for name, user in cast.items()}


def rows_of(venture) -> dict:
    """A row of every kind about the startup."""
    update = venture.update()
    answers = Answers({"people": 3, "cash": 100}, currency="JPY", news="Secret news")
    updates.submit(update=update, answers=answers, actor=venture.founder, now=dt.datetime.now(dt.UTC))
    return {
        Startup: venture.startup,
        Milestone: venture.milestone(),
        Founder: venture.startup.founders.get(),
        Mentor: venture.startup.mentors.get(),
        LegalEntity: LegalEntity.objects.create(startup=venture.startup, name="North KK", country="JP"),
        StartupName: StartupName.objects.create(startup=venture.startup, text="Old Name"),
        FounderUpdate: update,
        UpdateFigure: update.latest.figures.first(),
        FundingRound: FundingRoundFactory(startup=venture.startup),
    }


FIGURES = {FounderUpdate, UpdateFigure, FundingRound}


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_lets_in_exactly_those_it_names(venture, cast, level):
    rows = rows_of(venture)
    Startup.objects.update(confidentiality=level, figures_confidentiality=level)
    wrong = []
    for name, user in cast.items():
        for model, row in rows.items():
            limit = READS_UP_TO.get(name)
            expected = limit is not None and LEVELS.index(level) <= LEVELS.index(limit)
            if model in FIGURES and name == "mentor":
                expected = False
            if name == "export_officer" and model is not Startup:
                expected = False
            if model.objects.visible_to(user).filter(pk=row.pk).exists() != expected:
                wrong.append((level, name, model.__name__))
    assert not wrong


def test_figures_may_be_narrower_than_the_record_and_never_wider(venture, cast):
    rows = rows_of(venture)
    Startup.objects.update(confidentiality="alliance", figures_confidentiality="programme_team")
    assert Startup.objects.visible_to(cast["member"]).exists()
    assert not FounderUpdate.objects.visible_to(cast["member"]).exists()
    assert FounderUpdate.objects.visible_to(cast["manager"]).exists()
    Startup.objects.update(confidentiality="programme_team", figures_confidentiality="public")
    assert not FundingRound.objects.visible_to(cast["member"]).filter(pk=rows[FundingRound].pk).exists()


def test_a_new_record_has_the_narrower_level(venture):
    assert (Startup().confidentiality, Startup().figures_confidentiality, Showcase().confidentiality) == (
        ("programme_team",) * 3
    )


def test_only_its_own_desk_may_edit_however_many_may_read(venture, cast):
    Startup.objects.update(confidentiality="public")
    editors = {name for name, user in cast.items() if Startup.objects.editable_by(user).exists()}
    assert editors == {"manager", "admin"}
    Startup.objects.update(confidentiality="named_persons")
    assert not any(Startup.objects.editable_by(user).exists() for user in cast.values())
    NamedReader.objects.create(startup=venture.startup, user=cast["manager"])
    assert Startup.objects.editable_by(cast["manager"]).exists()


def test_before_it_is_in_a_cohort_the_institution_it_came_out_of_is_its_team(venture, cast):
    Startup.objects.update(cohort=None)
    assert Startup.objects.visible_to(cast["partner"]).exists()
    assert not Startup.objects.visible_to(cast["manager"]).exists()


def test_a_founder_who_has_left_sees_nothing_any_more(venture, cast):
    venture.startup.founders.update(until_on=dt.date(2026, 1, 1))
    assert not Startup.objects.visible_to(cast["founder"]).exists()
    assert not Milestone.objects.visible_to(cast["founder"]).exists()


def test_what_the_strategy_names_is_read_by_everybody(venture, cast):
    Startup.objects.update(relation="named_in_strategy", cohort=None, origin_organisation=None)
    assert Startup.objects.visible_to(cast["south"]).exists()


# -- every door of the desk --------------------------------------------------------------------------------------------
NARROW = "zxsecretfirm"


@pytest.fixture
def hidden(venture):
    """A startup for named persons with texts that would be recognised anywhere."""
    venture.startup.name, venture.startup.name_ja = NARROW, f"{NARROW}社"
    venture.startup.confidentiality = venture.startup.figures_confidentiality = "named_persons"
    venture.startup.save()
    venture.milestone("in_progress", title_en=f"{NARROW} milestone")
    FundingRoundFactory(startup=venture.startup, investors=f"{NARROW} investor")
    venture.update(note_en=NARROW)
    return venture.startup


def test_no_door_of_the_desk_shows_what_is_for_named_persons(venture, hidden, client, settings):
    desk = sign_in(client, venture.manager, settings)
    pages = [f"{reverse('admin:search')}?s={NARROW[:6]}", f"{reverse('admin:search')}?s={NARROW[:6]}&extended=1"]
    for model in (Startup, Milestone, FundingRound, FounderUpdate, Founder, Mentor):
        pages += [address(model, "changelist"), f"{address(model, 'changelist')}?q={NARROW[:6]}"]
        pages += [address(model, "export", "csv")]
    named = "app_label=startups&model_name=milestone&field_name=startup"
    pages += [f"{reverse('admin:autocomplete')}?{named}&term={NARROW[:4]}", reverse("admin:index")]
    pages += [f"{reverse('admin:autocomplete')}?{named}&term="]
    for page in pages:
        answer = desk.get(page)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # The search repeats what was typed, and nothing more.
        assert NARROW.encode() not in body, page
    for name in ("change", "history", "delete"):
        assert desk.get(address(Startup, name, hidden.pk)).status_code == 404
    for name in ("set_levels", "let_in", "pause"):
        assert desk.get(address(Startup, "step", hidden.pk, name)).status_code == 404


def test_neither_trail_nor_outbox_of_the_house_tells_of_it(venture, hidden):
    NamedReader.objects.create(startup=hidden, user=venture.manager)
    milestone = venture.startup.milestones.get()
    milestones.hand_in(milestone=milestone, evidence="See paper", actor=venture.founder, today=dt.date(2026, 11, 1))
    assert OutboxMessage.objects.filter(kind="milestone_submitted").exists()
    for user in (venture.admin, venture.colleague, venture.side.manager, venture.side.home_office):
        told = AuditEntry.objects.visible_to(user).filter(target_type__startswith="startups.")
        assert not told.exists()
        assert not OutboxMessage.objects.visible_to(user).filter(subject__contains=NARROW).exists()
    readers = set(OutboxMessage.objects.filter(kind="milestone_submitted").values_list("recipient_email", flat=True))
    assert readers == {venture.manager.email}


def test_the_application_of_a_startup_for_named_persons_is_read_by_them_its_founder_and_its_reviewers(world):
    north = build_incubator(world.north)
    row = north.application("under_review")
    startup = north.screened_startup(row)
    review = north.review(row)
    row.eligibility_checks.create(rules_version="1", findings=[], outcome="check")
    Startup.objects.filter(pk=startup.pk).update(confidentiality="named_persons")
    let_in = user_with_seat(Role.STARTUP_MANAGER, north.side.host, name=("Let", "In"), email="let.in@example.org")
    NamedReader.objects.create(startup=startup, user=let_in)
    row = CohortApplication.objects.get(pk=row.pk)
    for model, sees_it in (
        (CohortApplication, (let_in, north.founder, review.reviewer)),
        (CohortReview, (let_in, review.reviewer)),
        (CohortEligibilityCheck, (let_in,)),
    ):
        for user in (let_in, north.manager, north.founder, review.reviewer, north.side.alliance_admin):
            assert model.objects.visible_to(user).exists() == (user in sees_it), (model, user)
    assert not COHORT_APPLICATION.available(row, north.manager)
    assert COHORT_APPLICATION.available(row, let_in)
    applications.withdraw_application(application=row, reason="Other plans", actor=north.founder, now=timezone.now())
    told = set(OutboxMessage.objects.filter(kind="application_withdrawn").values_list("recipient_email", flat=True))
    assert let_in.email in told and north.manager.email not in told


def test_mails_about_an_application_tell_no_other_desk_of_the_house_of_the_venture(world):
    north = build_incubator(world.north)
    row = north.submitted()
    mails = OutboxMessage.objects.filter(kind__in=("application_received", "application_arrived"))
    assert {mail.recipient_email for mail in mails} == {north.founder.email, north.manager.email}
    for user in (north.side.manager, north.side.home_office, north.side.alliance_admin):
        assert not OutboxMessage.objects.visible_to(user).filter(body_text__contains=row.venture_name).exists()


def test_every_look_at_a_record_for_named_persons_is_written_down(venture, hidden, client, settings):
    NamedReader.objects.create(startup=hidden, user=venture.manager)
    desk = sign_in(client, venture.manager, settings)
    assert desk.get(address(Startup, "change", hidden.pk)).status_code == 200
    entry = AuditEntry.objects.get(verb="startup.read")
    assert (entry.actor, entry.target_id) == (venture.manager, str(hidden.pk))


def test_who_narrows_to_named_persons_stays_a_reader_and_the_last_one_cannot_go(venture):
    levels = {
        "confidentiality": "named_persons",
        "figures_confidentiality": "named_persons",
        "page_confidentiality": "programme_team",
    }
    access.set_levels(startup=venture.startup, **levels, actor=venture.manager, reason="A patent is coming")
    venture.startup.refresh_from_db()
    assert list(venture.startup.readers.values_list("user", flat=True)) == [venture.manager.pk]
    with pytest.raises(access.StepError):
        access.shut_out(startup=venture.startup, email=venture.manager.email, actor=venture.manager, reason="I leave")
    access.let_in(startup=venture.startup, email=venture.colleague.email, actor=venture.manager, reason="Deputy")
    access.shut_out(startup=venture.startup, email=venture.manager.email, actor=venture.manager, reason="I leave")
    assert not Startup.objects.visible_to(User.objects.get(pk=venture.manager.pk)).exists()


def test_a_stranger_or_the_partner_cannot_change_the_levels(venture):
    for user in (venture.partner, venture.founder, venture.mentor, venture.auditor):
        with pytest.raises(access.PermissionDenied):
            access.set_levels(
                startup=venture.startup, confidentiality="public", figures_confidentiality="public",
                page_confidentiality="public", actor=user, reason="x",
            )  # fmt: skip
