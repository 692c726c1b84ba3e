"""What a picture shows is kept for a few minutes: it changes by the day, and the history behind it is long."""

from collections.abc import Callable

from django.core.cache import cache

SECONDS = 300


def kept(name: str, *parts, gather: Callable[[], object]):
    """The plain data of a picture for these parts (whose, which year, which day), gathered where it is not kept."""
    key = ":".join(str(part) for part in ("picture", name, *parts))
    return cache.get_or_set(key, gather, SECONDS)
