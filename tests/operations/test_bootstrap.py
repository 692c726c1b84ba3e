"""The first steps on a fresh machine: every way in which they can fail ends in one clear sentence."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal import bootstrap

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[2]
STANDARD_LIBRARY = sys.stdlib_module_names


def make_checkout(folder):
    """A checkout with nothing but the bootstrap, empty lists of packages and a manage.py that tells its arguments."""
    (folder / "portal").mkdir()
    shutil.copy(ROOT / "portal/bootstrap.py", folder / "portal/bootstrap.py")
    (folder / "requirements.txt").write_text("# nothing\n")
    (folder / "requirements-dev.txt").write_text("# nothing more\n")
    (folder / "manage.py").write_text("import sys; print(sys.argv[1:], sys.prefix)\n")
    return folder


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A checkout after its first start, and what that start said."""
    checkout = make_checkout(tmp_path_factory.mktemp("first"))
    return checkout, bootstrap_in(checkout, "run", "--port", "8123")


@pytest.fixture
def checkout(started, tmp_path):
    """A checkout of its own, as it is after the first start."""
    return shutil.copytree(started[0], tmp_path / "checkout", symlinks=True)


def bootstrap_in(checkout, *arguments, python=sys.executable, **environment):
    return subprocess.run(
        [python, checkout / "portal/bootstrap.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("version", [(2, 7), (3, 9), (3, 10)])
def test_an_old_python_is_refused_in_one_sentence_that_says_what_to_do(version):
    sentence = bootstrap.refusal_of_python(version)
    assert sentence.count("\n") == 0
    assert f"this is Python {version[0]}.{version[1]}" in sentence
    assert "3.11 or newer" in sentence and "make run PYTHON=" in sentence


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (4, 0)])
def test_a_new_enough_python_is_welcome(version):
    assert bootstrap.refusal_of_python(version) is None


def test_the_file_is_readable_for_pythons_that_it_refuses():
    source = (ROOT / "portal/bootstrap.py").read_text()
    assert source.isascii()  # Python 2 stops at the first other letter
    tree = ast.parse(source, feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Match)
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, newer)]
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        assert function.returns is None and not any(argument.annotation for argument in function.args.args)


def test_it_needs_nothing_but_the_standard_library():
    tree = ast.parse((ROOT / "portal/bootstrap.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= STANDARD_LIBRARY
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_a_first_start_makes_the_environment_and_goes_on_to_the_portal(started):
    checkout, first = started
    assert first.returncode == 0, first.stderr
    assert "Making .venv" in first.stdout and "Installing" in first.stdout
    assert "['run_portal', '--port', '8123']" in first.stdout
    assert str(checkout / ".venv") in first.stdout


def test_a_second_start_does_nothing_again(checkout):
    second = bootstrap_in(checkout, "run", "--port", "8123")
    assert second.stdout.splitlines() == [f"['run_portal', '--port', '8123'] {checkout / '.venv'}"]


def test_a_changed_list_is_installed(checkout):
    (checkout / "requirements.txt").write_text("# something else\n")
    run = bootstrap_in(checkout, "run")
    assert "Installing" in run.stdout and "Making .venv" not in run.stdout


def test_an_environment_that_cannot_run_is_made_again(checkout):
    python = checkout / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    run = bootstrap_in(checkout, "dev")
    assert run.returncode == 0, run.stderr
    assert "Making .venv" in run.stdout


def test_the_developers_packages_are_enough_to_run_the_portal(checkout):
    (checkout / ".venv/installed-requirements").unlink()
    assert "Installing" in bootstrap_in(checkout, "dev").stdout
    assert "Installing" not in bootstrap_in(checkout, "run").stdout


def test_a_failed_download_is_one_sentence_and_is_tried_again_the_next_time(checkout):
    missing = "surely-not-there==1.0 --hash=sha256:" + "0" * 64 + "\n"
    (checkout / "requirements.txt").write_text(missing)
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_NO_INDEX": "0", "PIP_RETRIES": "0"}
    run = bootstrap_in(checkout, "run", PIP_CONFIG_FILE=os.devnull, PIP_FIND_LINKS="", **nowhere)
    assert run.returncode == 1
    assert len(run.stderr.strip().splitlines()) == 1
    assert "could not be downloaded and installed; check the network and start again" in run.stderr
    assert "surely-not-there" in (checkout / "var/install.log").read_text()
    assert "Installing" in bootstrap_in(checkout, "run", PIP_CONFIG_FILE=os.devnull, **nowhere).stdout


def test_requirements_are_hashed_and_name_no_place_to_download_from():
    for name in ("requirements.txt", "requirements-dev.txt", "docker/requirements-s3.txt"):
        text = (ROOT / name).read_text()
        pins = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
        assert pins and all(line.endswith("\\") for line in pins)
        assert not [word for word in ("index-url", "find-links", "file:", "http", "trusted-host") if word in text]


def test_the_developers_list_contains_the_other_one_pin_for_pin():
    def pins(name):
        return {line.rstrip(" \\") for line in (ROOT / name).read_text().splitlines() if "==" in line.split(" ;")[0]}

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
