"""Run several long-lived processes in the foreground as one: what one of them does, all of them share.

Each is a fork of this process: what is imported here is imported there, once for all.
Nothing is restarted silently: a process that ends by itself ends everything, with one sentence about it.
Nothing is left behind: each process leads its own group, and the whole group goes when its time has come.
"""

import ctypes
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TextIO

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_WAIT = 0.2  # seconds between two looks at the children
SAME_REQUEST = 1.0  # seconds in which a second signal is the same wish: `make` passes on what its whole group received
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # from <linux/prctl.h>
STANDARD_OUTPUT, STANDARD_ERROR = 1, 2
FORK = get_context("fork")


@dataclass(frozen=True)
class Program:
    """What to run, under the name that its output lines carry."""

    name: str
    main: Callable[[], object]


def prctl(option: int, value) -> None:
    """Tell the kernel something about this process (Linux only)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def die_with_parent(signal_number: int = signal.SIGTERM) -> None:
    """Let the kernel end this process even when its parent is killed with -9."""
    prctl(PR_SET_PDEATHSIG, signal_number)


def _begin(program: Program, output: int) -> None:
    """What the fork does first: become a process of its own, with nothing of the supervisor's but its memory."""
    # Its own group: the terminal's Ctrl-C reaches only the supervisor, and no grandchild can be forgotten.
    os.setsid()
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    die_with_parent()
    prctl(PR_SET_NAME, program.name.encode())
    os.dup2(output, STANDARD_OUTPUT)
    os.dup2(output, STANDARD_ERROR)
    program.main()


class _Child:
    """One running program and the part of its output that is not yet a whole line."""

    def __init__(self, program: Program):
        self.name = program.name
        ours, theirs = os.pipe()
        self.process = FORK.Process(target=_begin, args=(program, theirs))
        # A request to end that comes before the fork has left our handlers behind waits until it has.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(theirs)
        self.output = os.fdopen(ours, "rb")
        os.set_blocking(ours, False)
        self._rest = b""

    def new_lines(self) -> list[str]:
        """The lines written since the last call; closes the output at its end, the unfinished line included."""
        if self.output.closed:
            return []
        ended = self.process.exitcode is not None  # asked first: what is written until then is still read below
        while chunk := self.output.read():
            self._rest += chunk
        *lines, self._rest = self._rest.split(b"\n")
        # None means "nothing yet", empty means "never again"; a grandchild may hold the pipe open after the end.
        if ended or chunk == b"":
            lines += [self._rest] if self._rest else []
            self.output.close()
        return [line.decode(errors="replace").rstrip("\r") for line in lines]

    def ask_to_end(self) -> None:
        if self.process.exitcode is None:
            self.process.terminate()

    def kill_group(self) -> None:
        """End the program and everything it started; harmless when nothing of it is left."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def last_words(self) -> str:
        status = self.process.exitcode
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        return f"{self.name} ended by itself ({how})"


class Supervisor:
    """Starts the programs, forwards their output line by line, and ends them together.

    `is_ready` is asked until it says yes; `on_ready` is then called once. `grace` is the time in seconds that the
    programs have for an orderly end.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        out: TextIO,
        is_ready: Callable[[], bool] = lambda: True,
        on_ready: Callable[[], None] = lambda: None,
        grace: float = 15.0,
    ):
        self.programs = programs
        self.out = out
        self.is_ready = is_ready
        self.on_ready = on_ready
        self.grace = grace
        self._children: list[_Child] = []
        self._stop_asked_at: float | None = None
        self._in_a_hurry = False
        self._width = max(len(program.name) for program in programs)

    def run(self) -> int:
        """Run until a stop signal (returns 0) or until one program ends by itself (returns 1)."""
        before = {number: signal.signal(number, self._note_stop) for number in STOP_SIGNALS}
        try:
            for program in self.programs:
                self._children.append(_Child(program))
            return self._watch()
        finally:
            for child in self._children:
                child.kill_group()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note_stop(self, number: int, frame: object) -> None:
        now = time.monotonic()
        if self._stop_asked_at is None:
            self._stop_asked_at = now
        elif now - self._stop_asked_at > SAME_REQUEST:
            self._in_a_hurry = True

    def _watch(self) -> int:
        ready = False
        with selectors.DefaultSelector() as selector:
            for child in self._children:
                selector.register(child.output, selectors.EVENT_READ)
            while self._stop_asked_at is None:
                self._forward(selector, LONGEST_WAIT)
                fallen = [child for child in self._children if child.process.exitcode is not None]
                if fallen:
                    self._forward(selector, 0)
                    self._say(f"{fallen[0].last_words()}; the rest is stopped too.")
                    self._end_all(selector)
                    return 1
                if not ready and self.is_ready():
                    ready = True
                    self.on_ready()
            self._say("Stopping …")
            self._end_all(selector)
            self._say("Everything has ended.")
            return 0

    def _end_all(self, selector: selectors.BaseSelector) -> None:
        """Ask all for an orderly end; a second Ctrl-C or the end of the grace time kills what is left."""
        deadline = time.monotonic() + self.grace
        for child in self._children:
            child.ask_to_end()
        while any(child.process.exitcode is None for child in self._children):
            if self._in_a_hurry or time.monotonic() > deadline:
                for child in self._children:
                    child.kill_group()
            self._forward(selector, LONGEST_WAIT)
        self._forward(selector, 0)

    def _forward(self, selector: selectors.BaseSelector, wait: float) -> None:
        """Pass on what the programs have written, each line under the name of its program."""
        if not selector.get_map():
            time.sleep(wait)
            return
        selector.select(wait)
        for child in self._children:
            descriptor = None if child.output.closed else child.output.fileno()
            for line in child.new_lines():
                self.out.write(f"{child.name:<{self._width}} | {line}\n")
            if descriptor is not None and child.output.closed:
                selector.unregister(descriptor)
        self.out.flush()

    def _say(self, sentence: str) -> None:
        self.out.write(f"{sentence}\n")
        self.out.flush()
