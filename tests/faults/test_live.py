"""An open page hears of a change that another process of a real server has made."""

import http.client
import time

import pytest

import models
from billing import events
from billing.people import links
from billing.reading import live
from models import Link
from tests import cast as the
from tests.cast import NOW
from tests.faults.server import PATIENCE, SECRET, running

pytestmark = [pytest.mark.faults, pytest.mark.storage, pytest.mark.usefixtures("shared")]

PAGES = 8
"""Enough for both processes to have some."""

KILLED_AFTER = 15
"""Seconds, see serving: what ends by itself ends before."""


@pytest.fixture
def cast():
    return the.submitted()


class Page:
    """An open page of the client's that listens."""

    def __init__(self, port, link):
        name = f"link_{link.key}".replace("-", "_")
        cookie = f"{name}={links.token(link, SECRET.encode())}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._connection.request(
            "GET", f"/p/{link.key}/live", headers={"Accept": "text/event-stream", "Cookie": cookie}
        )
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200

    def hears(self, after=None):
        """What it is told next; a beat tells again what it knows, and so may joining."""
        told = after
        while told == after:
            told = self._answer.readline().decode().strip().removeprefix("data: ")
            assert self._answer.readline() in (b"\n", b"")
        return told

    def close(self):
        self._answer.close()
        self._connection.close()


@pytest.fixture
def opened(server, cast):
    """The client's pages on a server; they are closed in the end."""
    pages = []
    with models.write(cast.project):
        link = links.for_contact(cast.project, cast.contact, NOW)

    def open_on(port):
        pages.extend(Page(port, link) for _ in range(PAGES))
        return pages

    yield open_on
    for page in pages:
        page.close()


def test_a_change_reaches_every_open_page_before_the_next_beat(server, cast, opened):
    pages = opened(server.port)
    [before] = {page.hears() for page in pages}
    with models.write(cast.project):
        events.touch(cast.project)
    began = time.monotonic()
    assert {page.hears(before) for page in pages} == {str(int(before) + 1)}
    assert time.monotonic() - began < live.BEAT - 5


def test_a_revoked_link_ends_its_streams(server, cast, opened):
    pages = opened(server.port)
    [before] = {page.hears() for page in pages}
    links.revoke(Link.get(Link.project == cast.project.id), cast.owner, NOW)
    assert {page.hears(before) for page in pages} == {"over"}


def test_open_pages_do_not_hold_up_the_end_of_the_server(shared_url, cast, opened, tmp_path):
    with running(shared_url, tmp_path) as served:
        pages = opened(served.port)
        [before] = {page.hears() for page in pages}
        served.process.terminate()
        began = time.monotonic()
        # They may come again, to the server that is started next.
        assert {page.hears(before) for page in pages} == {""}
        served.process.wait(PATIENCE)
        assert time.monotonic() - began < KILLED_AFTER
