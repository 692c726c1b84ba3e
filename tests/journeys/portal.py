"""A whole portal for the journeys: web, worker and scheduler as `make run` starts them, on a database of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0  # seconds until the first start with the whole data set has to answer
GOODBYE = 20.0  # seconds for everything to end


# No clock can be turned for programs that run elsewhere, so the stay is moved instead.
DAYS_PASS = """
import datetime as dt
from exchanges.models import Stay
stay, passed = Stay.objects.select_related("application").get(code="{stay}"), dt.timedelta(days={days})
for row, names in (
    (stay, ("start_on", "end_on", "original_end_on")),
    (stay.application, ("start_requested", "end_requested")),
    *((task, ("due_on",)) for task in stay.tasks.all()),
    *((offer, ("start_on", "end_on")) for offer in stay.application.offers.all()),
):
    for name in names:
        setattr(row, name, getattr(row, name) - passed)
    row.save(update_fields=names)
"""


@dataclass(frozen=True)
class Portal:
    """A running portal: where it answers, and with which environment its programs run."""

    address: str
    environment: dict[str, str]

    def let_the_clock_do(self, task: str) -> None:
        """Send the scheduler's message for one of its sweeps now, instead of waiting for the next tick."""
        command = [sys.executable, "-m", "celery", "-A", "portal", "call", task]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def let_days_pass(self, stay: str, days: int) -> None:
        """Everything about a stay lies so many days further back, as if they had passed."""
        command = [sys.executable, "manage.py", "shell", "--command", DAYS_PASS.format(stay=stay, days=days)]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def own_database(url: str | None) -> Iterator[str | None]:
    """A fresh database beside the tests' own one on PostgreSQL; None (embedded SQLite) where no server is given."""
    if not url:
        yield None
        return
    import psycopg

    name = f"journey_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def running_portal(var_dir: Path, *, database_url: str | None, redis_url: str | None) -> Iterator[Portal]:
    """A portal that runs as a demo with the whole data set; ended with the block."""
    port = free_port()
    address = f"http://localhost:{port}"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PORTAL_TESTING", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PG")
    }
    environment |= {"PORTAL_DEMO": "1", "BASE_URL": address, "VAR_DIR": str(var_dir), "PYTHONUNBUFFERED": "1"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    if redis_url:
        environment["REDIS_URL"] = redis_url
    log = var_dir / "portal.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_portal", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(f"{address}/readyz/pages", process, log)
        yield Portal(address, environment)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(GOODBYE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The portal ended at its start:\n{log.read_text(errors='replace')[-4000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The portal did not answer in {PATIENCE:.0f} s:\n{log.read_text(errors='replace')[-4000:]}")
