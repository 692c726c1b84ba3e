"""Rows that many tests begin with: made once, and lent to one test after the other, each inside a savepoint.

A layer is a fixture whose rows lie below the tests that ask for it, such as `world`; a layer may stand on another. The
transaction that holds the rows stays open while tests of that layer follow one another (`in_order` sees to that), and
is rolled back before a test that does not ask for it. What a test does to the rows goes back with its savepoint, and
the objects that it gets are its own copies.
"""

import datetime as dt
import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation

LAYERS: dict[str, Callable[[dict], object]] = {}  # lower ones first


def layer(name: str):
    """Register what makes the rows of a layer; it is given the layers below by their names, and gives the fixture."""

    def register(make: Callable[[dict], object]) -> Callable[[dict], object]:
        LAYERS[name] = make
        return make

    return register


def wanted_by(test: pytest.Item) -> list[str]:
    """The layers below a test. One that really commits has none: it makes its rows itself, and they are deleted."""
    marker = test.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or "transactional_db" in test.fixturenames:
        return []
    return [name for name in LAYERS if name in test.fixturenames]


def in_order(tests: list[pytest.Item]) -> None:
    """Long tests first; then those that share layers follow one another, and otherwise all stay in their order."""
    tests.sort(key=lambda test: (not test.get_closest_marker("long"), -len(wanted_by(test))))


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Ground:
    """The layers that lie at the moment, each in a transaction (the lowest) or savepoint to be rolled back."""

    values: dict[str, object] = field(default_factory=dict)
    below: list[bytes] = field(default_factory=list)  # the values as they were before each layer
    copied: bytes = pickle.dumps({})  # the values, to be read back as a test's own: quicker by far than a deep copy
    blocks: list[ExitStack] = field(default_factory=list)
    day: dt.date | None = None

    def prepare(self, wanted: list[str]) -> dict[str, object]:
        """Have these layers lie, and no other; what was made for them, as the test's own copies."""
        if self.blocks and not self._is_sound():
            self.clear()
        while list(self.values) != wanted[: len(self.values)]:
            self._lift()
        for name in wanted[len(self.values) :]:
            self._lay(name)
        return pickle.loads(self.copied)

    def clear(self) -> None:
        while self.blocks:
            self._lift()

    def _is_sound(self) -> bool:
        """Not once a test has broken or closed the connection, and not tomorrow: the rows have dates."""
        broken = connection.closed_in_transaction or connection.needs_rollback
        return self.day == timezone.localdate() and not broken

    def _lay(self, name: str) -> None:
        self.day = timezone.localdate()
        with ExitStack() as block, translation.override("en"):
            block.enter_context(rolled_back())
            self.values[name] = LAYERS[name](self.values)
            self.below.append(
                self.copied
            )  # as before: making a layer uses what lies below, which then remembers scopes
            self.copied = pickle.dumps(self.values)
            self.blocks.append(block.pop_all())

    def _lift(self) -> None:
        self.copied = self.below.pop()
        self.values = pickle.loads(self.copied)
        self.blocks.pop().close()
