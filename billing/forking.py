"""Processes that are forks of one which has loaded everything, and so share its memory.

Beside them the supervising process works off the outbox, in a thread that rests while a fork is
made: what a thread has locked in that moment would stay locked in the fork for ever.
"""

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from threading import Event, Thread, current_thread

import models

log = logging.getLogger("milepost")

M_ARENA_MAX = -8
"""glibc's number of the option (malloc.h)."""

PR_SET_PDEATHSIG = 1
"""Linux's number of the option (sys/prctl.h)."""

GLANCE = 0.25
"""Seconds between two looks whether a process is to end."""

A_MOMENT = 1.0
"""Seconds between a fork and work beside it: they come in bunches, and wait for what is begun."""

PATIENCE = 10.0
"""Seconds that a process has to end when it is told to."""


def share() -> None:
    """Make what is loaded by now fit to be shared with forks of this process."""
    multiprocessing.set_start_method("fork")
    os.register_at_fork(after_in_child=partial(_be_a_fork_of, os.getpid()))
    with suppress(AttributeError):
        # Threads that each keep a heap of their own would hold a third more than they need.
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
    # SQLite forbids that a fork uses a connection of ours.
    models.db.close_all()
    # Looking for garbage writes to all it looks at, and a page written to is shared no longer.
    gc.collect()
    gc.freeze()


def _be_a_fork_of(parent: int) -> None:
    """Until a fork has handlers of its own a signal ends it; inherited ones would swallow it.

    Where the system can, it is also told to end when its parent was killed: it would keep the
    port from the next one.
    """
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def heed(acts: Mapping[int, Callable[[], None]]) -> None:
    """Act on each of these signals in a thread, whichever thread of this process takes it.

    Python runs handlers in the main thread, and that one does not wake while it waits for a lock
    if another thread has taken the signal: the system gives it to one that is just starting a
    process. What is written to the wakeup descriptor comes whichever thread takes it. To be
    called in the main thread.
    """
    for number in acts:
        signal.signal(number, lambda *_: None)
    # Open as long as the process lives: a second signal would else be written to whatever file
    # has got the number of a closed one.
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)

    def wait() -> None:
        while True:
            for number in os.read(heard, 64):
                acts[number]()

    Thread(target=wait, name="signals", daemon=True).start()


def until_told(run: Callable[[Event], None]) -> None:
    """Run in a thread until SIGTERM or SIGINT.

    Handlers only note the signal: to set an Event from one may wait for itself for ever.
    """
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda given, _frame: told.append(given))
    stop = Event()
    thread = Thread(target=run, args=(stop,), name="outbox", daemon=True)
    thread.start()
    while not told and thread.is_alive():
        time.sleep(GLANCE)
    stop.set()
    thread.join(PATIENCE)


class Beside:
    """A thread beside the forks of this process. It begins after the first of them.

    `run` must let go of its connection when it is told to stop, and soon: a fork waits for it.
    """

    def __init__(self, run: Callable[[Event], None]) -> None:
        self._run = run
        self._process = os.getpid()
        self._stop = Event()
        self._thread: Thread | None = None
        os.register_at_fork(before=self._rest, after_in_parent=self._work)

    def _rest(self) -> None:
        if os.getpid() != self._process or self._thread in (None, current_thread()):
            return
        self._stop.set()
        self._thread.join()
        models.db.close_all()

    def _work(self) -> None:
        if os.getpid() != self._process or self._thread is current_thread():
            return
        self._stop = Event()
        self._thread = Thread(target=self._begin, args=(self._stop,), name="outbox", daemon=True)
        self._thread.start()

    def _begin(self, stop: Event) -> None:
        if not stop.wait(A_MOMENT):
            self._run(stop)

    def end(self) -> None:
        """Tell it to stop, and wait for that."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)
