"""A database that is locked or full: a clear answer, nothing half-written, recovery."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

import models
from billing import checking
from billing.people import links
from models import Invoice, Link, db, is_postgresql
from models.schema import migrate
from tests import cast as the
from tests.contents import contents
from tests.faults.server import SECRET, Person, running
from tests.web.conftest import alice, app, as_client, frozen, nothing_stale, signed_in

__all__ = ["alice", "app", "as_client", "frozen", "nothing_stale", "signed_in"]

pytestmark = pytest.mark.faults

PATIENCE = 300
"""Milliseconds that a writer waits in these tests."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.base, "PATIENCE", PATIENCE)
    monkeypatch.setitem(models.base.SQLITE_PRAGMAS, "busy_timeout", PATIENCE)


HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
"""


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another process is writing and does not come to an end."""
    if url.startswith("postgresql"):
        with psycopg.connect(url) as other:
            other.execute("SELECT id FROM project FOR UPDATE")
            other.execute("SELECT id FROM account FOR UPDATE")
            yield
        return
    path = url.removeprefix("sqlite:///")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    yield
    holder.communicate()


def test_a_locked_database_is_said_and_left_alone(app, as_client, signed_in, alice, database_url):
    cast = the.submitted(of=alice)
    client = as_client(cast.project, cast.contact)
    acceptance = f"{client.home}milestones/{cast.milestone.id}/acceptance"
    before = contents()
    with locked(database_url):
        for visitor, address, fields in (
            (client, acceptance, {"seen": "1"}),
            (signed_in, f"/projects/{cast.project.id}/cancellation", {"reason": "no"}),
        ):
            answer = visitor.post(address, fields, 503)
            assert int(answer.headers["Retry-After"]) > 0
            assert "Nothing was changed" in answer.text
        # Reading goes on.
        signed_in.get("/")
        client.get(client.home)
        assert contents() == before
    client.post(acceptance, {"seen": "1"}, 303)
    assert Invoice.select().count() == 1
    assert checking.problems() == []


@contextmanager
def full() -> Iterator[None]:
    """No connection can make the file much larger."""
    pages = db.execute_sql("PRAGMA page_count").fetchone()[0]
    with _pragma("max_page_count", pages + 8):
        yield


@contextmanager
def _pragma(name: str, value: int) -> Iterator[None]:
    database = db.obj
    kept = database._pragmas
    database.close_all()
    database._pragmas = [*kept, (name, value)]
    database.connect(reuse_if_open=True)
    yield
    database.close_all()
    database._pragmas = kept
    database.connect(reuse_if_open=True)


def test_a_full_disk_is_said_and_nothing_is_half_written(app, as_client, alice):
    if is_postgresql():
        pytest.skip("a full disk of PostgreSQL's is not ours to make")
    casts = [the.submitted(of=alice) for _ in range(12)]
    clients = [as_client(cast.project, cast.contact) for cast in casts]

    def accept(number: int) -> int:
        cast, client = casts[number], clients[number]
        address = f"{client.home}milestones/{cast.milestone.id}/acceptance"
        answer = client.client.post(
            address,
            data={"seen": "1", "csrf_token": client.token},
            base_url="http://127.0.0.1:8000",
        )
        return answer.status_code

    with full():
        answers = [accept(number) for number in range(len(casts))]
        assert 503 in answers and set(answers) <= {303, 503}
        assert Invoice.select().count() == answers.count(303)
        assert checking.problems() == []
        clients[0].get(clients[0].home)
    for number, answer in enumerate(answers):
        if answer == 503:
            assert accept(number) == 303
    assert Invoice.select().count() == len(casts)
    assert checking.problems() == []


@pytest.fixture
def small_disk(where: str, tmp_path: Path) -> Iterator[Path]:
    """A file system of sixteen megabytes."""
    if where != "sqlite":
        pytest.skip("a full disk of PostgreSQL's is not ours to make")
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=16m", "tmpfs", place])
    if not made or made.returncode:
        pytest.skip("no file system may be mounted here, so no real disk was filled")
    yield place
    subprocess.run(["umount", "-l", place], check=True)  # noqa: S607


def test_a_server_on_a_full_disk_recovers_by_itself(small_disk, tmp_path):
    url = f"sqlite:///{small_disk / 'milepost.db'}"
    models.connect(url, 4)
    migrate()
    with models.connection():
        owner = the.owner()
        casts = [the.submitted(of=owner) for _ in range(8)]
        addresses = [_acceptance(cast) for cast in casts]
    db.close_all()
    data = tmp_path / "data"
    data.mkdir()
    ballast = small_disk / "ballast"
    with running(url, data) as server:
        people = [Person(server.port, cookies) for cookies, _address in addresses]
        for person, (_cookies, address) in zip(people, addresses, strict=True):
            assert person.get(address).status == 200
        _fill(ballast)
        posts: list[Callable[[], Any]] = [
            lambda person=person, address=address: person.post(address, seen="1")
            for person, (_cookies, address) in zip(people, addresses, strict=True)
        ]
        answers = [post().status for post in posts]
        assert 503 in answers and set(answers) <= {303, 503}
        assert Person(server.port).get("/healthz").status == 200
        ballast.unlink()
        assert [post().status for post in posts] == [303] * len(posts)
    with models.connection():
        assert Invoice.select().count() == len(casts)
        assert checking.problems() == []
    db.close_all()
    with sqlite3.connect(small_disk / "milepost.db") as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()


def _acceptance(cast: the.Engagement) -> tuple[dict[str, str], str]:
    link = Link.get(Link.project == cast.project.id)
    cookie = {f"link_{link.key}".replace("-", "_"): links.token(link, SECRET.encode())}
    return cookie, f"/p/{link.key}/milestones/{cast.milestone.id}/acceptance"


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return
