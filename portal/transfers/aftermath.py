"""What an import brings about beyond its rows, once for all its files: whoever has to be told is told."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import models


class Aftermath:
    """Lives through one import, which may have several files; the tables that name the same class share one.

    It works in the transaction of the import, so a trial and a refused file undo all it does. `mails` counts what it
    has written.
    """

    def __init__(self):
        self.mails = 0

    def before(self, rows: Sequence[models.Model]) -> None:
        """Rows about to be written; the database still holds them as they were."""

    def after(self, rows: Sequence[models.Model]) -> None:
        """The same rows, written."""

    def settle(self, *, user, now: dt.datetime) -> Iterable[tuple[models.Model, str]]:
        """Everything is written: do what follows. Answers rows that cannot stay as they are, each with a sentence."""
        return ()


class Aftermaths:
    """The aftermaths of one import, one of each kind; nothing follows from an import that tells nobody."""

    def __init__(self, *, tells: bool = True):
        self.tells = tells
        self.known: dict[type[Aftermath], Aftermath] = {}

    def of(self, resource: type) -> Aftermath:
        kind = resource.aftermath if self.tells else Aftermath
        if kind not in self.known:
            self.known[kind] = kind()
        return self.known[kind]
