"""What open pages wait for: one thread a process watches the database and tells who listens.

A listener is told versions and nothing else; its page then fetches itself. Nobody holds a
connection while waiting, and one thread asks for all.
"""

import logging
import time
from collections.abc import Callable, Generator
from contextlib import closing
from queue import SimpleQueue
from threading import Lock, Thread
from typing import NamedTuple

from peewee import fn

from billing import events
from models import Project, connection, db, is_postgresql
from models.once import Once

log = logging.getLogger("milepost.live")

LOOK = 0.2
"""Seconds between two looks at SQLite's counter of changes, 4 µs each. PostgreSQL notifies."""

GATHERED = 0.02
"""Seconds in which PostgreSQL's notices are taken as one."""

BEAT = 15.0
"""Seconds after which a listener is told its version again, changed or not.

That frees the threads of clients who have gone, ends what may no longer listen, and makes good
a change that went unheard.
"""

MOST = 300
"""Listeners in one process, each of which keeps a thread: well below serving.THREADS.

The kernel deals out connections by chance, so of 500 one of two processes may get 280.
"""

RECOVERY = 5.0
"""Seconds to let a database that fails come back."""


class Topic(NamedTuple):
    """What a page shows: one project, or all of an owner's."""

    kind: str
    row: int


def project(row: int) -> Topic:
    return Topic("project", row)


def owner(row: int) -> Topic:
    return Topic("owner", row)


class Full(Exception):
    """As many listen already as this process has threads for."""


_PROJECT = Once(lambda row: Project.select(Project.version).where(Project.id == row))

_OWNER = Once(
    lambda row: Project.select(fn.COUNT(Project.id), fn.SUM(Project.version)).where(
        Project.owner == row
    )
)


def version(topic: Topic) -> int:
    """The present version of what a topic shows; it rises with every change of it."""
    if topic.kind == "owner":
        count, versions = _OWNER.first(topic.row) or (0, 0)
        return of_many(count, versions)
    row = _PROJECT.first(topic.row)
    return int(row[0]) if row else 0


def of_many(count: int, versions: int | None) -> int:
    """One number for several projects: a new one raises it too."""
    return count + (versions or 0)


def _versions(topics: set[Topic]) -> dict[Topic, int]:
    """The versions of many topics, in one query for all projects."""
    rows = [topic.row for topic in topics if topic.kind == "project"]
    found = {topic: version(topic) for topic in topics if topic.kind == "owner"}
    if rows:
        asked = Project.select(Project.id, Project.version).where(Project.id.in_(rows))
        found |= {project(row): int(number) for row, number in asked.tuples()}
    return found


class Listener:
    """One open page. `wait` gives its version as often as it is told, and None at the end.

    It `is_refused` where it may not listen any longer, and else may come again.
    """

    def __init__(self, topic: Topic, may_listen: Callable[[], bool], beats_at: float) -> None:
        self.topic, self.may_listen, self.beats_at = topic, may_listen, beats_at
        self._told: SimpleQueue[None] = SimpleQueue()
        self._is_told, self._version, self._is_over = False, 0, False
        self.is_refused = False

    def tell(self, version: int) -> None:
        """What was told and not heard yet is replaced: a slow reader hears the newest alone."""
        self._version = version
        self._wake()

    def end(self, is_refused: bool = False) -> None:
        self._is_over, self.is_refused = True, is_refused
        self._wake()

    def _wake(self) -> None:
        if not self._is_told:
            self._is_told = True
            self._told.put(None)

    def wait(self) -> int | None:
        self._told.get()
        # Before the version is read: who tells another from now on wakes once more.
        self._is_told = False
        return None if self._is_over else self._version


class Hub:
    """Who listens in this process, and the thread that watches for them while there is anybody."""

    def __init__(self, most: int = MOST, beat: float = BEAT) -> None:
        self._most, self._beat = most, beat
        self._turn = Lock()
        self._listeners: set[Listener] = set()
        self._versions: dict[Topic, int] = {}
        self._thread: Thread | None = None
        self._is_closed = False
        self._looks_at = 0.0

    def __len__(self) -> int:
        return len(self._listeners)

    def join(self, topic: Topic, may_listen: Callable[[], bool]) -> Listener:
        """Listen from now on; the first thing told is the present version. Refuses Full.

        `may_listen` is asked at every beat and before anything new is told.
        """
        listener = Listener(topic, may_listen, time.monotonic() + self._beat)
        with self._turn:
            if self._is_closed or len(self._listeners) >= self._most:
                raise Full
            self._listeners.add(listener)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="live", daemon=True)
                self._thread.start()
        try:
            # Only now, as a change before it is seen here and one after it by the thread.
            present = version(topic)
        except BaseException:
            self.leave(listener)
            raise
        with self._turn:
            known = self._versions.setdefault(topic, present)
            # The thread may have seen a change after it, and told of it already.
            listener.tell(max(known, present))
        return listener

    def leave(self, listener: Listener) -> None:
        """Listen no longer. As often as one likes."""
        with self._turn:
            self._listeners.discard(listener)

    def close(self) -> None:
        """End everybody's listening, for good; waits for the thread to give up its connection."""
        with self._turn:
            self._is_closed = True
            listeners, thread = list(self._listeners), self._thread
        for listener in listeners:
            listener.end()
            self.leave(listener)
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while self._is_needed():
            try:
                with connection():
                    self._watch()
            except Exception:
                log.exception("live pages lost the database and wait for it")
                db.manual_close()
                self._rest()

    def _is_needed(self) -> bool:
        """Whether anybody listens; who comes after the answer no starts another thread."""
        with self._turn:
            if self._listeners and not self._is_closed:
                return True
            self._thread = None
            self._versions.clear()
            return False

    def _rest(self) -> None:
        until = time.monotonic() + RECOVERY
        while time.monotonic() < until and not self._is_closed:
            time.sleep(LOOK)

    def _watch(self) -> None:
        with closing(_notified() if is_postgresql() else _counted()) as looks:
            while not self._is_closed and self._listeners:
                self.turn(next(looks), time.monotonic())

    def turn(self, is_changed: bool, now: float) -> None:
        """Tell those whose version is another, and those whose beat has come."""
        with self._turn:
            listeners = list(self._listeners)
        due = {each for each in listeners if each.beats_at <= now}
        if is_changed or now >= self._looks_at:
            self._looks_at = now + self._beat
            due |= self._concerned(listeners)
        for listener in due:
            listener.beats_at = now + self._beat
            self._tell(listener)

    def _concerned(self, listeners: list[Listener]) -> set[Listener]:
        """Those whose version is not the one known until now."""
        found = _versions({each.topic for each in listeners})
        with self._turn:
            changed = {topic for topic, new in found.items() if self._versions.get(topic) != new}
            self._versions = found
        return {each for each in listeners if each.topic in changed}

    def _tell(self, listener: Listener) -> None:
        with self._turn:
            present = self._versions.get(listener.topic)
        if present is not None and listener.may_listen():
            listener.tell(present)
        else:
            self.leave(listener)
            listener.end(is_refused=True)


def _counted() -> Generator[bool, None, None]:
    """SQLite: whether another connection has written since the last look, every LOOK seconds."""
    seen = -1
    while True:
        counter = db.execute_sql("PRAGMA data_version").fetchone()[0]
        yield counter != seen
        seen = counter
        time.sleep(LOOK)


def _notified() -> Generator[bool, None, None]:
    """PostgreSQL: True soon after a project has another version, False every second for beats."""
    raw = db.connection()
    raw.execute(f"LISTEN {events.VERSION}")
    try:
        yield True
        while True:
            is_changed = any(True for _ in raw.notifies(timeout=1.0, stop_after=1))
            if is_changed:
                # What comes together is looked at together.
                time.sleep(GATHERED)
                list(raw.notifies(timeout=0))
            yield is_changed
    finally:
        # Given back to the pool it would go on listening.
        db.manual_close()
