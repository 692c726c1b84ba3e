"""Fail on strings that a Japanese reader would see in English, and on compiled catalogues that are out of date."""

import shutil

from django.core.management.base import BaseCommand, CommandError

from portal.operations import catalogues
from portal.operations.collecting import strings_of_the_code


class Command(BaseCommand):
    help = "Fail on missing, untranslated or fuzzy strings and on stale compiled catalogues."
    requires_system_checks = []

    def handle(self, **options):
        needed: set[tuple[str | None, str]] = set()
        if shutil.which("xgettext"):
            needed = strings_of_the_code()
        else:
            self.stdout.write("xgettext is not installed: strings that were never collected are not looked for.")
        sources = catalogues.catalogue_files()
        lines = [
            line
            for source in sources
            for line in catalogues.faults(source, frozenset(needed if catalogues.translates(source) else ()))
        ]
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
