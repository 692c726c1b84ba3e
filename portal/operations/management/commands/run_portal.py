"""The whole portal in the foreground: web, worker and scheduler under one supervisor; what `make run` ends in."""

import errno
import http.client
import socket
import sys
import time
import warnings
from collections.abc import Sequence
from functools import partial
from runpy import run_module

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from portal.accounts.demo import demo_people
from portal.operations import catalogues
from portal.operations.supervisor import Program, Supervisor

HOST = "127.0.0.1"  # loopback only: a demo trusts whoever reaches it
# Not worth a warning here: in a fresh virtual machine one is root, and static files come from their source folders.
QUIET = ("You're running the worker with superuser privileges", "No directory at")
PROBE_PATIENCE = 1.0  # seconds
PROBE_PAUSE = 0.1


class Command(BaseCommand):
    help = "Prepare the database, load the data of the demo, and run web, worker and scheduler until Ctrl-C."
    requires_system_checks = []  # `migrate` makes them, where there is something to migrate

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, port: int, **options):
        require_free_port(port)
        try:
            self.prepare()
        except KeyboardInterrupt:
            raise CommandError("Stopped before everything was prepared; the next start goes on from here.") from None
        connections.close_all()
        for message in QUIET:
            warnings.filterwarnings("ignore", message)
        supervisor = Supervisor(
            [Program(name, partial(run_as_command, line)) for name, line in command_lines(port).items()],
            out=sys.stdout,
            is_ready=Probe(port),
            on_ready=lambda: self.announce(port),
        )
        sys.exit(supervisor.run())

    def prepare(self) -> None:
        for source in catalogues.compile_changed(catalogues.catalogue_files()):
            self.stdout.write(f"Compiled {source.relative_to(settings.BASE_DIR)}")
        if has_migrations_to_apply():
            self.stdout.write("Creating or updating the database …")
            call_command("migrate", interactive=False, verbosity=0)
        if settings.PORTAL_DEMO:
            call_command("load_demo", stdout=self.stdout)

    def announce(self, port: int) -> None:
        self.stdout.write(f"\nThe portal is up:  http://localhost:{port}/\n")
        if settings.PORTAL_DEMO:
            self.stdout.write("On its home page you can look around, without a password, as")
            for demo in demo_people():
                self.stdout.write(f"  {demo.sign_in.part:<34}{demo.person.user.email:<36}{demo.person}")
        self.stdout.write("\nCtrl-C ends everything.\n\n")
        self.stdout.flush()


def require_free_port(port: int) -> None:
    """Refuse a port that somebody else listens on, in one sentence."""
    with socket.socket() as probe:
        # As the web server does it: connections that are just closing do not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OverflowError:
            raise CommandError(f"{port} is no port: choose one between 1024 and 65535.") from None
        except PermissionError:
            raise CommandError(f"Port {port} needs more rights: choose one above 1023 (make run PORT=8000).") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise CommandError(
                f"Port {port} is taken by another program: stop it, or choose another one (make run PORT={port + 1})."
            ) from None


def has_migrations_to_apply() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def command_lines(port: int) -> dict[str, list[str]]:
    """What runs, by name: the same programs as in production, sized for one person's machine."""
    web = ["gunicorn", "portal.wsgi", "--bind", f"{HOST}:{port}", "--log-level", "warning"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
    celery = ["celery", "--quiet", "--app", "portal"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--without-mingle", "--without-gossip"]
    # Without Redis messages lie in a folder, which one worker process reads.
    worker += ["--pool", "prefork", "--concurrency", "2"] if settings.REDIS_URL else ["--pool", "solo"]
    beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]
    # A schedule file for each port: two portals may run from one checkout.
    beat += ["--schedule", str(settings.VAR_DIR / f"beat-{port}")]
    return {"web": web, "worker": worker, "beat": beat}


def run_as_command(line: Sequence[str]) -> None:
    """`python -m line…` in this process."""
    sys.argv = list(line)
    run_module(line[0], run_name="__main__", alter_sys=True)


class Probe:
    """Asks the web server whether it answers, not more often than it makes sense."""

    def __init__(self, port: int):
        self.port = port
        self._next = time.monotonic()

    def __call__(self) -> bool:
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + PROBE_PAUSE
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PROBE_PATIENCE)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
