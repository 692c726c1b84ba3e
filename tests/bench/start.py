"""From nothing to a portal that answers: `make run` in a fresh copy of the project, and once more."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.bench.measure import Row, limit_row
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
FIRST, SECOND = 90, 6  # seconds
PATIENCE = 400.0
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
# A stranger's machine knows nothing of this run's servers.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "VAR_DIR", "PORTAL_TESTING", "PG", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV")


def measure_start() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="portal-start-") as folder:
        copy = Path(folder, "portal")
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
        first, second = seconds_to_answer(copy), seconds_to_answer(copy)
    return [
        limit_row("make run: first start", round(first, 1), "s", FIRST),
        limit_row("make run: second start", round(second, 1), "s", SECOND),
    ]


def seconds_to_answer(copy: Path) -> float:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    started = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=copy, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - started > PATIENCE:
                raise RuntimeError("make run did not come up")
            time.sleep(0.1)
        return time.perf_counter() - started
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
