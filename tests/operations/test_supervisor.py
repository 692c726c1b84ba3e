"""The supervisor of `make run`, with real processes: ends together, forwards output, leaves nobody behind."""

import io
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from functools import partial

import pytest

from portal.operations.supervisor import Program, Supervisor

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def python(name: str, code: str) -> Program:
    return Program(name, partial(os.execv, sys.executable, [sys.executable, "-u", "-c", textwrap.dedent(code)]))


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


GRACE = 60.0


def run_and_interrupt(programs, signal_number=signal.SIGINT, **options):
    """Run a supervisor here and send this process the signal as soon as it is ready."""
    out = io.StringIO()
    supervisor = Supervisor(
        programs, out=out, on_ready=lambda: os.kill(os.getpid(), signal_number), **{"grace": GRACE, **options}
    )
    started = time.monotonic()
    status = supervisor.run()
    return status, out.getvalue(), time.monotonic() - started


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_all_programs_and_is_a_good_end(signal_number):
    programs = [python("web", SLEEPER), python("worker", SLEEPER)]
    status, text, seconds = run_and_interrupt(programs, signal_number)
    assert status == 0
    assert "Stopping …\n" in text and text.endswith("Everything has ended.\n")
    assert seconds < GRACE  # they went when they were asked


def test_a_program_that_ends_by_itself_ends_the_others_and_is_named():
    out = io.StringIO()
    witness = python("web", "import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    dying = python("worker", "import sys, time; time.sleep(0.3); print('no broker'); sys.exit(3)")
    assert Supervisor([witness, dying], out=out, grace=5).run() == 1
    assert "worker | no broker\n" in out.getvalue()
    assert "worker ended by itself (exit status 3); the rest is stopped too.\n" in out.getvalue()
    pid = int(out.getvalue().split("web    | ")[1].split()[0])
    assert not is_alive(pid)


def test_a_killed_program_is_told_by_the_name_of_its_signal():
    out = io.StringIO()
    killed = python("beat", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert Supervisor([killed], out=out).run() == 1
    assert "beat ended by itself (signal SIGKILL)" in out.getvalue()


def test_a_program_that_ends_well_but_too_early_is_a_fault_too():
    out = io.StringIO()
    assert Supervisor([python("beat", "pass")], out=out).run() == 1
    assert "beat ended by itself (exit status 0)" in out.getvalue()


def test_each_line_is_passed_on_under_the_name_of_its_program():
    out = io.StringIO()
    talker = python("web", "import sys; print('one'); print('日本語', file=sys.stderr); print('no end', end='')")
    Supervisor([talker, python("worker", SLEEPER)], out=out, grace=5).run()
    lines = out.getvalue().splitlines()
    assert [line for line in lines if line.startswith("web ")][:3] == [
        "web    | one",
        "web    | 日本語",
        "web    | no end",
    ]


def test_the_ready_call_comes_once_and_only_after_the_question_was_answered_with_yes():
    answers = iter([False, False, True, True])
    calls = []

    def on_ready():
        calls.append(next(answers))
        os.kill(os.getpid(), signal.SIGTERM)

    Supervisor([python("web", SLEEPER)], out=io.StringIO(), is_ready=lambda: next(answers), on_ready=on_ready).run()
    assert calls == [True]


def test_a_program_that_ignores_the_request_is_killed_when_the_grace_time_is_over():
    status, _text, seconds = run_and_interrupt([python("worker", STUBBORN)], is_ready=_after(0.5), grace=1.0)
    assert status == 0
    assert 1.4 < seconds < GRACE


def test_a_second_wish_to_stop_does_not_wait_for_the_grace_time():
    impatient = threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT))
    impatient.start()
    status, _text, seconds = run_and_interrupt([python("worker", STUBBORN)], is_ready=_after(0.3), grace=30)
    assert status == 0
    assert 1.0 < seconds < 8


def test_the_same_signal_from_make_and_from_the_terminal_is_one_wish():
    orderly = """
        import signal, sys, time
        def end(*_):
            time.sleep(0.5)
            print('saved', flush=True)
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        print('up', flush=True)
        time.sleep(60)
    """
    out = io.StringIO()

    def twice():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)

    Supervisor([python("web", orderly)], out=out, is_ready=_after(0.5), on_ready=twice).run()
    assert "web | saved" in out.getvalue()


def test_grandchildren_go_with_their_parent():
    parent = """
        import subprocess, sys, time
        stubborn = 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)'
        child = subprocess.Popen([sys.executable, '-c', stubborn])
        print(child.pid, flush=True)
        time.sleep(60)
    """
    _status, text, _seconds = run_and_interrupt([python("web", parent)], is_ready=_after(0.7))
    grandchild = int(text.split("web | ")[1].split()[0])
    assert wait_until(lambda: not is_alive(grandchild), 2)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nobody_outlives_the_supervisor_not_even_after_kill_minus_nine(number):
    code = """
        import os, sys, time
        from portal.operations.supervisor import Program, Supervisor
        sleeper = lambda: (print(os.getpid(), flush=True), time.sleep(60))
        sys.exit(Supervisor([Program('web', sleeper), Program('beat', sleeper)], out=sys.stdout, grace=5).run())
    """
    supervisor = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    pids = [int(supervisor.stdout.readline().split("|")[1]) for _ in range(2)]
    assert all(is_alive(pid) for pid in pids)  # the test can see what is alive
    supervisor.send_signal(number)
    assert supervisor.wait(10) == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    assert wait_until(lambda: not any(is_alive(pid) for pid in pids), 5)


def _after(seconds: float):
    """An `is_ready` that says yes after some time, when the programs had time to set up their signal handlers."""
    moment = time.monotonic() + seconds
    return lambda: time.monotonic() > moment
