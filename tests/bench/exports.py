"""Rows a second out of the table of people as CSV, beside PostgreSQL's own COPY; and how much memory that takes."""

import time
import tracemalloc

from django.db import connection, transaction

from portal.accounts.models import Person
from portal.accounts.resources import PersonResource
from portal.transfers.exporting import csv_pieces, rows_of
from tests.bench.figures import multiply
from tests.bench.measure import Row, limit_row, time_row

ROWS = 100_000
TARGET = 4
FIRST_BYTE = 1.0  # seconds
MEMORY = 30  # MB above what there was, however many rows
PLAIN = ", ".join(
    f"person.{column.attribute}" for column in PersonResource.columns if not column.is_reference
)  # the columns of the file that stand in the table itself


def measure_exports() -> list[Row]:
    with transaction.atomic():
        person = Person.objects.get(code="p08")
        multiply(
            person, ROWS, code="'bench-' || n", email="'bench-' || n || '@example.org'", orcid="''", user_id="NULL",
            family_name="'Example' || n",
        )  # fmt: skip
        least = floor()
        first, taken = export()
        tracemalloc.start()
        export()
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        transaction.set_rollback(True)
    return [
        time_row(f"export: {ROWS} people as CSV", taken, "s", least, TARGET),
        limit_row("export: first byte", round(first, 3), "s", FIRST_BYTE),
        limit_row("export: memory", round(peak / 1e6, 1), "MB", MEMORY),
    ]


def export() -> tuple[float, float]:
    """Seconds to the first piece, and to the last."""
    started = time.perf_counter()
    pieces = csv_pieces(PersonResource.header(), rows_of(PersonResource, Person.objects.order_by("pk")), "csv")
    next(pieces)
    first = time.perf_counter() - started
    for _piece in pieces:
        pass
    return first, time.perf_counter() - started


def floor() -> float:
    started = time.perf_counter()
    statement = (
        f"COPY (SELECT {PLAIN}, organisation.code FROM accounts_person person LEFT JOIN alliances_organisation "
        "organisation ON organisation.id = person.organisation_id ORDER BY person.id) TO STDOUT WITH (FORMAT csv)"
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for _piece in copy:
            pass
    return time.perf_counter() - started
