"""A small load generator: kept-alive connections on loopback, bounded in count and time."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class Ask:
    """One request, ready to be sent again and again."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def bytes(self, port: int) -> bytes:
        head = [f"{self.method} {self.path} HTTP/1.1", f"Host: {ADDRESS}:{port}"]
        head += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body or self.method == "POST":
            head.append(f"Content-Length: {len(self.body)}")
            head.append("Content-Type: application/x-www-form-urlencoded")
        return "\r\n".join([*head, "", ""]).encode() + self.body


@dataclass
class Outcome:
    """What one run gave: answers by status, and seconds it took."""

    seconds: float
    statuses: dict[int, int]

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Connection:
    """One kept-alive connection that reads whole answers and nothing more of them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection((ADDRESS, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def answer(self, request: bytes) -> tuple[int, bytes, bytes]:
        """(status, head, body) of one request."""
        self.socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = _length(head)
        while len(body) < length:
            body += self._more()
        return int(head[9:12]), head, body

    def _more(self) -> bytes:
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        return chunk

    def close(self) -> None:
        self.socket.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def run(
    port: int, asks: Callable[[int], Iterator[Ask]], seconds: float = 2.0, connections: int = 8
) -> Outcome:
    """Ask from several threads until the time is up or `asks(thread)` ends."""
    statuses: dict[int, int] = {}
    lock = threading.Lock()
    failures: list[Exception] = []
    until = time.perf_counter() + seconds

    def work(thread: int) -> None:
        own: dict[int, int] = {}
        connection = Connection(port)
        try:
            for ask in asks(thread):
                status, _, _ = connection.answer(ask.bytes(port))
                own[status] = own.get(status, 0) + 1
                if time.perf_counter() > until:
                    break
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()
        with lock:
            for status, count in own.items():
                statuses[status] = statuses.get(status, 0) + count

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Outcome(time.perf_counter() - began, statuses)


def repeated(ask: Ask) -> Callable[[int], Iterator[Ask]]:
    """The same request for ever."""

    def asks(_thread: int) -> Iterator[Ask]:
        while True:
            yield ask

    return asks
