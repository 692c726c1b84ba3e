"""The data set that comes with the portal: its files in the order in which they refer to each other."""

import hashlib
from pathlib import Path

from django.conf import settings

from portal.transfers import registry

FOLDER = Path(settings.BASE_DIR) / "portal" / "data"


def files() -> list[Path]:
    """One file for each table, what is referred to before what refers to it."""
    return [file for table in registry.names() if (file := FOLDER / f"{table}.csv").exists()]


def digest() -> str:
    """Changes whenever a file of the data set does."""
    whole = hashlib.sha256()
    for file in files():
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
