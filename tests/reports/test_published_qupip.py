"""The published figures of QUPIP (document 003): 32 fellows, 24 of them from overseas, 75 %.

Rebuilt from rows as an office brings them: tables of people and stays through the portal's own import.
"""

import csv
import io

import pytest

from portal.accounts.models import Person
from portal.accounts.roles import Role
from portal.figures import Period, compute, definition, find_subject
from portal.operations.dataset import FOLDER
from portal.reports.board import published_values
from portal.reports.models import KpiDefinition, KpiObservation
from portal.transfers.services import import_files
from tests.factories import user_with_seat

pytestmark = pytest.mark.django_db
OVERSEAS = ("harvard", "uchicago", "sapienza", "mainz")
TABLES = ("organisations", "alliances", "programmes", "checklist_templates", "kpi_definitions", "kpi_observations")


def table(header: str, rows: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return buffer.getvalue().encode()


@pytest.fixture
def fellows(tmp_path):
    """32 people in two fiscal years, 24 from institutions abroad; two of them came twice."""
    results = import_files([FOLDER / f"{name}.csv" for name in TABLES])
    assert not any(result.problems for result in results)
    people, stays = [], []
    for number in range(32):
        home = OVERSEAS[number % len(OVERSEAS)] if number < 24 else "utokyo"
        direction = "inbound" if number < 24 else "domestic"
        code = f"fellow-{number}"
        people.append([code, "Fellow", f"Number {number}", f"{code}@example.org", home, "document 003"])
        years = (2023, 2024) if number in (3, 30) else (2023 + number % 2,)
        for year in years:
            stays.append(
                [f"visit-{number}-{year}", code, "qupip", direction, home, "qup", f"{year}-06-01",
                 f"{year}-08-29", "closed", "document 003"]
            )  # fmt: skip
    (tmp_path / "demo_people.csv").write_bytes(table("code,family_name,given_name,email,org_code,source", people))
    (tmp_path / "demo_stays.csv").write_bytes(
        table(
            "code,person_code,programme_code,direction,home_org_code,host_org_code,start_on,end_on,status,source", stays
        )
    )
    results = import_files([tmp_path / "demo_people.csv", tmp_path / "demo_stays.csv"])
    assert [problem for result in results for problem in result.problems] == []
    return find_subject("programme:qupip")


def test_the_published_figures_come_out_of_the_imported_rows(fellows, settings):
    settings.PORTAL_DEMO = False
    two_years = Period(Period.fiscal(2023).first, Period.fiscal(2024).last)
    hosted = compute("X01", subject=fellows, period=two_years)
    assert hosted.value == len(hosted.ids()) == Person.objects.count() == 32
    overseas = compute("X02", subject=fellows, period=two_years)
    assert (overseas.numerator, overseas.denominator, overseas.value, overseas.text) == (24, 32, 75, "75 %")
    assert compute("X05", subject=fellows, period=two_years).value == 90


def test_published_and_computed_stand_side_by_side(fellows):
    """As far as the source says which days it speaks of: the published one names two years, but not which."""
    reader = user_with_seat(Role.PROGRAMME_MANAGER, fellows.organisation, email="reader@example.org")
    kpi = KpiDefinition.objects.get(code="X02")
    (row,) = published_values(kpi, definition("X02"), reader)
    assert (row.text, row.row.source, row.counted) == ("75 %", "doc:003", "—")
    KpiObservation.objects.filter(kpi=kpi).update(from_date=Period.fiscal(2023).first, to_date=Period.fiscal(2024).last)
    (row,) = published_values(kpi, definition("X02"), reader)
    assert row.counted == "75 %"
