"""Export a table with the header and the values that import_csv takes."""

import shutil
import sys
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from portal.transfers import exporting, registry
from portal.transfers.management.commands.import_csv import user_named
from portal.transfers.services import export_queryset


class Command(BaseCommand):
    help = "Write a table as CSV (UTF-8) or XLSX, to the standard output or a file."

    def add_arguments(self, parser):
        parser.add_argument("table")
        parser.add_argument("--format", choices=("csv", "xlsx"), default="csv")
        parser.add_argument("--as", dest="email", metavar="E-MAIL", help="only what this person may see")
        parser.add_argument("--output", metavar="FILE", help="write here instead of to the standard output")
        parser.add_argument("--all-columns", action="store_true", help="with the optional columns")

    def handle(self, *, table, format, email, output, all_columns, **options):
        resource = registry.find(table)
        if resource is None:
            raise CommandError(f"There is no table “{table}”. Tables: {', '.join(registry.names())}")
        try:
            reader = user_named(email)
            queryset = export_queryset(resource=resource, actor=reader)
        except PermissionDenied:
            raise CommandError(f"{email} may not export {table}.") from None
        rows = exporting.rows_of(resource, queryset, reader=reader, complete=all_columns)
        if output:
            with Path(output).open("wb") as target:
                self._write(resource, rows, format, all_columns, target)
        else:
            self._write(resource, rows, format, all_columns, getattr(self.stdout, "buffer", None) or sys.stdout.buffer)

    @staticmethod
    def _write(resource, rows, format, complete, target):
        if format == "xlsx":
            with exporting.xlsx_file(resource, rows, complete=complete) as workbook:
                shutil.copyfileobj(workbook, target)
            return
        for piece in exporting.csv_pieces(resource.header(complete=complete), rows, "csv-plain"):
            target.write(piece)
        target.flush()
