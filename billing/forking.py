"""Processes that are forks of one which has loaded everything, and so share its memory.

The supervising process watches and works on nothing itself: what its threads had locked in the
moment of a fork would stay locked there.
"""

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkProcess
from threading import Event, Thread

import models

log = logging.getLogger("milepost")

M_ARENA_MAX = -8
"""glibc's number of the option (malloc.h)."""

GLANCE = 0.25
"""Seconds between two looks whether a process is to end."""

RECOVERY = 5.0
"""Seconds before a process that failed is begun again."""

PATIENCE = 10.0
"""Seconds that a process has to end when it is told to."""


def share() -> None:
    """Make what is loaded by now fit to be shared with forks of this process."""
    multiprocessing.set_start_method("fork")
    os.register_at_fork(after_in_child=_forget_signals)
    with suppress(AttributeError):
        # Threads that each keep a heap of their own would hold a third more than they need.
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
    # SQLite forbids that a fork uses a connection of ours.
    models.db.close_all()
    # Looking for garbage writes to all it looks at, and a page written to is shared no longer.
    gc.collect()
    gc.freeze()


def _forget_signals() -> None:
    """Until a fork has handlers of its own a signal ends it; inherited ones would swallow it."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def until_told(run: Callable[[Event], None], parent: int | None = None) -> None:
    """Run in a thread until SIGTERM or SIGINT; a fork until SIGTERM or its parent's end.

    Handlers only note the signal: to set an Event from one may wait for itself for ever.
    """
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda given, _frame: told.append(given))
    # A terminal sends it to all processes; the parent then tells a fork.
    interrupt = signal.SIG_IGN if parent else lambda given, _frame: told.append(given)
    signal.signal(signal.SIGINT, interrupt)
    stop = Event()
    thread = Thread(target=run, args=(stop,), name="outbox", daemon=True)
    thread.start()
    while not told and thread.is_alive() and parent in (None, os.getppid()):
        time.sleep(GLANCE)
    stop.set()
    thread.join(PATIENCE)


class Beside:
    """A process beside those that answer requests, begun again if it ends by itself."""

    def __init__(self, run: Callable[[Event], None]) -> None:
        self._run = run
        self._is_over = Event()
        self._process = self._begun()
        self._watcher = Thread(target=self._watch, name="beside", daemon=True)
        self._watcher.start()

    def _begun(self) -> ForkProcess:
        process = multiprocessing.get_context("fork").Process(
            target=until_told, args=(self._run, os.getpid()), name="outbox", daemon=True
        )
        process.start()
        return process

    def _watch(self) -> None:
        while True:
            self._process.join()
            if self._is_over.is_set():
                return
            log.error("the outbox ended with %s and is begun again", self._process.exitcode)
            if self._is_over.wait(RECOVERY):
                return
            self._process = self._begun()

    def end(self) -> None:
        """Tell it to end, and wait for that."""
        self._is_over.set()
        self._process.terminate()
        self._watcher.join(PATIENCE)
        if self._watcher.is_alive():
            self._process.kill()
