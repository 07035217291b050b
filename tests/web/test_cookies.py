"""The session's cookie: as safe as Flask's own, read and written no oftener than it changes."""

import pytest
from flask import Flask, flash, get_flashed_messages, session

from blueprints.web import cookies
from blueprints.web.cookies import Cookies


@pytest.fixture
def read(monkeypatch):
    """The cookies whose signature was looked at."""
    seen = []
    plain = Cookies._read
    monkeypatch.setattr(
        Cookies, "_read", lambda self, app, cookie: seen.append(cookie) or plain(self, app, cookie)
    )
    return seen


@pytest.fixture
def client(read):
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x", SESSION_REFRESH_EACH_REQUEST=False)
    app.session_interface = Cookies()
    for rule, view in {
        "/": lambda: dict(session),
        "/set/<value>": lambda value: session.update(value=value, is_new=True) or "",
        "/drop": lambda: session.clear() or "",
        "/tell": lambda: flash("Done") or "",
        "/told": get_flashed_messages,
    }.items():
        app.add_url_rule(rule, rule, view)
    return app.test_client()


def cookie_of(client):
    return client.get_cookie("session").value


def test_a_cookie_is_read_once_and_sent_only_when_it_changes(client, read):
    assert "Set-Cookie" in client.get("/set/one").headers
    for _ in range(3):
        answer = client.get("/")
        assert answer.json == {"value": "one", "is_new": True}
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Vary"] == "Cookie"
    assert len(read) == 1
    client.get("/set/two")
    assert client.get("/").json["value"] == "two"
    client.get("/drop")
    assert client.get_cookie("session") is None
    assert client.get("/").json == {}


def test_what_one_request_changes_is_not_in_the_cookie_of_another(client):
    client.get("/set/one")
    kept = cookie_of(client)
    client.get("/set/two")
    client.set_cookie("session", kept)
    assert client.get("/").json["value"] == "one"


def test_a_known_cookie_makes_no_other_good(client):
    client.get("/set/one")
    client.get("/")
    good = cookie_of(client)
    # Not the last character: its last bits say nothing.
    other = "A" if good[-5] != "A" else "B"
    for forged in (good[:-5] + other + good[-4:], good.replace(".", "..", 1), good[1:], "x", ""):
        client.set_cookie("session", forged)
        assert client.get("/").json == {}


def test_a_known_cookie_ends_with_its_lifetime(client, monkeypatch):
    client.get("/set/one")
    assert client.get("/").json["value"] == "one"
    lifetime = client.application.permanent_session_lifetime.total_seconds()
    start = cookies.time()
    monkeypatch.setattr(cookies, "time", lambda: start + lifetime + 2)
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: start + lifetime + 2)
    assert client.get("/").json == {}


def test_lists_are_never_shared_between_requests(client, read):
    client.get("/tell")
    kept = cookie_of(client)
    for _ in range(2):
        client.set_cookie("session", kept)
        assert client.get("/told").json == ["Done"]
    assert read == [kept, kept]


def test_a_process_remembers_only_so_many(client, monkeypatch):
    monkeypatch.setattr(cookies, "KNOWN", 2)
    for value in "abc":
        client.get(f"/set/{value}")
        client.get("/")
    assert len(client.application.session_interface._known) == 2
