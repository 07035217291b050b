"""The servers a bench measures, and people who have signed in to them."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element

import html5lib

from bench import processes
from bench.load import ADDRESS, Ask, Connection

Asks = Callable[[int], Iterator[Ask]]

WORKERS = 2
CLIENTS = 8


class Visitor:
    """Somebody with cookies and a form token."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = self.etag = self.home = ""

    def get(self, path: str) -> str:
        """Go somewhere, follow one redirect, keep cookies and the token of the page."""
        status, head, body = self._answer(self.ask(path))
        if status in (302, 303):
            location = re.search(rb"(?i)location: (\S+)", head)
            assert location
            return self.get(urlsplit(location[1].decode()).path)
        assert status == 200, (status, path)
        self.home = path
        etag = re.search(rb"(?i)etag: (.+)", head)
        self.etag = etag[1].decode().strip() if etag else ""
        token = re.search(rb'X-CSRFToken": "([^"]+)"', body)
        self.token = token[1].decode() if token else self.token
        return body.decode()

    def post(self, path: str, fields: dict[str, str]) -> int:
        status, _, _ = self._answer(self.form(path, fields))
        return status

    def ask(self, path: str, headers: dict[str, str] | None = None) -> Ask:
        return Ask("GET", path, self._headers(headers))

    def form(self, path: str, fields: dict[str, str], partial: bool = False) -> Ask:
        htmx = {"HX-Request": "true", "HX-Request-Type": "partial"} if partial else {}
        body = urlencode({"csrf_token": self.token, **fields}).encode()
        return Ask("POST", path, self._headers(htmx), body)

    def _headers(self, more: dict[str, str] | None) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {**({"Cookie": cookies} if cookies else {}), **(more or {})}

    def _answer(self, ask: Ask) -> tuple[int, bytes, bytes]:
        connection = Connection(self.port)
        answer = connection.answer(ask.bytes(self.port))
        connection.close()
        for cookie in re.findall(rb"(?i)set-cookie: ([^=]+)=([^;]*)", answer[1]):
            self.cookies[cookie[0].decode()] = cookie[1].decode()
        return answer


@dataclass
class Row:
    """A milestone's row as it is posted; each next() is what one more keystroke would save."""

    action: str
    fields: dict[str, str]
    count: int = 0

    def next(self) -> dict[str, str]:
        self.count += 1
        revision = int(self.fields["revision"]) + 1 if self.count > 1 else self.fields["revision"]
        self.fields |= {"title": f"Outcome {self.count}", "revision": str(revision)}
        return self.fields


@dataclass
class Stage:
    """Both servers, and what the demo says of its people."""

    port: int
    hello_port: int
    demo: dict[str, object]
    directory: Path
    servers: list[subprocess.Popen[bytes]]

    def projects(self) -> list[dict]:
        return [project for owner in self.demo["owners"] for project in owner["projects"]]

    def _active(self) -> dict:
        """The article's own project, of the first owner."""
        owner = self.demo["owners"][0]
        return next(each for each in owner["projects"] if each["state"] == "active")

    @property
    def active_project(self) -> str:
        return f"/projects/{self._active()['id']}"

    def client(self) -> Visitor:
        visitor = Visitor(self.port)
        visitor.get(urlsplit(self._active()["contacts"][0]["link"]).path)
        visitor.get(visitor.home)
        return visitor

    def owner(self) -> Visitor:
        visitor = Visitor(self.port)
        person = self.demo["owners"][0]
        visitor.get("/sign-in")
        visitor.post("/sign-in", {"email": person["email"], "password": person["password"]})
        visitor.get("/")
        return visitor

    def draft_rows(self, owner: Visitor) -> list[Row]:
        """The rows of the owner's draft plan, as many as there are clients."""
        draft = next(each for each in self.projects() if each["state"] == "draft")
        page = f"/projects/{draft['id']}"
        while page:
            tree = html5lib.parse(owner.get(page), namespaceHTMLElements=False)
            rows = [_row(form) for form in tree.iter("form") if _is_row(form)]
            if len(rows) >= CLIENTS:
                return rows[:CLIENTS]
            owner.post(f"{page}/milestones", {})
        raise AssertionError

    def submitted(self, count: int) -> list[list[Ask]]:
        """Acceptances ready to be posted, dealt out to as many clients."""
        shares: list[list[Ask]] = [[] for _ in range(CLIENTS)]
        visitors: dict[str, Visitor] = {}
        for number, each in enumerate(self._made("bench.submitted", count)):
            visitor = visitors.get(each["link"])
            if visitor is None:
                visitor = visitors[each["link"]] = Visitor(self.port)
                visitor.get(urlsplit(each["link"]).path)
                visitor.get(visitor.home)
            path = f"{visitor.home}milestones/{each['milestone']}/acceptance"
            shares[number % CLIENTS].append(visitor.form(path, {"seen": "1"}))
        return shares

    def offered(self, count: int) -> list[list[Ask]]:
        """Signatures ready to be posted, dealt out to as many clients."""
        shares: list[list[Ask]] = [[] for _ in range(CLIENTS)]
        for number, link in enumerate(self._made("bench.offered", count)):
            visitor = Visitor(self.port)
            visitor.get(link)
            path = f"{visitor.home}agreement"
            tree = html5lib.parse(visitor.get(path), namespaceHTMLElements=False)
            [form] = [
                form for form in tree.iter("form") if form.get("action") == f"{path}/signature"
            ]
            fields = _row(form).fields
            fields |= {"name": "Bench", "agreed": "y", "consented": "y"}
            shares[number % CLIENTS].append(visitor.form(f"{path}/signature", fields))
        return shares

    def crowd(self, count: int) -> None:
        """More projects in the database."""
        self._run("bench.crowd", count)

    def _made(self, program: str, count: int) -> list[Any]:
        found: list[Any] = json.loads(self._run(program, count))
        return found

    def _run(self, program: str, count: int) -> str:
        made = subprocess.run(
            [sys.executable, "-m", program, str(count)],
            env=_environment(self.directory, self.port),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return made.stdout

    @property
    def web(self) -> list[int]:
        """The processes that answer requests."""
        return processes.web(self.servers[0].pid)

    @property
    def every(self) -> list[int]:
        """The supervisor with its outbox and the web processes; not the PDF press."""
        return [self.servers[0].pid, *self.web]

    def web_seconds(self) -> float:
        """CPU seconds of the web processes so far."""
        return sum(map(processes.cpu_seconds, self.web))

    def start(self) -> float:
        """Seconds until a second server of the same data gives its first answer."""
        port = _free_port()
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "billing", "serve"],
            env=_environment(self.directory, port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port, server, pause=0.01)
            return time.perf_counter() - began
        finally:
            server.terminate()
            server.wait(timeout=20)


def _is_row(form: Element) -> bool:
    """Whether a form saves a milestone that is there, unlike the one that adds another."""
    return re.search(r"/milestones/\d+$", form.get("action", "")) is not None


def _row(form: Element) -> Row:
    fields = {
        control.get("name", ""): _value(control)
        for control in form.iter()
        if control.tag in {"input", "select", "textarea"}
        and control.get("name") not in {None, "csrf_token"}
    }
    return Row(form.get("action", ""), fields)


def _value(control: Element) -> str:
    if control.tag == "textarea":
        return "".join(control.itertext())
    if control.tag == "select":
        options = [each for each in control.iter("option") if "selected" in each.attrib]
        return options[0].get("value", "") if options else ""
    return control.get("value", "")


@contextmanager
def served(directory: Path) -> Iterator[Stage]:
    """The demo and the yardstick, each under granian with the same settings."""
    port, hello_port = _free_port(), _free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    demo = subprocess.Popen(
        [sys.executable, "-m", "billing", "demo"], env=_environment(directory, port), **quiet
    )
    hello = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
            *("--workers", str(WORKERS), "--blocking-threads", "128", "--no-log"),
            *("--host", ADDRESS, "--port", str(hello_port), "bench.hello:create_app"),
        ],
        **quiet,
    )
    servers = [demo, hello]
    try:
        _wait_for(port, demo)
        _wait_for(hello_port, hello)
        described = json.loads((directory / "demo.json").read_text())
        yield Stage(port, hello_port, described, directory, servers)
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(timeout=20)


def _environment(directory: Path, port: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    # Its log is thrown away, and a bench of pages is not one of logging.
    return {**kept, "DATA_DIR": str(directory), "PORT": str(port), "WORKERS": str(WORKERS)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def _wait_for(
    port: int, server: subprocess.Popen[bytes], seconds: float = 90, pause: float = 0.2
) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            connection = Connection(port)
            connection.answer(Ask("GET", "/healthz").bytes(port))
            connection.close()
            return
        except OSError:
            time.sleep(pause)
    raise SystemExit("a server did not start")
