"""New rows in bulk: by COPY on PostgreSQL, where it costs a fraction of an INSERT, by INSERT elsewhere."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connections, models, router

# Fields whose values go to the database as they are; most columns are of these kinds.
PLAIN = (
    models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.ForeignKey, models.UUIDField
)  # fmt: skip


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write new rows and give them their primary keys, as `bulk_create` does. Raises IntegrityError like it."""
    connection = connections[router.db_for_write(model)]
    if connection.vendor == "postgresql" and rows and not model._meta.parents:
        _copy_rows(connection, model, rows)
    else:
        model._base_manager.bulk_create(rows)


def _copy_rows(connection, model: type[models.Model], rows: Sequence[models.Model]) -> None:
    quoted, fields = connection.ops.quote_name, [f for f in model._meta.concrete_fields if not f.generated]
    table, columns = quoted(model._meta.db_table), ", ".join(quoted(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, model._meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
        values = [_value_of(field, connection) for field in fields]
        with connection.wrap_database_errors, cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([value(row) for value in values])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _value_of(field: models.Field, connection) -> Callable[[models.Model], Any]:
    """What finds the value of a field in a row, in the form that the database takes."""
    if isinstance(field, PLAIN):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)
