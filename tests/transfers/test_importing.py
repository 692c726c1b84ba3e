"""What an import takes and what it refuses, each refusal with its row and column, and nothing written."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchanges.models import Application, Stay
from portal.accounts.models import Person
from portal.accounts.roles import Role
from portal.alliances.models import Agreement, Alliance, AllianceMember, Facility, Organisation
from portal.core.models import AuditEntry
from portal.core.scoping import EVERYONE
from portal.programmes.models import Call, Programme
from portal.reports.models import KpiDefinition, KpiTarget
from portal.transfers import exporting, registry
from portal.transfers.services import export_queryset, import_rows
from startups.models import Founder, Startup
from startups.querysets import VentureQuerySet
from tests.factories import user_with_seat
from tests.factories.anything import make
from tests.factories.startups import StartupFactory, load_definitions
from tests.transfers.conftest import csv_text, problems
from workshops.models import Event, Meeting

pytestmark = pytest.mark.django_db


# -- what goes well ---------------------------------------------------------------------------------------------------


def test_rows_become_records(bring_in, organisation):
    result = bring_in("organisations", [organisation("tohoku", name_ja="東北大学", source="invented")])
    saved = Organisation.objects.get(code="tohoku")
    assert (result.created, result.changed, result.unchanged, result.refused) == (1, 0, 0, 0)
    assert (saved.name_ja, saved.kind, saved.is_demo) == ("東北大学", "university", True)


def test_the_same_file_again_changes_nothing(bring_in, organisation):
    rows = [organisation("a"), organisation("b", parent_code="a")]
    bring_in("organisations", rows)
    written = Organisation.objects.get(code="a").updated_at
    result = bring_in("organisations", rows)
    assert (result.created, result.changed, result.unchanged) == (0, 0, 2)
    assert Organisation.objects.get(code="a").updated_at == written


def test_a_changed_cell_changes_one_field_and_is_told(bring_in, organisation):
    bring_in("organisations", [organisation("a", city="Sendai")])
    bring_in("organisations", [organisation("a", city="Chicago")])
    saved = Organisation.objects.get(code="a")
    entry = AuditEntry.objects.get(verb="transfers.row_changed")
    assert saved.city == "Chicago"
    assert (entry.target_id, entry.before, entry.after) == (str(saved.pk), {"city": "Sendai"}, {"city": "Chicago"})


def test_an_absent_column_leaves_what_is_there(bring_in, organisation):
    bring_in("organisations", [organisation("a", city="Sendai")])
    bring_in("organisations", [{"code": "a", "name_en": "Other", "kind": "university"}])
    saved = Organisation.objects.get(code="a")
    assert (saved.name_en, saved.city) == ("Other", "Sendai")


def test_an_empty_cell_empties_the_field(bring_in, organisation):
    bring_in("organisations", [organisation("a", city="Sendai")])
    bring_in("organisations", [organisation("a", city="")])
    assert Organisation.objects.get(code="a").city == ""


def test_columns_may_stand_in_any_order(bring_in, organisation):
    result = bring_in("organisations", [dict(reversed(organisation("a").items()))])
    assert result.created == 1


def test_a_unit_may_stand_before_the_organisation_it_belongs_to(bring_in, organisation):
    rows = [organisation("lab", parent_code="dept"), organisation("dept", parent_code="uni"), organisation("uni")]
    result = bring_in("organisations", rows)
    lab, uni = Organisation.objects.get(code="lab"), Organisation.objects.get(code="uni")
    assert result.created == 3
    assert lab.lineage.startswith(uni.lineage)


def test_lists_of_codes_are_set_and_replaced(bring_in, organisation):
    bring_in("organisations", [organisation("a"), organisation("b"), organisation("c")])
    agreement = {
        "code": "moa", "kind": "other", "level": "institutional", "title_en": "MoA", "party_codes": "b|a",
        "signed_on": "2023-06-01", "signed_precision": "month",
    }  # fmt: skip
    bring_in("agreements", [agreement])
    assert {party.code for party in Agreement.objects.get().parties.all()} == {"a", "b"}
    again = bring_in("agreements", [agreement | {"party_codes": "a|b"}])
    assert again.unchanged == 1
    bring_in("agreements", [agreement | {"party_codes": "c"}])
    assert [party.code for party in Agreement.objects.get().parties.all()] == ["c"]


def test_a_month_stays_a_month(bring_in, organisation, world):
    bring_in(
        "alliance_members", [{"alliance_code": "north", "org_code": "south-home", "role": "member", "since": "2023-06"}]
    )
    member = AllianceMember.objects.get(organisation=world.south.home, alliance=world.north.alliance)
    assert (member.since_on, member.since_precision) == (dt.date(2023, 6, 1), "month")


def test_a_new_term_enters_the_vocabulary(bring_in):
    bring_in("startups", [{"code": "s", "name": "S", "technology_area": "ion_trap"}])
    assert Startup.objects.get().technology_area.name_en == "Ion trap"


def test_a_dry_run_writes_nothing(bring_in, organisation):
    result = bring_in("organisations", [organisation("a")], dry_run=True)
    assert result.created == 1
    assert not Organisation.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_call_keeps_the_instants_that_its_wall_clock_means(bring_in, world):
    row = {
        "code": "c", "programme_code": "north-programme", "title_en": "Call", "opens_on": "2026-01-01",
        "closes_on": "2026-02-15", "closes_at": "17:00", "timezone": "Asia/Tokyo",
    }  # fmt: skip
    bring_in("calls", [row])
    assert Call.objects.get(code="c").closes_at == dt.datetime(2026, 2, 15, 8, tzinfo=dt.UTC)


# -- the header -------------------------------------------------------------------------------------------------------


def test_an_unknown_column_is_refused_by_name(bring_in, organisation):
    result = bring_in("organisations", [organisation("a") | {"colour": "red"}])
    assert problems(result) == [(1, "colour")]
    assert "It has: code, name_en" in result.problems[0].message


def test_a_missing_required_column_is_refused_by_name(bring_in):
    result = bring_in("organisations", "code,city\na,Sendai\n")
    assert problems(result) == [(1, "name_en"), (1, "kind")]


def test_a_missing_key_column_is_refused(bring_in):
    assert problems(bring_in("organisations", "name_en,kind\nA,university\n")) == [(1, "code")]


def test_a_column_that_stands_twice_is_refused(bring_in):
    assert problems(bring_in("organisations", "code,name_en,kind,kind\na,A,university,company\n")) == [(1, "kind")]


def test_a_column_without_a_name_is_refused(bring_in):
    assert problems(bring_in("organisations", "code,,name_en,kind\na,x,A,university\n")) == [(1, "")]


def test_empty_columns_at_the_end_do_no_harm(bring_in):
    assert bring_in("organisations", "code,name_en,kind,,\na,A,university,,\n,,,,\n").created == 1


# -- single cells -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("name_en", "", "must not be empty"),
        ("code", " ", "must not be empty"),
        ("kind", "uni", "not one of the codes of this column: university, research_centre"),
        ("parent_code", "nowhere", "Unknown organisation “nowhere”"),
        ("ror_id", "https://ror.org/01dq60k80", "check number"),
        ("country", "JPN", "no country"),
        ("code", "with space", "letters, numbers, underscores or hyphens"),
        ("name_en", "=HYPERLINK(1)", "begins like a formula"),
        ("city", " @SUM(A1)", "begins like a formula"),
        ("city", "\tSendai", "begins like a formula"),
        ("city", "+81 22 123", "begins like a formula"),
        ("name_en", "a\x07b", "invisible control character"),
        ("short_name", "x" * 61, "at most 60 characters"),
    ],
)
def test_a_wrong_cell_is_refused_with_row_and_column(bring_in, organisation, column, cell, message):
    result = bring_in("organisations", [organisation("good"), organisation("bad") | {column: cell}])
    assert problems(result) == [(3, column)]
    assert message in result.problems[0].message
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("start_on", "03/04/2026", "two different days"),
        ("start_on", "2026-02-30", "no day of the calendar"),
        ("start_precision", "weekish", "not one of the codes"),
        ("status", "flourishing", "not one of the codes"),
    ],
)
def test_wrong_dates_and_states_are_refused(bring_in, column, cell, message):
    row = {
        "code": "x",
        "name_en": "X",
        "kind": "joint_centre",
        "start_on": "",
        "start_precision": "unknown",
        "status": "",
    }
    result = bring_in("alliances", [row | {column: cell}])
    assert problems(result) == [(2, column)]
    assert message in result.problems[0].message


def test_all_problems_of_a_file_are_told_at_once(bring_in, organisation):
    rows = [organisation("a", kind="x"), organisation("b"), organisation("c", name_en="", parent_code="nowhere")]
    result = bring_in("organisations", rows)
    assert problems(result) == [(2, "kind"), (4, "name_en"), (4, "parent_code")]
    assert result.refused == 2


def test_a_key_that_stands_twice_names_the_first_row(bring_in, organisation):
    result = bring_in("organisations", [organisation("a"), organisation("b"), organisation("a", city="Sendai")])
    assert problems(result) == [(4, "code")]
    assert "row 2" in result.problems[0].message


@pytest.mark.parametrize("line", ["a,A", "a,A,university,extra"])
def test_a_row_with_too_few_or_too_many_cells_is_refused(bring_in, line):
    result = bring_in("organisations", f"code,name_en,kind\n{line}\nb,B,university\n")
    assert problems(result) == [(2, "")]
    assert not Organisation.objects.exists()


def test_a_broken_rule_of_the_record_is_told_in_its_own_words(bring_in, world):
    row = {
        "code": "p", "owner_org_code": "north-host", "name_en": "P", "kind": "fellowship", "direction": "inbound",
        "min_days": "90", "max_days": "30",
    }  # fmt: skip
    good = row | {"code": "q", "max_days": "120"}
    result = bring_in("programmes", [good, row])
    assert problems(result) == [(3, "")]
    assert result.problems[0].message == "The shortest stay is longer than the longest."
    assert not Programme.objects.filter(code="q").exists()


def test_what_must_be_unique_beside_the_key_is_told(bring_in, organisation):
    ror = "https://ror.org/01dq60k83"
    result = bring_in("organisations", [organisation("a", ror_id=ror), organisation("b", ror_id=ror)])
    assert problems(result) == [(3, "")]
    assert "Another organisation already has this ROR id." in result.problems[0].message


def test_a_circle_of_units_is_refused(bring_in, organisation):
    result = bring_in("organisations", [organisation("a", parent_code="b"), organisation("b", parent_code="a")])
    assert problems(result) == [(2, "parent_code"), (3, "parent_code")]


def test_a_figure_that_the_portal_counts_may_be_repeated_but_not_contradicted(bring_in, world):
    row = {
        "code": "s", "person_code": world.north.fellow.person.code, "programme_code": "north-programme",
        "direction": "inbound", "host_org_code": "north-host", "start_on": "2026-06-01", "end_on": "2026-08-29",
        "days_in_place": "89", "status": "planned",
    }  # fmt: skip
    result = bring_in("demo_stays", [row])
    assert problems(result) == [(2, "days_in_place")]
    assert "counts 90" in result.problems[0].message
    assert bring_in("demo_stays", [row | {"days_in_place": "90"}]).created == 1


# -- states -----------------------------------------------------------------------------------------------------------


def test_a_state_changes_only_by_a_step(bring_in, world):
    stay = world.north.stay(state="active", code="s-1")
    result = bring_in("demo_stays", [stay_row(stay) | {"status": "closed"}])
    assert problems(result) == [(2, "status")]
    stay.refresh_from_db()
    assert stay.state == "active"


def test_a_record_may_be_entered_in_any_legal_state(bring_in, world):
    row = stay_row(world.north.stay(code="s-1")) | {"code": "s-2", "status": "closed"}
    assert bring_in("demo_stays", [row]).created == 1
    assert Stay.objects.get(code="s-2").state == "closed"


def stay_row(stay: Stay) -> dict[str, str]:
    resource = registry.find("demo_stays")
    (cells,) = exporting.rows_of(resource, Stay.objects.filter(pk=stay.pk))
    return dict(zip(resource.header(), cells, strict=True))


# -- people -----------------------------------------------------------------------------------------------------------


PERSON = {
    "code": "p1", "family_name": "Mihon", "given_name": "Hanako", "email": "Hanako@Example.org",
    "org_code": "north-host", "portal_roles": "visa_officer|home_office", "ui_language": "ja", "timezone": "Asia/Tokyo",
}  # fmt: skip


def test_a_person_entered_with_roles_gets_a_sign_in_without_password_and_her_seats(bring_in, world):
    bring_in("demo_people", [PERSON])
    person = Person.objects.get(code="p1")
    assert not person.user.has_usable_password()
    assert (person.user.email, person.user.language) == ("hanako@example.org", "ja")
    assert {(seat.role, seat.organisation) for seat in person.user.seats.all()} == {
        (Role.VISA_OFFICER, world.north.host),
        (Role.HOME_OFFICE, world.north.host),
    }
    assert bring_in("demo_people", [PERSON]).unchanged == 1


def test_roles_are_not_changed_by_a_file(bring_in, world):
    bring_in("demo_people", [PERSON])
    result = bring_in("demo_people", [PERSON | {"portal_roles": "alliance_admin"}])
    assert problems(result) == [(2, "portal_roles")]


def test_an_unknown_role_is_refused(bring_in, world):
    assert problems(bring_in("demo_people", [PERSON | {"portal_roles": "visa_officer|emperor"}])) == [
        (2, "portal_roles")
    ]


def test_a_desk_that_may_not_give_seats_cannot_give_them_by_a_file(bring_in, world):
    mine = PERSON | {"org_code": "north-home"}
    result = bring_in("demo_people", [mine | {"portal_roles": "alliance_admin"}], user=world.north.home_office)
    assert problems(result) == [(2, "")]
    assert not Person.objects.filter(code="p1").exists()
    assert bring_in("demo_people", [mine | {"portal_roles": ""}], user=world.north.home_office).created == 1


# -- other people's records -------------------------------------------------------------------------------------------


def programme_row(**cells) -> dict[str, str]:
    return {
        "code": "new", "owner_org_code": "north-host", "name_en": "P", "kind": "fellowship", "direction": "inbound"
    } | cells  # fmt: skip


def test_a_desk_enters_and_changes_its_own_records(bring_in, world):
    manager = world.north.manager
    assert bring_in("programmes", [programme_row()], user=manager).created == 1
    assert bring_in("programmes", [programme_row(name_en="Q")], user=manager).changed == 1


def test_a_foreign_record_cannot_be_changed(bring_in, world):
    row = programme_row(code="south-programme", name_en="Hijacked")
    result = bring_in("programmes", [row], user=world.north.manager)
    assert problems(result) == [(2, "code")]
    world.south.programme.refresh_from_db()
    assert world.south.programme.name_en == "South programme"


def facility(organisation: Organisation) -> Facility:
    return Facility.objects.create(
        code=f"clean-{organisation.code}",
        name_en="Clean room",
        organisation=organisation,
        kind="clean_room",
        status="operating",
        access_mode="joint_project",
    )


def exported_rows(table: str, *, actor) -> list[dict[str, str]]:
    """A table as this person exports it."""
    resource = registry.find(table)
    rows = exporting.rows_of(resource, export_queryset(resource=resource, actor=actor), reader=actor, complete=True)
    return [dict(zip(resource.header(complete=True), cells, strict=True)) for cells in rows]


def test_an_export_with_rows_of_others_changes_nothing_when_it_comes_back(bring_in, world):
    facility(world.south.host)
    facility(world.north.host)
    admin = world.north.alliance_admin
    result = bring_in("facilities", exported_rows("facilities", actor=admin), user=admin)
    assert (result.unchanged, result.problems) == (2, [])


SECRET = "They have never paid in time"


def with_note(model, side):
    """A row of this side, with an internal note, that the other side sees as well."""
    row = {Call: side.call, Programme: side.programme, Organisation: side.host, Alliance: side.alliance}[model]
    row.note_en = SECRET
    row.save()
    return row


@pytest.mark.parametrize(
    ("model", "table"),
    [(Call, "calls"), (Programme, "programmes"), (Organisation, "organisations"), (Alliance, "alliances")],
)
def test_internal_notes_on_public_rows_are_read_by_those_who_may_edit_them(bring_in, world, model, table):
    row = with_note(model, world.north)
    own, foreign = world.north.alliance_admin, world.south.alliance_admin
    assert SECRET in str(exported_rows(table, actor=own)) and SECRET in str(exported_rows(table, actor=None))
    theirs = exported_rows(table, actor=foreign)
    assert row.code in str(theirs) and SECRET not in str(theirs)
    result = bring_in(table, theirs, user=foreign)
    assert (result.changed, result.problems) == (0, [])
    assert type(row).objects.get(pk=row.pk).note_en == SECRET


def test_a_guessed_note_gets_the_same_answer_as_a_wrong_one(bring_in, world):
    with_note(Call, world.north)
    foreign = world.south.alliance_admin
    (row,) = [row for row in exported_rows("calls", actor=foreign) if row["code"] == world.north.call.code]
    answers = [bring_in("calls", [row | {"note_en": guess}], user=foreign).problems for guess in (SECRET, "No")]
    assert answers[0] == answers[1] != []


def test_of_an_export_only_the_changed_row_of_others_is_refused(bring_in, world):
    foreign = facility(world.south.host)
    facility(world.north.host)
    admin = world.north.alliance_admin
    rows = [row | {"name_en": "Renamed"} for row in exported_rows("facilities", actor=admin)]
    result = bring_in("facilities", rows, user=admin)
    assert (result.changed, result.refused) == (1, 1)
    assert result.problems[0].message == f"“{foreign.code}” is not among the records that you may change."
    foreign.refresh_from_db()
    assert foreign.name_en != "Renamed"


def test_a_record_named_by_several_columns_is_refused_with_all_of_them(bring_in, world):
    """In the table of problems the columns stand as the record is told: each with its part of the name."""
    make(KpiTarget, kpi=make(KpiDefinition, code="C03"), scope="Japan")
    (row,) = exported_rows("kpi_targets", actor=None)
    (problem,) = bring_in("kpi_targets", [row | {"source": "a rumour"}], user=world.north.alliance_admin).problems
    assert (problem.row, problem.column) == (2, "kpi_code / scope")
    assert problem.message.startswith("“C03 / Japan” is not among")
    (again,) = bring_in("kpi_targets", [row, row]).problems
    assert (again.row, again.column) == (3, "kpi_code / scope")


def test_one_fault_of_a_cell_is_told_in_one_sentence(bring_in):
    """A field that says what it wants is not followed by what Django says of its length."""
    row = {"currency": "EURO", "on_day": "2026-05-12", "to_jpy": "160", "to_usd": "1.1", "source": "bank"}
    (problem,) = bring_in("demo_exchange_rates", [row]).problems
    assert (problem.column, problem.message) == ("currency", "Write the currency in three letters, such as JPY or USD.")


def is_of_the_house(model) -> bool:
    """Whether everybody reads a table and no seat leads to its rows."""
    reached_by = (getattr(model.Scoping, name, ()) for name in ("organisations", "alliances", "programmes"))
    return getattr(model.Scoping, "public", None) == EVERYONE and not any(reached_by)


OF_THE_HOUSE = [resource._meta.table for resource in registry.tables() if is_of_the_house(resource._meta.model)]


@pytest.mark.parametrize("who", [Role.ALLIANCE_ADMIN, Role.PROGRAMME_MANAGER, Role.STARTUP_MANAGER, Role.KPI_AUDITOR])
@pytest.mark.parametrize("table", OF_THE_HOUSE)
def test_no_desk_rewrites_a_table_of_the_whole_house(bring_in, world, table, who):
    """What counts for every alliance belongs to none of them: its rows come from whoever runs the portal."""
    load_definitions()
    before = exported_rows(table, actor=None)
    row = before[0] if before else dict.fromkeys(registry.find(table).header(), "x")
    told = next((name for name in ("source", "note_en", "name_en") if name in row), list(row)[-1])
    result = bring_in(table, [row | {told: "a rumour"}], user=user_with_seat(who, world.south.host))
    assert result.problem_count and exported_rows(table, actor=None) == before


def test_a_record_cannot_be_entered_for_somebody_else(bring_in, world):
    result = bring_in("programmes", [programme_row(owner_org_code="south-host")], user=world.north.manager)
    assert problems(result) == [(2, "")]
    assert not Programme.objects.filter(code="new").exists()


def test_a_record_cannot_be_pushed_out_of_ones_own_reach(bring_in, world):
    result = bring_in(
        "programmes",
        [programme_row(code="north-programme", owner_org_code="south-host", alliance_code="")],
        user=world.north.manager,
    )
    assert problems(result) == [(2, "")]


def test_a_reference_to_a_foreign_record_looks_like_a_reference_to_nothing(bring_in, world):
    foreign = world.south.application(code="south-1")
    row = stay_row(world.north.stay(code="s-1")) | {"code": "s-2"}
    hidden = bring_in("demo_stays", [row | {"application_code": foreign.code}], user=world.north.manager)
    missing = bring_in("demo_stays", [row | {"application_code": "no-such"}], user=world.north.manager)
    assert problems(hidden) == problems(missing) == [(2, "application_code")]
    assert hidden.problems[0].message.replace("south-1", "no-such") == missing.problems[0].message


def test_a_reference_out_of_sight_may_stay_where_it_stands_and_go_nowhere_else(bring_in, world):
    people = {"requester": world.south.fellow.person, "invitee": world.north.host_researcher.person}
    event = make(Event, host_organisation=world.north.host, alliance=world.north.alliance)
    times = {"starts_at": world.now, "ends_at": world.now + dt.timedelta(hours=1), "timezone": "Asia/Tokyo"}
    visible = people | {"requester": world.north.fellow.person}
    for code, two in (("m-1", people), ("m-2", visible)):
        Meeting.objects.create(code=code, event=event, topic_en="Chips", **two, **times)
    admin = world.north.alliance_admin
    first, second = exported_rows("demo_meetings", actor=admin)
    assert bring_in("demo_meetings", [first, second], user=admin).unchanged == 2
    elsewhere = second | {"requester_code": first["requester_code"]}
    result = bring_in("demo_meetings", [first | {"place": "Room 2"}, elsewhere], user=admin)
    assert (result.changed, problems(result)) == (1, [(3, "requester_code")])


def test_a_code_out_of_sight_finds_the_row_it_names_and_no_other(bring_in, world):
    """A founder is named by startup and person: who stands in a row that one reads is known for that row."""
    stranger, unnamed = world.south.fellow.person, world.south.host_researcher.person
    founded, other = (StartupFactory(origin_organisation=world.north.host, cohort=None) for _number in range(2))
    Founder.objects.create(startup=founded, person=stranger, role_en="Chief", from_on=dt.date(2026, 4, 1))
    manager = user_with_seat(Role.STARTUP_MANAGER, world.north.host)
    assert not type(stranger).objects.visible_to(manager).filter(pk__in=(stranger.pk, unnamed.pk)).exists()
    (row,) = exported_rows("demo_founders", actor=manager)
    assert bring_in("demo_founders", [row], user=manager).unchanged == 1
    assert bring_in("demo_founders", [row | {"role_en": "Adviser"}], user=manager).changed == 1
    for wrong in (
        {"person_code": unnamed.code},
        {"person_code": "no-such"},
        {"startup_code": other.code},
        {"from_on": "2026-05-01"},
    ):
        result = bring_in("demo_founders", [row | wrong], user=manager)
        assert problems(result) == [(2, "person_code")]
        assert result.problems[0].message == f"Unknown person “{(row | wrong)['person_code']}”."


def test_a_hidden_row_named_by_a_code_out_of_sight_looks_like_none(bring_in, world, monkeypatch):
    """Her code stands in a row that one reads, and that must not tell of another row in which she stands."""
    stranger = world.south.fellow.person
    seen, other = (StartupFactory(origin_organisation=world.north.host, cohort=None) for _number in range(2))
    fields = {"person": stranger, "role_en": "Chief", "from_on": dt.date(2026, 4, 1)}
    Founder.objects.create(startup=seen, **fields)
    manager = user_with_seat(Role.STARTUP_MANAGER, world.north.host)
    (row,) = exported_rows("demo_founders", actor=manager)
    missing = bring_in("demo_founders", [row | {"startup_code": other.code}], user=manager)
    Founder.objects.create(startup=other, **fields)
    for name in ("visible_to", "editable_by"):
        reach = getattr(VentureQuerySet, name)
        monkeypatch.setattr(
            Founder._default_manager._queryset_class,
            name,
            lambda rows, user, reach=reach: (
                reach(rows, user).exclude(startup=other.pk) if rows.model is Founder else reach(rows, user)
            ),
        )
    hidden = bring_in("demo_founders", [row | {"startup_code": other.code}], user=manager)
    assert hidden.problems == missing.problems != []


def test_a_table_that_is_not_ones_work_is_refused(bring_in, world, organisation):
    for user in (world.north.fellow, world.north.stranger, world.north.payer_office):
        result = bring_in("organisations", [organisation("a")], user=user)
        assert problems(result) == [(0, "")]
    assert not Organisation.objects.filter(code="a").exists()


def test_a_unit_of_ones_own_organisation_can_be_entered(bring_in, world, organisation):
    result = bring_in(
        "organisations", [organisation("lab-2", parent_code="north-host")], user=world.north.alliance_admin
    )
    assert result.created == 1
    result = bring_in("organisations", [organisation("rogue")], user=world.north.alliance_admin)
    assert problems(result) == [(2, "")]


def application_row(application: Application) -> dict[str, str]:
    resource = registry.find("demo_applications")
    (cells,) = exporting.rows_of(resource, Application.objects.filter(pk=application.pk))
    return dict(zip(resource.header(), cells, strict=True))


# Neither a draft nor the person who has done nothing but draft is known to the desk.
HIDDEN = [(2, "code"), (2, "applicant_code")]


def test_a_draft_application_is_out_of_reach(bring_in, world):
    draft = world.north.application(state="draft", code="d-1")
    row = application_row(draft) | {"note_en": "read by staff"}
    assert problems(bring_in("demo_applications", [row], user=world.north.manager)) == HIDDEN


def test_a_hidden_record_is_refused_also_where_every_cell_is_guessed_right(bring_in, world):
    draft = world.north.application(state="draft", code="d-1")
    right = bring_in("demo_applications", [application_row(draft)], user=world.north.manager)
    assert (problems(right), right.unchanged) == (HIDDEN, 0)


# -- speed ------------------------------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow_with_the_rows(world):
    resource = registry.find("demo_stays")
    base = stay_row(world.north.stay(code="s-0"))

    def queries(name: str, count: int) -> int:
        rows = [base | {"code": f"{name}-{number}", "application_code": ""} for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert import_rows(resource, rows, user=world.north.manager).created == count
        # SQLite takes only so many values in one INSERT.
        return sum(not query["sql"].startswith("INSERT") for query in captured)

    queries("warm", 1)
    assert queries("a", 3) == queries("b", 300)


# -- out and in again -------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t'=+-@"), max_size=40)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXT.filter(str.strip), city=TEXT)
def test_any_text_survives_the_way_out_and_in(name, city):
    resource = registry.find("organisations")
    Organisation.objects.update_or_create(code="any", defaults={"name_en": name, "city": city, "kind": "other"})
    rows = exporting.rows_of(resource, Organisation.objects.filter(code="any"))
    content = b"".join(exporting.csv_pieces(resource.header(), rows, "csv")).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    result = import_rows(resource, [row])
    assert (result.problems, result.unchanged) == ([], 1)


@pytest.mark.parametrize(("form", "mark", "line_end"), [("csv", "\ufeff", "\r\n"), ("csv-plain", "", "\n")])
def test_a_long_file_goes_out_in_pieces_with_one_mark_of_its_encoding(form, mark, line_end):
    numbers = [str(number) for number in range(500)]
    pieces = list(exporting.csv_pieces(("number",), ([number] for number in numbers), form))
    assert len(pieces) == 3
    assert b"".join(pieces).decode() == mark + line_end.join(["number", *numbers, ""])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_that_excel_writes_comes_in(bring_in, organisation, encoding):
    rows = [organisation("a", name_ja="髙﨑①～大学")]
    assert bring_in("organisations", csv_text(rows).encode(encoding)).created == 1
    assert Organisation.objects.get().name_ja == "髙﨑①～大学"


def test_no_file_tells_which_application_was_referred_to_expert_review(bring_in, world):
    side = world.north
    states = {side.application(state).code: state for state in ("expert_review", "export_precheck", "submitted")}
    rows = sorted(
        exported_rows("demo_applications", actor=side.manager), key=lambda row: list(states).index(row["code"])
    )
    assert [row["status"] for row in rows] == ["export_precheck", "export_precheck", "submitted"]
    for guess, refused in (("expert_review", {4}), ("export_precheck", {4}), ("submitted", {2, 3})):
        result = bring_in("demo_applications", [row | {"status": guess} for row in rows], user=side.manager)
        assert {problem.row for problem in result.problems if problem.column == "status"} == refused, guess
        assert "expert_review" not in " ".join(str(problem.message) for problem in result.problems)
