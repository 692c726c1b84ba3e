"""How much memory a web process and a worker hold, and whether that grows with their work: each in a fresh process."""

import subprocess
import sys
from pathlib import Path

from tests.bench.measure import Row, limit_row

MOST = 200  # MB
GROWTH = 10  # MB from the first tenth of the work to its end
ROUNDS = 1_000


def measure_memory() -> list[Row]:
    rows = []
    for name, act in (("web process", "serve"), ("worker", "sweep")):
        command = [sys.executable, "-c", f"from tests.bench.memory import {act}; {act}()"]
        output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600).stdout
        early, late = (float(number) for number in output.split()[-2:])
        rows += [
            limit_row(f"memory: {name} after {ROUNDS} rounds", late, "MB", MOST),
            limit_row(f"memory: {name}, growth", round(late - early, 1), "MB", GROWTH),
        ]
    return rows


def serve() -> None:
    """Public pages, a fellow's and a coordinator's, over and over."""
    _set_up()
    from django.urls import reverse

    from tests.bench.pages import client_of

    visitor, fellow, manager = map(client_of, (None, "camille.exemple@example.org", "ken.karina@example.org"))
    addresses = (
        (visitor, reverse("home:index")),
        (fellow, reverse("home:desk")),
        (manager, reverse("admin:accounts_person_changelist")),
        (visitor, reverse("workshops:index")),
    )
    _watch(lambda number: addresses[number % len(addresses)][0].get(addresses[number % len(addresses)][1]))


def sweep() -> None:
    """What the scheduler asks of a worker, over and over."""
    _set_up()
    from django.utils import timezone

    from portal.outbox.delivery import deliver
    from portal.reminders.planning import plan

    _watch(lambda number: deliver(limit=0) if number % 10 else plan(now=timezone.now()))


def _set_up() -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.ROOT_URLCONF, settings.PORTAL_DEMO = "tests.bench.urls", True


def _watch(act) -> None:
    """Print the resident megabytes after a tenth of the rounds and after all of them."""
    for number in range(1, ROUNDS + 1):
        act(number)
        if number in (ROUNDS // 10, ROUNDS):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            print(round(pages * 4096 / 1e6, 1), flush=True)
