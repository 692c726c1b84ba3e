"""The private servers of a test run: they answer, and they are gone when their process is gone."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis

pytestmark = pytest.mark.once
STARTS_SERVERS = """
import os, sys, time
os.environ.pop("DATABASE_URL", None); os.environ.pop("REDIS_URL", None); os.environ.pop("PYTEST_XDIST_WORKER", None)
os.environ["PG"] = "1"
import tests.servers
print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], os.environ["VAR_DIR"], flush=True)
sys.stdin.read()
"""


def answers(database_url: str, redis_url: str) -> list[bool]:
    found = []
    try:
        with psycopg.connect(database_url, connect_timeout=2) as connection:
            found.append(connection.execute("select 1").fetchone() == (1,))
    except psycopg.OperationalError:
        found.append(False)
    try:
        with redis.Redis.from_url(redis_url) as client:
            found.append(client.ping())
    except redis.ConnectionError:
        found.append(False)
    return found


@pytest.fixture
def temporary_root():
    """A place for the servers' folders that `nobody` may enter, other than pytest's own temporary folders."""
    folder = Path(tempfile.mkdtemp(prefix="portal-servers-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("end", ["end of input", signal.SIGTERM, signal.SIGKILL])
def test_servers_answer_while_the_run_lives_and_end_with_it_however_it_ends(end, temporary_root):
    inherited = {key: value for key, value in os.environ.items() if key != "VAR_DIR"}
    run = subprocess.Popen(
        [sys.executable, "-c", STARTS_SERVERS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**inherited, "TMPDIR": str(temporary_root)},
    )
    assert run.stdin and run.stdout
    database_url, redis_url, var = run.stdout.readline().split()
    assert answers(database_url, redis_url) == [True, True]
    assert os.path.isdir(var)
    if end == "end of input":
        run.stdin.close()
    else:
        run.send_signal(end)
    run.wait(20)
    deadline = time.monotonic() + 10
    while any(answers(database_url, redis_url)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert answers(database_url, redis_url) == [False, False]
    if end == "end of input":
        assert not os.path.exists(var)
