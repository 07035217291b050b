"""The press: one warm child process that sets, seals and examines documents.

It is killed and replaced when it must be: what hangs, crashes or eats memory costs a child.
"""

import atexit
import json
import os
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Any

CHILD = Path(__file__).with_name("pdf_child.py")

IDLE = 20.0
"""Seconds without work after which a child ends by itself and gives its memory back."""


UNTIMED = "untimed"
"""The child's note where a timestamp authority gave no timestamp."""


class RenderFailed(Exception):
    """No document. `reason` is too_long, timed_out, crashed, busy, refused or untimed.

    `detail` is for a log, not for a person.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


class Press:
    """At most one child. Documents queue for it; it is started by the first of them."""

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._turn = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, if one lives."""
        return self._child.pid if self._child and self._child.poll() is None else None

    def set(self, html: str, seconds: float, created: int) -> tuple[list[str], bytes]:
        """Notes and PDF of a page. `created` in seconds of Unix time. Raises RenderFailed."""
        return self.ask({"html": html, "seconds": seconds, "created": created}, seconds)

    def ask(self, order: dict[str, Any], seconds: float) -> tuple[Any, bytes]:
        """What the child answers to an order: notes and a document. Raises RenderFailed."""
        if not self._turn.acquire(timeout=seconds):
            raise RenderFailed("busy", "other documents are in the press")
        try:
            return self._set(json.dumps(order).encode(), seconds)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Kill the child, if there is one, and wait for its end."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            # What the child never read is still in the buffer and has nowhere to go.
            with suppress(OSError):
                if pipe:
                    pipe.close()

    def leave_to_parent(self) -> None:
        """After a fork the child is the parent's, and a turn taken there would never end here."""
        self._child, self._turn = None, Lock()

    def _set(self, order: bytes, seconds: float) -> tuple[Any, bytes]:
        worked_before = self.pid is not None
        try:
            return self._ask(order, seconds)
        except RenderFailed as failure:
            # A child may reach its idle limit in this very moment; a fresh one cannot.
            if not (worked_before and failure.reason == "crashed"):
                raise
            return self._ask(order, seconds)

    def _ask(self, order: bytes, seconds: float) -> tuple[Any, bytes]:
        child = self._ready()
        late: list[bool] = []

        def kill() -> None:
            late.append(True)
            child.kill()

        # Reading and writing block; the end of the child is what unblocks them.
        guard = Timer(seconds, kill)
        guard.daemon = True
        guard.start()
        try:
            good, notes, document = _talk(child, order)
        except (OSError, EOFError) as broken:
            self.close()
            raise RenderFailed("timed_out" if late else "crashed", repr(broken)) from broken
        finally:
            guard.cancel()
        if not good:
            raise RenderFailed("untimed" if UNTIMED in notes else "refused", "; ".join(notes))
        return notes, document

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        self._child = subprocess.Popen(  # noqa: S603 - our own file under our own interpreter
            [sys.executable, "-I", str(CHILD), str(os.getpid()), str(self._idle)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # None of the secrets that the environment may hold.
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        )
        return self._child


def _talk(child: subprocess.Popen[bytes], order: bytes) -> tuple[bool, Any, bytes]:
    orders, answers = child.stdin, child.stdout
    if orders is None or answers is None:
        raise EOFError("the child has no pipes")
    orders.write(struct.pack(">I", len(order)) + order)
    orders.flush()
    good = _exactly(answers, 1) == b"+"
    notes = json.loads(_frame(answers))
    return good, notes, _frame(answers)


def _frame(pipe: IO[bytes]) -> bytes:
    return _exactly(pipe, struct.unpack(">I", _exactly(pipe, 4))[0])


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    part = pipe.read(size)
    if len(part) < size:
        raise EOFError("the child ended without an answer")
    return part


def opened(idle: float = IDLE) -> Press:
    """A press that ends with this process, and that a fork of it leaves alone."""
    made = Press(idle)
    atexit.register(made.close)
    os.register_at_fork(after_in_child=made.leave_to_parent)
    return made


press = opened()
"""The press of this process."""
