"""The whole suite on every lane, and at the end, loudly, which lanes ran.

    python -m tests.lanes                                           what this machine can do
    REQUIRE_LANES=postgres,redis,browser python -m tests.lanes      a lane that cannot run is an error

Lanes: the suite on SQLite without any server; the suite on PostgreSQL and Redis (private ones, or those of
DATABASE_URL and REDIS_URL), but for what is marked `once` and knows of neither; the browser journeys on PostgreSQL
and Redis, wherever a Chromium is found.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_TESTS_COLLECTED = 5  # pytest's exit status
SERVICES = ("DATABASE_URL", "REDIS_URL")


@dataclass(frozen=True)
class Lane:
    """One run of pytest: what it proves, its arguments, and the environment that makes it that lane."""

    title: str
    proves: frozenset[str]
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()


PARALLEL = ("-n", "auto", "--dist", "worksteal")
SOURCE_ONLY = "PYTHONDONTWRITEBYTECODE"  # every process of a run would compile the same source again
LANES = (
    Lane("sqlite", frozenset({"sqlite"}), ("-m", "not browser", *PARALLEL), without=(*SERVICES, "PG")),
    Lane(
        "postgresql+redis", frozenset({"postgres", "redis"}), ("-m", "not browser and not once", *PARALLEL), {"PG": "1"}
    ),
    Lane("browser", frozenset({"browser"}), ("-m", "browser", "-n", "2", "--dist", "loadfile"), {"PG": "1"}),
)
KNOWN = frozenset().union(*(lane.proves for lane in LANES))


def chromium() -> str | None:
    """The Chromium of this machine: CHROMIUM where given, else the first on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def missing_for(lane: Lane) -> str | None:
    """What this machine lacks for the lane, or None."""
    if "browser" in lane.proves and not chromium():
        return "no Chromium found"
    return None


def run(lane: Lane, more: list[str]) -> tuple[bool, str]:
    """Run a lane with its output shown as it comes; whether it passed, and how it went in a few words."""
    print(f"\n━━━ {lane.title} ━━━", flush=True)
    left_out = {*lane.without, SOURCE_ONLY}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", *lane.arguments, *more]
    status = subprocess.run(command, env={**environment, **lane.environment}, check=False).returncode
    seconds = f"{time.monotonic() - started:.0f} s"
    if status == NO_TESTS_COLLECTED:
        return False, "✗ no tests"
    return status == 0, f"{'✓' if status == 0 else '✗ FAILED'} {seconds}"


def main(more: list[str]) -> int:
    required = frozenset(os.environ.get("REQUIRE_LANES", "").replace(",", " ").split())
    if unknown := required - KNOWN:
        print(f"REQUIRE_LANES names unknown lanes: {', '.join(sorted(unknown))} (known: {', '.join(sorted(KNOWN))})")
        return 2
    good, verdicts = True, []
    for lane in LANES:
        if lack := missing_for(lane):
            good = good and not lane.proves & required
            verdicts.append(f"{lane.title} {'✗ REQUIRED, but' if lane.proves & required else '– not run,'} {lack}")
            continue
        passed, words = run(lane, more)
        good = good and passed
        verdicts.append(f"{lane.title} {words}")
    print(f"\nLANES: {' · '.join(verdicts)}\n{'ALL PASSED' if good else 'NOT PASSED'}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    sys.exit(main(sys.argv[1:]))
