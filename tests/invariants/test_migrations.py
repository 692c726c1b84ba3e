"""The migrations make the tables that the models describe: other tests take their tables from the models."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

IN_POSTGRESQL = """
    SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attcollation)
      FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %(table)s::regclass
    UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %(table)s::regclass
"""
IN_SQLITE = "SELECT sql FROM sqlite_master WHERE tbl_name = %(table)s AND sql IS NOT NULL"


def parts(statement: str) -> list[str]:
    """A CREATE TABLE as its columns and constraints; any other statement whole."""
    if not statement.startswith("CREATE TABLE"):
        return [statement]
    found, depth = [""], 0
    for character in statement[statement.index("(") + 1 : -1]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return [part.strip() for part in found]


def words(database: BaseDatabaseWrapper, table: str) -> set[str]:
    """What the database itself says of a table: columns, keys, checks, indexes with their conditions."""
    with database.cursor() as cursor:
        cursor.execute(IN_POSTGRESQL if database.vendor == "postgresql" else IN_SQLITE, {"table": table})
        return {part for (statement,) in cursor.fetchall() for part in parts(statement)}


def tables() -> list[str]:
    models = apps.get_models(include_auto_created=True)
    ours = ("portal", "exchanges", "workshops", "startups")
    return sorted({model._meta.db_table for model in models if model.__module__.startswith(ours)})


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """The tests' own database without a transaction, in which no other can be made; under the name that asks for it."""
    with django_db_blocker.unblock():
        yield connection


@pytest.fixture
def beside(tmp_path, db):
    """The tests' own database, and an empty one beside it."""
    on_server = connection.vendor == "postgresql"
    name = f"{connection.settings_dict['NAME']}_beside" if on_server else str(tmp_path / "beside.sqlite3")
    connections.databases["beside"] = {**connection.settings_dict, "NAME": name}
    if on_server:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    yield db, connections["beside"]
    connections["beside"].close()
    if on_server:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
    del connections["beside"], connections.databases["beside"]


@pytest.mark.long
def test_migrations_and_models_make_the_same_tables(beside):
    own, migrated = beside
    call_command("migrate", database=migrated.alias, verbosity=0)
    names = tables()
    assert len(names) > 100
    differing = {name: words(own, name) ^ words(migrated, name) for name in names}
    assert not {name: said for name, said in differing.items() if said}
    # The control: a condition, a column or an index more would be seen.
    for name, statement in CHANGES.items():
        before = words(migrated, name)
        with migrated.cursor() as cursor:
            cursor.execute(statement)
        assert words(migrated, name) != before, statement


CHANGES = {
    "core_auditentry": "CREATE INDEX one_more ON core_auditentry (verb) WHERE verb <> 'x'",
    "workshops_meeting": "ALTER TABLE workshops_meeting ADD COLUMN one_more integer",
    "programmes_call": "ALTER TABLE programmes_call RENAME COLUMN places TO one_more",
}


def test_a_table_falls_into_its_parts():
    statement = 'CREATE TABLE "a" ("id" integer, "b" numeric(5, 2), CONSTRAINT "c" CHECK ("b" IN (1, 2)))'
    assert parts(statement) == ['"id" integer', '"b" numeric(5, 2)', 'CONSTRAINT "c" CHECK ("b" IN (1, 2))']
