"""Collect new strings into the Japanese catalogue and compile it, the same way for everybody."""

from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal.operations import catalogues
from portal.operations.collecting import COLLECT, Collector


class Command(BaseCommand):
    help = "Collect new strings into the Japanese catalogue (needs gettext) and compile it (needs nothing)."
    requires_system_checks = []

    def handle(self, **options):
        call_command(Collector(stdout=self.stdout), **COLLECT)
        for source in catalogues.catalogue_files():
            catalogues.compile_catalogue(source)
            self.stdout.write(f"{catalogues.compiled_file(source)} compiled")
