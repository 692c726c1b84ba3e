import csv
import io

import pytest
from django.core.management import CommandError, call_command

from portal.alliances.models import Alliance, Organisation
from portal.core.models import AuditEntry
from portal.transfers.models import ImportJob

pytestmark = pytest.mark.django_db


def run(*arguments) -> tuple[int, str, str]:
    """Exit status, output and error output of a command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), err.getvalue() + str(error)
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def organisations(tmp_path):
    path = tmp_path / "organisations.csv"
    path.write_text("code,name_en,kind\na,A,university\nb,B,company\n")
    return path


def test_the_file_name_tells_the_table(organisations):
    assert run("import_csv", organisations) == (0, "organisations: 2 created, 0 changed, 0 unchanged\n", "")
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize("name", ["organisations-2026-11-21.csv", "organisations (1).csv", "ORGANISATIONS.CSV"])
def test_the_file_name_may_carry_what_browsers_add(organisations, name):
    assert run("import_csv", organisations.rename(organisations.with_name(name)))[0] == 0


def test_a_name_that_tells_nothing_needs_the_table(organisations):
    path = organisations.rename(organisations.with_name("list.csv"))
    status, _out, err = run("import_csv", path)
    assert status == 1
    assert err.startswith("list.csv:0:: The file name does not tell the table.")
    assert run("import_csv", "--table", "organisations", path)[0] == 0


def test_each_error_is_one_line_with_its_place(organisations):
    organisations.write_text("code,name_en,kind,parent_code\na,A,uni,\nb,,company,x\n")
    status, out, err = run("import_csv", organisations)
    lines = err.splitlines()
    assert (status, out) == (1, "")
    assert [line.rpartition(": ")[0].split(": ")[0] for line in lines[:3]] == [
        "organisations.csv:2:kind",
        "organisations.csv:3:name_en",
        "organisations.csv:3:parent_code",
    ]
    assert lines[-1] == "Nothing was imported."


def test_files_are_imported_in_the_order_in_which_they_refer_to_each_other(organisations, tmp_path):
    alliances = tmp_path / "alliances.csv"
    alliances.write_text("code,name_en,kind,lead_org_code\nx,X,joint_centre,a\n")
    assert run("import_csv", alliances, organisations)[0] == 0
    assert Alliance.objects.get().lead.code == "a"


def test_one_bad_row_in_one_file_keeps_all_files_out(organisations, tmp_path):
    alliances = tmp_path / "alliances.csv"
    alliances.write_text("code,name_en,kind\nx,X,club\n")
    assert run("import_csv", organisations, alliances)[0] == 1
    assert not Organisation.objects.exists()
    assert not ImportJob.objects.exists()


def test_a_dry_run_says_what_would_happen(organisations):
    status, out, _err = run("import_csv", "--dry-run", organisations)
    assert (status, out) == (0, "organisations: 2 created, 0 changed, 0 unchanged (dry run)\n")
    assert not Organisation.objects.exists()


def test_an_import_as_somebody_goes_as_far_as_that_person(world, organisations):
    email = world.north.alliance_admin.email
    status, _out, err = run("import_csv", "--as", email, organisations)
    assert status == 1
    assert "organisations.csv:2:" in err
    organisations.write_text("code,name_en,kind,parent_code\nlab,Lab,other,north-host\n")
    assert run("import_csv", "--as", email, organisations)[0] == 0
    assert ImportJob.objects.get().user == world.north.alliance_admin


def test_nobody_and_nothing_are_told(organisations):
    assert run("import_csv", "--as", "nobody@example.org", organisations)[2] == "Nobody signs in as nobody@example.org."
    assert "There is no table “flowers”." in run("import_csv", "--table", "flowers", organisations)[2]
    assert "There is no table “flowers”." in run("export_csv", "flowers")[2]
    assert run("import_csv", organisations.with_name("alliances.csv"))[0] == 1


def test_an_export_can_be_imported(organisations, tmp_path):
    run("import_csv", organisations)
    for form in ("csv", "xlsx"):
        target = tmp_path / f"organisations-out.{form}"
        assert run("export_csv", "organisations", "--format", form, "--output", target)[0] == 0
        assert run("import_csv", target)[1] == "organisations: 0 created, 0 changed, 2 unchanged\n"


def test_an_export_as_somebody_holds_what_that_person_sees_and_is_recorded(world, tmp_path):
    world.north.stay(code="n-1")
    world.south.stay(code="s-1")
    target = tmp_path / "out.csv"
    run("export_csv", "demo_stays", "--as", world.north.manager.email, "--output", target)
    with target.open(newline="") as file:
        assert [row["code"] for row in csv.DictReader(file)] == ["n-1"]
    entry = AuditEntry.objects.get(verb="transfers.exported")
    assert (entry.actor, entry.detail) == (world.north.manager, {"table": "demo_stays", "rows": 1})
    assert run("export_csv", "demo_stays", "--as", world.north.stranger.email)[0] == 1
