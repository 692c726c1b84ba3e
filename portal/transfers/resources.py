"""The base of all tables: explicit columns, a natural key, nothing that goes around a workflow."""

from copy import copy

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from import_export.resources import ModelResource

from portal.core.models import SourcedModel
from portal.core.scoping import internal_fields
from portal.transfers.aftermath import Aftermath
from portal.transfers.columns import Column, Reference


class TableResource(ModelResource):
    """A table as people see it in a spreadsheet.

    `Meta.table` is the name of its files, `Meta.order` its place in an import of many tables, `Meta.key` the columns
    that name a record, `Meta.fields` the header in order, `Meta.optional` further columns that may follow.
    A plain model field needs only its name in `fields`; columns with another name or meaning are declared.
    """

    columns: tuple[Column, ...] = ()
    aftermath: type[Aftermath] = Aftermath

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        column = Column(field_name)
        column.column_name = field_name
        return column

    @classmethod
    def bind(cls) -> None:
        """Put the columns in the order of the header and let them learn from the model."""
        names = cls.header(complete=True)
        if missing := set(names) - set(cls.fields):
            raise FieldDoesNotExist(f"{cls.__name__}: {sorted(missing)}")
        # Copied: tables with a common base declare a column once, and each of them binds its own.
        cls.fields = {name: copy(column) for name, column in cls.fields.items()}
        for name in names:
            cls.fields[name].bind(cls._meta.model)
        cls.columns = tuple(cls.fields[name] for name in names)

    @classmethod
    def header(cls, *, complete: bool = False) -> tuple[str, ...]:
        optional = getattr(cls._meta, "optional", ())
        return tuple(name for name in cls._meta.fields if complete or name not in optional)

    @classmethod
    def for_editors(cls) -> set[Column]:
        """Columns whose cells are for those who may edit the row: internal notes, and what no published table has."""
        internal, further = internal_fields(cls._meta.model), set(cls.header(complete=True)) - set(cls.header())
        return {
            column
            for column in cls.columns
            if column.column_name in further or not internal.isdisjoint(column.attributes)
        }

    @classmethod
    def key_columns(cls) -> tuple[Column, ...]:
        return tuple(cls.fields[name] for name in cls._meta.key)

    @classmethod
    def references(cls) -> tuple[Reference, ...]:
        return tuple(column for column in cls.columns if column.is_reference)

    @classmethod
    def self_reference(cls) -> Reference | None:
        """The column that names another row of the same table, such as a parent."""
        return next((c for c in cls.references() if c.target is cls._meta.model and not c.is_list), None)

    @classmethod
    def writes_in_bulk(cls) -> bool:
        """Whether saving a new record does nothing but fill derived columns and write the row.

        A model with a `save` of its own may still be plain for rows of a file: its resource says so in `Meta.plain`.
        """
        plain = cls._meta.model.save in (models.Model.save, SourcedModel.save)
        return (plain or getattr(cls._meta, "plain", False)) and cls.self_reference() is None

    def hold(self, keys: list[tuple]) -> None:
        """Lock what others lock before they lock these rows, which are named by their key and about to be locked."""

    def after_save(self, obj, *, created: bool, user) -> None:
        """What belongs to entering such a record; raise CellError to refuse the row."""

    def why_closed(self) -> str:
        """Why no file adds rows here; empty where a file may."""
        return ""

    def why_fixed(self, obj, column: str) -> str:
        """Why no file changes this cell of a record that exists; empty where a file may."""
        return ""
