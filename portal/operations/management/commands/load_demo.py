"""Fill an empty portal with its data set, through the same import that a coordinator uses, and with demo sign-ins."""

import io

from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal.operations import dataset
from portal.operations.models import LoadedDataset


class Command(BaseCommand):
    help = "Import the data set that comes with the portal and create the demo sign-ins; does nothing the second time."

    def handle(self, **options):
        digest = dataset.digest()
        if LoadedDataset.objects.filter(digest=digest).exists():
            return
        files = [str(file) for file in dataset.files()]
        self.stdout.write(f"Importing the data set ({len(files)} tables) …")
        call_command("import_csv", *files, stdout=io.StringIO(), stderr=self.stderr)
        call_command("create_demo_signins", stdout=io.StringIO())
        LoadedDataset.objects.create(digest=digest)
