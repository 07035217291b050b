"""``make bench-live``: 500 open client pages, idle and with changes; writes bench/live.json.

Each page listens over loopback as a browser does, and fetches itself when it hears of a change.
Bounded: about two minutes, and it stops by itself.
"""

import json
import selectors
import socket
import sys
import tempfile
import time
from pathlib import Path
from queue import Queue
from statistics import quantiles
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import models
from bench import processes, stage
from bench.load import ADDRESS, Connection
from billing import events
from models import Project

PAGES = 500
IDLE = 45.0
"""Seconds without any change: three beats of every page."""

CHANGES, PAUSE = 60, 0.5
FETCHERS = 4
RESULTS = Path(__file__).with_name("live.json")


class Page:
    """One open page's stream."""

    def __init__(self, project: int, visitor: stage.Visitor) -> None:
        self.project, self.visitor = project, visitor
        ask = visitor.ask(f"{visitor.home}live", {"Accept": "text/event-stream"})
        self.socket = socket.create_connection((ADDRESS, visitor.port), timeout=30)
        self.socket.sendall(ask.bytes(visitor.port))
        self.has_stream = self.socket.recv(4096)[9:12] == b"200"

    def hears(self) -> int:
        """The newest version in what has arrived; 0 where none has."""
        lines = self.socket.recv(65_536).decode().splitlines()
        told = [int(line[6:]) for line in lines if line.startswith("data: ")]
        return max(told, default=0)


class Crowd:
    """All pages, and when each change was committed, heard and shown."""

    def __init__(self, served: stage.Stage) -> None:
        clients = list(_clients(served))
        self.pages = [Page(*clients[number % len(clients)]) for number in range(PAGES)]
        self.streams = [page for page in self.pages if page.has_stream]
        self.heard: list[float] = []
        self.shown: list[float] = []
        self._committed: dict[tuple[int, int], float] = {}
        self._fetches: Queue[tuple[Page, float] | None] = Queue()
        self._selector = selectors.DefaultSelector()
        for page in self.streams:
            self._selector.register(page.socket, selectors.EVENT_READ, page)

    def listen(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                version = key.data.hears()
                at = self._committed.get((key.data.project, version))
                if at is not None:
                    self.heard.append(time.monotonic() - at)
                    self._fetches.put((key.data, at))

    def change(self, directory: Path) -> None:
        """Raise the version of one project after another, each of which many pages show."""
        models.connect(f"sqlite:///{directory / 'milepost.db'}", 4)
        projects = sorted({page.project for page in self.streams})
        with models.connection():
            for number in range(CHANGES):
                row = Project.get_by_id(projects[number % len(projects)])
                with models.write(row):
                    events.touch(row)
                    # Before it is committed, or a page could hear of it first.
                    self._committed[row.id, row.version + 1] = time.monotonic()
                time.sleep(PAUSE)

    def fetch(self) -> None:
        """Be some of the browsers: get each page that is out of date."""
        connections: dict[int, Connection] = {}
        while (next_one := self._fetches.get()) is not None:
            page, at = next_one
            port = page.visitor.port
            if port not in connections:
                connections[port] = Connection(port)
            ask = page.visitor.ask(page.visitor.home, {"Accept-Encoding": "gzip"})
            connections[port].answer(ask.bytes(port))
            self.shown.append(time.monotonic() - at)
        for each in connections.values():
            each.close()

    def run(self, directory: Path) -> None:
        """All the changes, and what follows from them."""
        fetchers = [Thread(target=self.fetch) for _ in range(FETCHERS)]
        writer = Thread(target=self.change, args=(directory,))
        for each in (writer, *fetchers):
            each.start()
        self.listen(CHANGES * (PAUSE + 0.1) + 3)
        writer.join()
        for _ in fetchers:
            self._fetches.put(None)
        for each in fetchers:
            each.join()

    def close(self) -> None:
        for page in self.pages:
            page.socket.close()


def main() -> int:
    with (
        tempfile.TemporaryDirectory(prefix="milepost-bench-") as directory,
        stage.served(Path(directory)) as served,
    ):
        results = _measured(served, Path(directory))
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    for name, value in results.items():
        sys.stdout.write(f"{name:<52}{value:>10}\n")
    return 0


def _measured(served: stage.Stage, directory: Path) -> dict[str, Any]:
    before = _memory(served)
    crowd = Crowd(served)
    crowd.listen(5)
    spent, began = _cpu(served), time.monotonic()
    crowd.listen(IDLE)
    idle = 100 * (_cpu(served) - spent) / (time.monotonic() - began)
    crowd.run(directory)
    results = {
        "pages": PAGES,
        "of them with a stream": len(crowd.streams),
        "idle CPU, % of one core": round(idle, 2),
        "messages heard": len(crowd.heard),
        **_spread("a change is heard", crowd.heard),
        **_spread("a change is fetched", crowd.shown),
        "memory before, MB (PSS)": round(before, 1),
        "memory with all open, MB (PSS)": round(_memory(served), 1),
    }
    crowd.close()
    return results


def _spread(name: str, seconds: list[float]) -> dict[str, float]:
    cuts = quantiles(seconds, n=100)
    return {f"{name}, p50 s": round(cuts[49], 3), f"{name}, p99 s": round(cuts[98], 3)}


def _clients(served: stage.Stage) -> list[tuple[int, stage.Visitor]]:
    """One client for each project of the demo that has a link."""
    found = []
    for project in served.projects():
        for contact in project["contacts"][:1]:
            visitor = stage.Visitor(served.port)
            visitor.get(urlsplit(contact["link"]).path)
            found.append((project["id"], visitor))
    return found


def _cpu(served: stage.Stage) -> float:
    return sum(map(processes.cpu_seconds, served.every))


def _memory(served: stage.Stage) -> float:
    return sum(processes.memory(pid)[1] for pid in served.every)


if __name__ == "__main__":
    sys.exit(main())
