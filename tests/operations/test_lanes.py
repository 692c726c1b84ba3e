"""`make test` says loudly which lanes ran, and a required lane that cannot run is an error."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once


def run_lanes(tmp_path, **environment):
    """The lanes over one tiny test file, in a folder of its own."""
    (tmp_path / "test_tiny.py").write_text(
        "import os, pytest\n"
        "def test_plain():\n"
        "    print(os.environ.get('PG', 'no PG'), os.environ.get('DATABASE_URL', 'no URL'))\n"
        "    assert 'FAIL' not in os.environ\n"
        "@pytest.mark.once\n"
        "def test_own_processes():\n"
        "    print('own processes')\n"
        "    assert 'FAIL' not in os.environ and 'PYTHONDONTWRITEBYTECODE' not in os.environ\n"
        "@pytest.mark.browser\n"
        "def test_journey(): pass\n"
    )
    return subprocess.run(
        [sys.executable, "-m", "tests.lanes", str(tmp_path / "test_tiny.py"), "-p", "xdist", "-n0"],
        # Only the plugin that the lanes' own arguments need: no Django, no settings, no seconds.
        env={"PATH": os.environ["PATH"], "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def verdict(run) -> str:
    return re.sub(r" \d+ s", "", run.stdout.split("LANES: ")[1])


def test_all_lanes_run_and_are_named(tmp_path):
    required = "sqlite,postgres,redis,browser"
    run = run_lanes(tmp_path, CHROMIUM="/bin/true", REQUIRE_LANES=required, PYTHONDONTWRITEBYTECODE="1")
    assert verdict(run) == "sqlite ✓ · postgresql+redis ✓ · browser ✓\nALL PASSED\n", run.stdout
    assert run.returncode == 0
    passed = re.findall(r"(\d) passed", run.stdout)
    assert passed == ["2", "1", "1"]  # what starts only processes of its own runs in the first lane


def test_a_failure_in_any_lane_fails_the_whole(tmp_path):
    run = run_lanes(tmp_path, FAIL="1", CHROMIUM="/bin/true")
    assert run.returncode == 1
    assert verdict(run) == "sqlite ✗ FAILED · postgresql+redis ✗ FAILED · browser ✓\nNOT PASSED\n"


def test_given_servers_are_used_by_the_server_lane_and_kept_from_the_sqlite_lane(tmp_path):
    run = run_lanes(tmp_path, FAIL="1", DATABASE_URL="postgres://given", CHROMIUM="/bin/true")
    sqlite, servers, _browser = run.stdout.split("━━━")[2::2]
    assert "no PG no URL" in sqlite
    assert "1 postgres://given" in servers


@pytest.mark.parametrize(
    ("required", "status", "words"),
    [
        ("", 0, "browser – not run, no Chromium found\nALL PASSED\n"),
        ("browser", 1, "browser ✗ REQUIRED, but no Chromium found\nNOT PASSED\n"),
    ],
)
def test_a_machine_without_chromium_passes_unless_the_browser_is_required(tmp_path, required, status, words):
    nothing = tmp_path / "empty"
    nothing.mkdir()
    run = run_lanes(tmp_path, PATH=str(nothing), CHROMIUM="", REQUIRE_LANES=required)
    assert (run.returncode, verdict(run).endswith(words)) == (status, True), run.stdout


def test_an_unknown_lane_is_refused_before_anything_runs(tmp_path):
    run = run_lanes(tmp_path, REQUIRE_LANES="postgres,netscape")
    assert run.returncode == 2
    assert run.stdout == "REQUIRE_LANES names unknown lanes: netscape (known: browser, postgres, redis, sqlite)\n"
