"""Fill an empty portal with its data set, through the same import that a coordinator uses, and with demo sign-ins."""

import io

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

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
        try:
            call_command("import_csv", *files, tell_nobody=True, stdout=io.StringIO(), stderr=self.stderr)
        except CommandError:
            if not LoadedDataset.objects.exists():
                raise
            # What people did here meanwhile counts more than a newer set of examples.
            self.stdout.write("The portal keeps the data it has. For the new data set begin anew: `make clean`.")
        call_command("create_demo_signins", stdout=io.StringIO())
        LoadedDataset.objects.create(digest=digest)
