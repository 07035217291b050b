"""Uploads that break off, meet a full disk or come twice at once: nothing is half-stored."""

import http.client
import socket
import time
from io import BytesIO
from itertools import chain, repeat

import pytest

from billing import checking
from models import Attachment, File, is_postgresql
from tests import cast as the
from tests.faults.server import PATIENCE, Answer, Person, Server, all_at_once
from tests.faults.test_database import full
from tests.web.conftest import alice, app, frozen, nothing_stale, signed_in
from tests.web.visitor import HTMX

__all__ = ["alice", "app", "frozen", "nothing_stale", "signed_in"]

pytestmark = pytest.mark.faults

EDGE = "edge-of-a-part"
LARGE = b"words and more words " * 100_000
PIECE = b"x" * 100_000
LIMIT = 25_000_000


def body(name: str, content: bytes) -> bytes:
    head = (
        f"--{EDGE}\r\nContent-Disposition: form-data; name=files; filename={name}\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{EDGE}--\r\n".encode()


def headers(person: Person) -> dict[str, str]:
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in person.cookies.items()),
        "Content-Type": f"multipart/form-data; boundary={EDGE}",
        "X-CSRFToken": person.token,
        "HX-Request": "true",
    }


def upload(person: Person, path: str, name: str, content: bytes) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", person.port, timeout=PATIENCE)
    try:
        connection.request("POST", path, body(name, content), headers(person))
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.headers), answer.read().decode())
    finally:
        connection.close()


def broken_off(person: Person, path: str, content: bytes) -> None:
    """All but the end is sent, then the line is cut."""
    whole = body("cut.txt", content)
    lines = {"Host": f"127.0.0.1:{person.port}", "Content-Length": len(whole), **headers(person)}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection(("127.0.0.1", person.port)) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + whole[: len(whole) // 2])


def sent(person: Person, path: str, head: bytes, size: int) -> Answer:
    """A form with a file of so many bytes as a browser sends it: all before anything is heard."""
    tail = f"\r\n--{EDGE}--\r\n".encode()
    line = http.client.HTTPConnection("127.0.0.1", person.port, timeout=PATIENCE)
    given = {**headers(person), "Content-Length": str(len(head) + size + len(tail))}
    del given["HX-Request"]
    try:
        line.request("POST", path, chain([head], repeat(PIECE, size // len(PIECE)), [tail]), given)
        answer = line.getresponse()
        return Answer(answer.status, dict(answer.headers), answer.read().decode())
    finally:
        line.close()


def drafts() -> int:
    return int(File.select().where(~File.kept).count())


@pytest.fixture
def place(server: Server, shared: None) -> tuple[Person, str]:
    """An owner who is signed in, and where the files of a milestone go."""
    cast = the.active()
    person = Person(server.port)
    person.sign_in(cast.owner.email, the.PASSWORD)
    return person, f"/projects/{cast.project.id}/milestones/{cast.milestone.id}/files"


@pytest.mark.storage
def test_a_connection_that_breaks_leaves_nothing_and_the_next_try_is_whole(place):
    person, path = place
    before = drafts()
    broken_off(person, path, LARGE)
    time.sleep(1)
    assert (
        drafts() == before and not Attachment.select().where(Attachment.name == "cut.txt").count()
    )
    assert upload(person, path, "cut.txt", LARGE).status == 200
    made = Attachment.get(Attachment.name == "cut.txt")
    assert bytes(made.file.content) == LARGE
    assert checking.problems() == []


@pytest.mark.parametrize("times", [2, 20])
def test_without_javascript_a_file_beyond_the_limit_is_answered_with_the_form(place, times):
    person, path = place
    words = f"--{EDGE}\r\nContent-Disposition: form-data; name=text\r\n\r\nThese stay.\r\n"
    head = words.encode() + body("film.mov", b"").removesuffix(f"\r\n--{EDGE}--\r\n".encode())
    answer = sent(person, path.removesuffix("files") + "comments", head, times * LIMIT)
    assert answer.status == 413 and "These stay.</textarea>" in answer.text
    assert "“film.mov” is too large. A file may have 25 MB" in answer.text
    assert not Attachment.select().where(Attachment.name == "film.mov").exists()
    assert checking.problems() == []


def test_what_no_form_takes_is_read_to_its_end_and_answered_with_a_page(place):
    person, _path = place
    answer = sent(person, "/sign-in", b"", 40_000_000)
    assert answer.status == 413 and "That is too large" in answer.text


@pytest.mark.storage
def test_the_same_file_from_twenty_windows_is_one(place):
    person, path = place
    before = drafts()
    answers = all_at_once([person] * 20, lambda each, _: upload(each, path, "same.txt", b"same"))
    assert {answer.status for answer in answers} == {200}
    assert drafts() == before + 1
    assert Attachment.select().where(Attachment.name.startswith("same")).count() == 1


def test_a_full_disk_is_said_and_the_file_is_taken_later(app, signed_in, alice):
    if is_postgresql():
        pytest.skip("a full disk of PostgreSQL's is not ours to make")
    cast = the.active(of=alice)
    signed_in.get(f"/projects/{cast.project.id}")
    url = f"/projects/{cast.project.id}/milestones/{cast.milestone.id}/files"

    def post(status: int) -> None:
        given = {"files": [(BytesIO(LARGE), "a.txt")]}
        signed_in.post(url, given, status, headers={**HTMX, "X-CSRFToken": signed_in.token})

    with full():
        post(503)
        assert not (Attachment.select().count() or drafts())
    post(200)
    assert checking.problems() == []
