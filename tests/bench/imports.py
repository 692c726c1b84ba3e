"""Rows a second into the table of people, beside validating them in Python and copying them into PostgreSQL."""

import csv
import io
import time
import uuid

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from portal.accounts.models import Person
from portal.accounts.models.person import search_form
from portal.accounts.resources import PersonResource
from portal.alliances.models import Organisation
from portal.transfers.services import import_rows
from tests.bench.measure import Row, rate_row

ROWS = 5_000
TARGET = 4
COLUMNS = (
    "code", "family_name", "given_name", "name_order", "email", "org_code", "position_en", "career_stage", "side",
    "ui_language", "timezone", "source",
)  # fmt: skip


def people(prefix: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for n in range(ROWS):
        writer.writerow([
            f"{prefix}{n}", f"Example{n}", "Robin", "given_first", f"{prefix}{n}@example.org", "tohoku", "Student",
            "doctoral_student", "jp", "en", "Asia/Tokyo", "invented",
        ])  # fmt: skip
    return text.getvalue()


def floor() -> float:
    """Validate in Python + COPY: the same fields, cleaned one by one, and one COPY with constraints and indexes."""
    content = people("floor")
    tohoku = Organisation.objects.get(code="tohoku")
    empty = {
        field.name: field.get_default() or ""
        for field in Person._meta.fields
        if not field.null and not field.is_relation and field.name not in ("id", "public_id", "is_demo")
    }
    started = time.perf_counter()
    with transaction.atomic():
        rows = []
        for row in csv.DictReader(io.StringIO(content)):
            values = empty | {name: value for name, value in row.items() if name != "org_code"}
            for name in ("code", "family_name", "given_name", "email", "career_stage", "side", "timezone"):
                try:
                    Person._meta.get_field(name).clean(values[name], None)
                except ValidationError as error:
                    raise RuntimeError(name) from error
            values |= {"search_key": search_form(f"{row['family_name']} {row['given_name']} {row['email']}")}
            values |= {"public_id": uuid.uuid4(), "is_demo": True, "organisation_id": tohoku.pk}
            values |= {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
            rows.append(values)
        columns = list(rows[0])
        with connection.cursor() as cursor:
            statement = f"COPY {Person._meta.db_table} ({', '.join(columns)}) FROM STDIN"
            with cursor.cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row([row[column] for column in columns])
        taken = time.perf_counter() - started
        transaction.set_rollback(True)
    return ROWS / taken


def measure_imports() -> list[Row]:
    rows = list(csv.DictReader(io.StringIO(people("bench"))))
    best = floor()
    started = time.perf_counter()
    with transaction.atomic():
        result = import_rows(PersonResource, rows)
        created = time.perf_counter() - started
        if result.problem_count:
            raise RuntimeError(result.problems[:3])
        started = time.perf_counter()
        import_rows(PersonResource, rows)
        unchanged = time.perf_counter() - started
        transaction.set_rollback(True)
    return [
        rate_row(f"import: {ROWS} new people", ROWS / created, "rows/s", best, TARGET),
        rate_row(f"import: {ROWS} unchanged people", ROWS / unchanged, "rows/s", best, TARGET),
    ]
