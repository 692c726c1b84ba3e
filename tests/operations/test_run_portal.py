"""`manage.py run_portal` with real processes: it comes up, says so, and leaves nothing behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError

from portal.operations.management.commands.run_portal import Probe, command_lines, require_free_port
from tests.servers import free_port

pytestmark = pytest.mark.once


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """The folder of one portal: its database is made once, and the portal comes up again on it."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def start(var):
    """Starts the command in an environment of its own; whatever a test leaves running is killed."""
    started = []

    def run(*arguments):
        environment = {
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(var),
            "ENV_FILE": os.devnull,
            "DEBUG": "1",
            "PYTHONUNBUFFERED": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_portal", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def children_of(pid: int) -> set[int]:
    """All processes below this one."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, more = set(), {pid}
    while more:
        more = {child for child, parent in parents.items() if parent in more} - found
        found |= more
    return found


def read_until(process, words: str, seconds: float = 300) -> str:
    text, deadline = "", time.monotonic() + seconds
    while words not in text and time.monotonic() < deadline:
        line = process.stdout.readline()
        if not line:
            break
        text += line
    assert words in text, text
    return text


def test_a_taken_port_is_one_sentence_with_a_way_out(taken_port, start):
    process = start("--port", str(taken_port))
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert text == (
        f"CommandError: Port {taken_port} is taken by another program: "
        f"stop it, or choose another one (make run PORT={taken_port + 1}).\n"
    )


def test_a_free_port_is_no_obstacle():
    require_free_port(free_port())


@pytest.mark.parametrize(("port", "words"), [(70000, "70000 is no port"), (-1, "-1 is no port")])
def test_a_number_that_is_no_port_is_refused(port, words):
    with pytest.raises(CommandError, match=words):
        require_free_port(port)


def test_the_probe_says_no_while_nobody_answers():
    assert Probe(free_port())() is False


def test_web_listens_on_the_loopback_address_only():
    lines = command_lines(8123)
    assert set(lines) == {"web", "worker", "beat"}
    assert lines["web"][lines["web"].index("--bind") + 1] == "127.0.0.1:8123"


@pytest.mark.long
def test_the_portal_comes_up_works_and_ends_without_leftovers(start, var):
    for file in var.glob("portal.sqlite3*"):
        file.unlink()  # the first start of a new one
    port = free_port()
    process = start("--port", str(port))
    text = read_until(process, "Ctrl-C ends everything.")
    assert "Creating or updating the database" in text
    assert f"http://localhost:{port}/" in text

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
    assert (answer.status, b'"ready": true' in answer.read()) == (200, True)
    connection.close()

    everybody = children_of(process.pid)
    assert len(everybody) >= 5  # web with its two processes, worker, scheduler
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert rest.rstrip().endswith("Everything has ended.")
    assert not [pid for pid in everybody if os.path.exists(f"/proc/{pid}")]


@pytest.mark.long
def test_when_one_process_dies_all_end_and_the_culprit_is_named(start):
    process = start("--port", str(free_port()))
    read_until(process, "Ctrl-C ends everything.")
    everybody = children_of(process.pid)
    beat = next(pid for pid in everybody if Path(f"/proc/{pid}/comm").read_text() == "beat\n")
    os.kill(beat, signal.SIGKILL)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "beat ended by itself (signal SIGKILL); the rest is stopped too." in rest
    assert not [pid for pid in everybody if os.path.exists(f"/proc/{pid}")]
