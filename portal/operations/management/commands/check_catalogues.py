"""Fail on strings that a Japanese reader would see in English, and on compiled catalogues that are out of date."""

import shutil

import polib
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.operations import catalogues
from portal.operations.collecting import COLLECT, Collector


class Reader(Collector):
    """The collection of strings, keeping them instead of writing them into the catalogues."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.found: set[tuple[str | None, str]] = set()

    def write_po_file(self, potfile, locale):
        self.found |= {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(potfile))}


class Command(BaseCommand):
    help = "Fail on missing, untranslated or fuzzy strings and on stale compiled catalogues."
    requires_system_checks = []

    def handle(self, **options):
        needed: set[tuple[str | None, str]] = set()
        if shutil.which("xgettext"):
            collector = Reader(stdout=self.stdout)
            call_command(collector, **COLLECT, verbosity=0)
            needed = collector.found
        else:
            self.stdout.write("xgettext is not installed: strings that were never collected are not looked for.")
        sources = catalogues.catalogue_files()
        lines = [line for source in sources for line in catalogues.faults(source, frozenset(needed))]
        lines += [
            f"{catalogues.compiled_file(source)}: stale, run `make messages`"
            for source in sources
            if catalogues.is_stale(source)
        ]
        for line in lines:
            self.stdout.write(line)
        if lines or not sources:
            raise CommandError(f"{len(lines)} faults in {len(sources)} catalogues")
        self.stdout.write(f"{len(sources)} catalogues are complete and compiled.")
