"""Acts that start together, for tests of races: they need a database that locks rows, so SQLite leaves them out."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

needs_row_locks = pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL")


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Start the acts together, each in its own connection; their results or what they raised, in order."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results
