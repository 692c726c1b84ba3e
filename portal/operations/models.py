"""What the operation of the portal itself has to remember."""

from django.db import models


class LoadedDataset(models.Model):
    """A version of the data set that this database has taken in: the next start need not import it again."""

    digest = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.digest[:12]
