"""The image is linted without an engine; each rule is shown to see its fault."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.docker.dockerfile_lint import RULES, lint, parse

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text()

GOOD = """
FROM python:3.11-slim AS build
RUN pip install --require-hashes -r requirements.txt
FROM python:3.11-slim
WORKDIR /srv
COPY portal ./portal
USER portal
HEALTHCHECK CMD ["true"]
ENTRYPOINT ["/entry"]
"""

FAULTS = {
    "syntax": ("WORKDIR /srv", "WRKDIR /srv"),
    "DL3006/DL3007": ("FROM python:3.11-slim AS", "FROM python AS"),
    "DL3002": ("USER portal", "USER root"),
    "DL3000": ("WORKDIR /srv", "WORKDIR srv"),
    "DL3020": ("COPY portal", "ADD portal"),
    "DL3025": ('ENTRYPOINT ["/entry"]', "ENTRYPOINT /entry"),
    "DL3003/DL3004": ("RUN pip", "RUN sudo pip"),
    "DL3013": (" --require-hashes", ""),
    "DL3009/DL3015": ("WORKDIR /srv", "RUN apt-get update && apt-get install -y git"),
    "DL3057": ('HEALTHCHECK CMD ["true"]', ""),
    "secret": ("WORKDIR /srv", "ENV SECRET_KEY=1234"),
    "copy-all": ("COPY portal ./portal", "COPY . ."),
}


def test_our_dockerfile_has_no_fault():
    assert lint(DOCKERFILE) == []


def test_a_good_file_has_no_fault():
    assert lint(GOOD) == []


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_sees_its_fault(rule):
    before, after = FAULTS[rule]
    assert before in GOOD
    assert [fault.split(": ")[1] for fault in lint(GOOD.replace(before, after))] == [rule]


def test_everything_copied_exists_and_passes_the_ignore_file():
    ignore = (ROOT / "docker/Dockerfile.dockerignore").read_text().splitlines()
    allowed = {line[1:] for line in ignore if line.startswith("!")}
    assert ignore[0] == "*", "what is not named does not get into the image"
    for instruction in parse(DOCKERFILE):
        if instruction.name == "COPY" and not instruction.value.startswith("--from"):
            *sources, _target = instruction.value.split()
            for source in sources:
                assert (ROOT / source).exists(), source
                assert Path(source).parts[0] in allowed, source
    assert "docker/.env" in ignore


def test_the_entrypoint_is_an_executable_shell_script_that_parses():
    entrypoint = ROOT / "docker/entrypoint"
    assert os.access(entrypoint, os.X_OK)
    assert subprocess.run(["sh", "-n", entrypoint], check=False).returncode == 0


@pytest.mark.parametrize("word", ["web", "worker", "beat", "migrate", "manage", "is-healthy"])
def test_the_entrypoint_knows_each_role(word):
    assert re.search(rf"^  {word}\)", (ROOT / "docker/entrypoint").read_text(), re.MULTILINE)


def test_the_web_server_accepts_its_configuration():
    from gunicorn.app.wsgiapp import WSGIApplication

    class Application(WSGIApplication):
        def __init__(self):
            self.usage, self.prog = None, "gunicorn"
            self.load_default_config()
            self.load_config_from_file(str(ROOT / "docker/gunicorn.conf.py"))

        def load_config(self):
            pass

    settings = Application().cfg.settings
    assert settings["worker_class"].get() == "gthread"
    assert settings["max_requests"].get() == 1000


def test_python_of_the_image_is_new_enough_for_the_bootstrap():
    from portal.bootstrap import OLDEST_PYTHON

    versions = re.findall(r"FROM python:(\d+)\.(\d+)", DOCKERFILE)
    assert len(versions) == 2 and {tuple(map(int, version)) >= OLDEST_PYTHON for version in versions} == {True}
