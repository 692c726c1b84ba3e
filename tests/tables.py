"""The tables of a test run, which come from the models: what they say of themselves, and how they are emptied."""

from collections.abc import Iterable

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

FILLED_WHEN_MADE = {"django_content_type", "auth_permission"}


def say_that_migrations_made_them() -> None:
    """The database says of itself what one made by the migrations says."""
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(connection).graph.nodes:
        recorder.record_applied(app, name)


def emptying(_style, tables: Iterable[str], **_options) -> list[str]:
    """Statements to empty what has rows, after a test that commits.

    Django would have PostgreSQL make each of more than a hundred tables anew.
    """
    names = {table: connection.ops.quote_name(table) for table in tables if table not in FILLED_WHEN_MADE}
    looks = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})" for table, name in names.items())
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        return [f"DELETE FROM {names[table]}" for (table,) in cursor.fetchall()]
