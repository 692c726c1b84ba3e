"""Reviews as tables: written ones go out; in comes what was decided elsewhere, and no voice in an open choice."""

import pytest
from django.utils import timezone

from portal.applications.kinds import kinds
from portal.transfers import exporting, registry
from portal.transfers.rules import may_export
from portal.transfers.services import export_queryset, import_rows
from tests.factories import CriterionFactory
from tests.factories.ventures import build_incubator

pytestmark = pytest.mark.django_db
NAMES = ("Team", "Market")


@pytest.fixture(params=[kind.namespace for kind in kinds()])
def panel(request, world):
    """(table, manager, maker of an application, maker of a review) of each kind, with two criteria on the call."""
    side = world.north
    if request.param == "exchanges":
        call, manager, application, review, table = side.call, side.manager, side.application, side.review, "reviews"
    else:
        incubator = build_incubator(side)
        call, manager, table = incubator.call, incubator.manager, "cohort_reviews"
        application, review = incubator.application, incubator.review
    call.criteria.all().delete()
    for number, name in enumerate(NAMES):
        CriterionFactory(call=call, name_en=name, max_score=5, sort_order=number)
    return table, manager, application, review


def bring_in(table, row, user=None) -> list[str]:
    return [problem.message for problem in import_rows(registry.find(table), [row], user=user).problems]


def going_out(table, actor) -> list[dict[str, str]]:
    resource = registry.find(table)
    rows = exporting.rows_of(resource, export_queryset(resource=resource, actor=actor), reader=actor, complete=True)
    return [dict(zip(resource.header(complete=True), row, strict=True)) for row in rows]


def written(review, application, *values):
    row = review(application, "locked", submitted_at=timezone.now(), advice="yes", has_no_conflict=True, comment="Good")
    for criterion, value in zip(application.call.criteria.order_by("sort_order"), values, strict=False):
        row.scores.create(criterion=criterion, value=value)
    return row


def line(world, application, **cells):
    row = {
        "application_code": application.code, "reviewer_email": world.north.reviewer.email, "due_on": "2026-03-01",
        "status": "locked", "has_no_conflict": "yes", "scores": "Team: 4 | Market: 3", "advice": "yes", "comment": "",
        "application_version": "1", "submitted_at": "2026-02-20T09:00:00+09:00",
    }  # fmt: skip
    return {**row, **cells}


def test_out_and_in_again_changes_nothing(world, panel):
    table, manager, application, review = panel
    written(review, application("under_review"), 4, 3)
    (row,) = going_out(table, manager)
    assert row["scores"] == "Team: 4 | Market: 3"
    result = import_rows(registry.find(table), [row], user=manager)
    assert ([p.message for p in result.problems], result.unchanged) == ([], 1)


def test_scores_advice_and_comment_change_by_no_file(world, panel):
    table, manager, application, review = panel
    written(review, application("under_review"), 4, 3)
    (row,) = going_out(table, manager)
    for cells in ({"scores": "Team: 5 | Market: 3"}, {"advice": "no"}, {"comment": "Bad"}, {"status": "cancelled"}):
        (problem,) = bring_in(table, {**row, **cells}, manager)
        assert "only by a step" in problem


def test_nobody_writes_in_the_name_of_a_reviewer_while_the_decision_is_open(world, panel):
    table, manager, application, _review = panel
    problems = bring_in(table, line(world, application("under_review")), manager)
    assert problems == ["This application has not been decided: its reviewers write in the portal."]


def test_what_was_decided_elsewhere_comes_in_with_its_scores(world, panel):
    table, manager, application, _review = panel
    row = application("declined", decided_on=world.today)
    assert bring_in(table, line(world, row, scores="Team: 4 | Market：3"), manager) == []
    (review,) = row.reviews.all()
    assert list(review.scores.values_list("criterion__name_en", "value")) == [("Team", 4), ("Market", 3)]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"scores": "Team: 4"}, "Please score first: Market."),
        ({"scores": "Team: 4 | Market: 6"}, "Market: the score lies between 0 and 5."),
        ({"scores": "Team: 4 | Charm: 3"}, "The call has no such criterion: Charm."),
        ({"scores": "4, 3"}, "Write each score as “criterion: number”, with “|” between them."),
        ({"advice": ""}, "Please say whether you would accept the applicant."),
        (
            {"status": "submitted"},
            "Reviews of a decided application are “locked”, with the moment they were handed in.",
        ),
        ({"submitted_at": ""}, "Reviews of a decided application are “locked”, with the moment they were handed in."),
        ({"status": "declined"}, "A review that was not written has no scores."),
        ({"reviewer_email": "nobody@example.org"}, "Unknown user “nobody@example.org”."),
    ],
)
def test_a_review_that_is_none_is_refused_with_its_reason(world, panel, cells, sentence):
    table, manager, application, _review = panel
    row = application("declined", decided_on=world.today)
    assert bring_in(table, line(world, row, **cells), manager) == [sentence]
    assert not row.reviews.exists()


def test_a_party_to_the_application_is_no_reviewer_by_a_file_either(world, panel):
    table, _manager, application, _review = panel
    row = application("declined", decided_on=world.today)
    (problem,) = bring_in(table, line(world, row, reviewer_email=row.applicant.user.email))
    assert problem.startswith("The reviewer is the applicant.")


def test_the_other_alliance_gets_none_and_meets_unknown_names(world, panel):
    table, manager, application, review = panel
    written(review, application("under_review"), 4, 3)
    (row,) = going_out(table, manager)
    stranger = world.south.manager if table == "reviews" else build_incubator(world.south).manager
    assert going_out(table, stranger) == []
    (problem, *_more) = bring_in(table, row, stranger)
    assert problem.startswith("Unknown")


def test_a_reviewer_takes_out_no_table(world, panel):
    assert not may_export(world.north.reviewer, registry.find(panel[0]))
