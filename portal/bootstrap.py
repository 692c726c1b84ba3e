"""Bring a fresh checkout to the point where Django can start: Python, `.venv` and the pinned packages.

Only the standard library, and only syntax that an old Python can still read: its first duty is to tell
the owner of a too old Python so in one sentence instead of a traceback.

    python3 portal/bootstrap.py run --port 8000     packages of requirements.txt, then the portal
    python3 portal/bootstrap.py dev                 packages of requirements-dev.txt, then nothing
"""

import hashlib
import os
import subprocess
import sys

OLDEST_PYTHON = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed-requirements")
LOG = os.path.join(ROOT, "var", "install.log")

# What is satisfied once a file is installed: the developers' file is a superset of the other.
SATISFIES = {
    "requirements.txt": ("requirements.txt",),
    "requirements-dev.txt": ("requirements.txt", "requirements-dev.txt"),
}


def refusal_of_python(version):
    """The sentence that refuses this Python version, or None."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return None
    return (
        "The portal needs Python {0}.{1} or newer, and this is Python {2}.{3}: "
        "install a newer one and name it, for example `make run PYTHON=python3.11`."
    ).format(*(OLDEST_PYTHON + tuple(version[:2])))


def digest(name):
    with open(os.path.join(ROOT, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def is_installed(name):
    """Whether `.venv` already holds exactly what the requirements file says today."""
    try:
        with open(STAMP) as file:
            return "{0} {1}".format(digest(name), name) in file.read().splitlines()
    except OSError:
        return False


def ensure_venv():
    """Make `.venv`, or make it again when it cannot run (a moved checkout, an interrupted first start)."""
    probe = [VENV_PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info[:2] < {0!r})".format(OLDEST_PYTHON)]
    if os.path.exists(VENV_PYTHON) and subprocess.call(probe, stderr=subprocess.DEVNULL) == 0:
        return
    say("Making .venv ...")
    run_logged(
        [sys.executable, "-m", "venv", "--clear", VENV],
        "The virtual environment could not be made (on Debian and Ubuntu: `apt-get install python3-venv`)",
    )


def ensure_packages(name):
    """Install a hashed requirements file, unless the same file was installed before."""
    if is_installed(name):
        return
    say("Installing the pinned packages of {0} (a minute the first time) ...".format(name))
    # Without compiling everything: Python compiles by itself what is really imported, which is a small part.
    options = ["--no-compile", "--disable-pip-version-check", "--require-hashes"]
    run_logged(
        [VENV_PYTHON, "-m", "pip", "install"] + options + ["-r", name],
        "The packages of {0} could not be downloaded and installed; check the network and start again".format(name),
    )
    with open(STAMP, "w") as file:
        file.writelines("{0} {1}\n".format(digest(each), each) for each in SATISFIES[name])


def run_logged(command, sentence):
    """Run a command with its output in the log; when it fails, end with the sentence and its last error."""
    if not os.path.isdir(os.path.dirname(LOG)):
        os.makedirs(os.path.dirname(LOG))
    with open(LOG, "wb") as log:
        status = subprocess.call(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    if status:
        sys.exit("{0} ({1}; the whole output is in {2}).".format(sentence, last_error(), os.path.relpath(LOG, ROOT)))


def last_error():
    with open(LOG, errors="replace") as log:
        lines = [line.strip() for line in log if line.strip()] or ["no output"]
    errors = [line for line in lines if line.upper().startswith("ERROR")]
    return (errors or lines)[-1].rstrip(".")


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments):
    refusal = refusal_of_python(sys.version_info)
    if refusal:
        sys.exit(refusal)
    if arguments[:1] not in (["run"], ["dev"]):
        sys.exit(__doc__)
    ensure_venv()
    if arguments[0] == "dev":
        ensure_packages("requirements-dev.txt")
        return
    ensure_packages("requirements.txt")
    os.chdir(ROOT)
    # Unbuffered, so that what is said arrives when it is said even through a pipe.
    os.execv(VENV_PYTHON, [VENV_PYTHON, "-u", "manage.py", "run_portal"] + arguments[1:])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
