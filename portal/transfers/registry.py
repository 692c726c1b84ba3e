"""All tables that go in and out, in the order in which they refer to each other."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.transfers.problems import FileError

_TABLES: dict[str, type] = {}


def register(resource: type) -> type:
    """Class decorator: make a TableResource known under its table name."""
    resource.bind()
    _TABLES[resource._meta.table] = resource
    return resource


def tables() -> list[type]:
    """Resources in import order."""
    return sorted(_TABLES.values(), key=lambda resource: (resource._meta.order, resource._meta.table))


def names() -> list[str]:
    return [resource._meta.table for resource in tables()]


def find(name: str) -> type | None:
    """The resource of a table; `people` and `demo_people` name the same one."""
    return _TABLES.get(name) or _TABLES.get(f"demo_{name}")


def of_model(model: type) -> Iterator[type]:
    return (resource for resource in tables() if resource._meta.model is model)


def told_by(file_name: str) -> type:
    """The resource that a file name tells: `events.csv`, `events-2026-11-21.xlsx`, `events (1).csv`."""
    stem = re.sub(r"\.(csv|tsv|txt|xlsx)$", "", file_name, flags=re.IGNORECASE)
    for candidate in (stem, re.split(r"[-. (]", stem)[0]):
        if resource := find(candidate.lower()):
            return resource
    raise FileError(
        _("The file name does not tell the table. Name it after one of these: %(tables)s.")
        % {"tables": ", ".join(names())}
    )
