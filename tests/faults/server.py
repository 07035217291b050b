"""A real server in processes of its own, and people who come to it over HTTP."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

from tests.ports import free_port

SECRET = "a secret for tests"
PATIENCE = 60.0
"""Seconds to wait for a server, which may have to share the machine with others."""


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]


@contextmanager
def running(database_url: str, data_dir: Path) -> Iterator[Server]:
    """Serve a database until the block ends; a server that does not stop cleanly is a failure."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "SECRET_KEY": SECRET,
        "WORKERS": "2",
    }
    log = (data_dir / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "billing", "serve"], env=environment, stdout=log, stderr=log
    )
    try:
        _wait_for(port, process)
        yield Server(port, process)
        process.terminate()
        assert process.wait(PATIENCE) == 0, (data_dir / "log").read_text()
    finally:
        log.close()
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if Person(port).get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not come up")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Person:
    """Somebody with a browser of their own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        return self._ask("POST", path, urlencode({"csrf_token": self.token, **fields}))

    def sign_in(self, email: str, password: str) -> None:
        self.get("/sign-in")
        assert self.post("/sign-in", email=email, password=password).status == 303
        self.get("/settings/account")

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        found = re.search(r'X-CSRFToken": "([^"]+)"', text)
        self.token = found[1] if found else self.token
        return Answer(response.status, dict(response.headers), text)


def all_at_once(people: list[Person], act: Callable[[Person, int], Answer]) -> list[Answer]:
    """What each was answered, all having asked at the same moment.

    Who is told that it is too busy sends it again, as the page says: a machine that is shared
    may take longer over twenty deeds than a writer waits.
    """
    gate = Barrier(len(people))

    def one(number: int) -> Answer:
        gate.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        answer = act(people[number], number)
        while answer.status == 503 and time.monotonic() < until:
            answer = act(people[number], number)
        return answer

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, range(len(people))))
