"""The data set that comes with the portal: in, out, in again, and nothing has changed."""

import csv
import io
from itertools import product

import pytest

from portal.accounts.models import Person, Seat
from portal.accounts.roles import Role
from portal.alliances.models import Organisation
from portal.operations import dataset
from portal.transfers import exporting, formulas, registry
from portal.transfers.columns import InstantWidget
from portal.transfers.models import ImportJob
from portal.transfers.rules import may_export, may_import
from portal.transfers.services import export_queryset, import_files
from tests.factories import user_with_seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db):
    results = import_files(dataset.files())
    assert [result.problems for result in results if result.problems] == []
    return {result.table: result for result in results}


def exported(resource, form="csv-plain", *, complete=False, actor=None) -> bytes:
    queryset = export_queryset(resource=resource, actor=actor)
    rows = exporting.rows_of(resource, queryset, reader=actor, complete=complete)
    if form == "xlsx":
        with exporting.xlsx_file(resource, rows, complete=complete) as workbook:
            return workbook.read()
    return b"".join(exporting.csv_pieces(resource.header(complete=complete), rows, form))


def is_complete(path) -> bool:
    """Whether a file of the data set has the columns of its table that may be left out as well."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(next(csv.reader(file))) != registry.find(path.stem).header()


def test_every_file_has_a_table_with_exactly_its_header():
    for path in dataset.files():
        with path.open(encoding="utf-8", newline="") as file:
            header = tuple(next(csv.reader(file)))
        assert header == registry.find(path.stem).header(complete=is_complete(path)), path.name


def test_in_out_and_in_again_changes_nothing(loaded, tmp_path):
    assert sum(result.created for result in loaded.values()) == sum(rows_in(path) for path in dataset.files())
    for form, suffix in (("csv-plain", "csv"), ("csv", "csv"), ("xlsx", "xlsx")):
        paths = []
        for table in loaded:
            paths.append(tmp_path / f"{table}.{suffix}")
            paths[-1].write_bytes(exported(registry.find(table), form, complete=form == "csv"))
        for result in import_files(paths):
            assert result.problems == []
            assert (result.created, result.changed, result.unchanged) == (0, 0, loaded[result.table].created)


def test_what_a_desk_takes_out_comes_back_unchanged(loaded, tmp_path):
    """Whoever her rows name, among them people whom she sees nowhere else."""
    houses = Organisation.objects.filter(code__in=("tohoku", "uchicago"))
    for role, house in product((Role.STARTUP_MANAGER, Role.EVENT_ORGANISER, Role.ALLIANCE_ADMIN), houses):
        desk = user_with_seat(role, house)
        tables = [table for table in registry.tables() if may_import(desk, table) and may_export(desk, table)]
        paths = [tmp_path / f"{table._meta.table}.csv" for table in tables]
        for path, table in zip(paths, tables, strict=True):
            path.write_bytes(exported(table, complete=True, actor=desk))
        results = import_files(paths, user=desk)
        assert sum(result.unchanged for result in results) > 0
        for result in results:
            assert (result.problems, result.created, result.changed) == ([], 0, 0), (role, house.code, result.table)


def test_what_goes_out_is_what_came_in(loaded):
    for path in dataset.files():
        resource = registry.find(path.stem)
        original = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        complete = is_complete(path)
        out = list(csv.DictReader(io.StringIO(exported(resource, complete=complete).decode(), newline="")))
        instants = {
            name
            for name in resource.header(complete=complete)
            if isinstance(resource.fields[name].widget, InstantWidget)
        }
        for row in (*original, *out):
            for name, cell in row.items():
                # The offset in which an instant was written is not kept, and dangerous text goes out escaped.
                row[name] = InstantWidget().clean(cell) if name in instants and cell else formulas.unescape(cell)
        assert out == original, path.name


def test_imported_people_sign_in_without_password_and_hold_their_seats(loaded):
    taro = Person.objects.get(code="p02")
    assert taro.user.email == "taro.kakuu@example.org"
    assert not taro.user.has_usable_password()
    assert set(taro.user.seats.values_list("role", flat=True)) == {"home_office", "alliance_admin"}
    assert Seat.objects.filter(user__person__code="p07").get().role == "applicant"


def test_invented_rows_are_marked(loaded):
    assert not Person.objects.filter(is_demo=False).exists()


def test_every_import_leaves_its_trace(loaded):
    jobs = {job.table: job for job in ImportJob.objects.all()}
    assert set(jobs) == set(loaded)
    assert jobs["organisations"].created == loaded["organisations"].created
    assert jobs["organisations"].state == ImportJob.State.CONFIRMED


def rows_in(path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _row in csv.reader(file)) - 1
