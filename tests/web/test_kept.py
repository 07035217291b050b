"""Kept pages: made once for what they depend on, whole when packed, each browser its own token."""

import gzip

import pytest
from flask import Flask, flash, session
from flask_wtf.csrf import CSRFProtect, generate_csrf

from blueprints.web import kept

TOKEN = "a-token.with-signature"


@pytest.fixture
def made():
    """How often the page was rendered."""
    return []


@pytest.fixture
def client(made):
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "x"
    CSRFProtect(app)

    @app.get("/<name>")
    def show(name):
        def render():
            made.append(name)
            token = generate_csrf()
            return f"<p>{name}</p><input value={token}>{'ł' * 3000}<b data-token={token}>"

        return kept.page((name, 1), render)

    @app.get("/told")
    def tell():
        flash("Done")
        return session["csrf_token"]

    return app.test_client()


@pytest.mark.parametrize(
    "text",
    ["", "ł" * 70_000, f"a{kept.SLOT}b", f"{kept.SLOT}" * 3],
    ids=["nothing", "beyond a window", "one token", "three tokens"],  # the slot is random
)
def test_the_packed_page_is_the_plain_one(text):
    page = kept.Kept(text)
    plain = page.plain(TOKEN)
    assert plain.decode() == text.replace(kept.SLOT, TOKEN)
    assert gzip.decompress(page.packed(TOKEN)) == plain


def test_a_token_is_never_compressed():
    # What an attacker puts beside a secret must not make the page shorter when it is alike.
    one, two = kept.Kept(f"{TOKEN} {kept.SLOT}"), kept.Kept(f"{TOKEN[::-1]} {kept.SLOT}")
    assert TOKEN.encode() in one.packed(TOKEN)
    assert len(one.packed(TOKEN)) == len(two.packed(TOKEN))


def test_a_page_is_made_once_and_each_browser_gets_its_own_token(client, made):
    first = client.get("/a").text
    again = client.get("/a").text
    other = client.application.test_client().get("/a").text
    assert made == ["a"]
    assert kept.SLOT not in first
    assert first.split("<input")[0] == again.split("<input")[0] == other.split("<input")[0]
    assert other != again


def test_a_browser_that_has_the_page_is_told_so(client, made):
    seen = client.get("/a")
    known = {"If-None-Match": seen.headers["ETag"]}
    fresh = client.get("/a", headers=known)
    assert (fresh.status_code, fresh.data) == (304, b"")
    assert fresh.headers["ETag"] == seen.headers["ETag"]
    assert "Cookie" in fresh.headers["Vary"]
    assert client.get("/b", headers=known).status_code == 200
    assert client.application.test_client().get("/a", headers=known).status_code == 200


def test_a_message_is_told_once_and_not_kept(client, made):
    client.get("/a")
    client.get("/told")
    with client.session_transaction() as before:
        assert "_flashes" in before
        told = client.get("/a", headers={"If-None-Match": "*"})
    assert "ETag" not in told.headers
    assert made == ["a", "a"]


def test_packed_only_for_who_can_unpack(client):
    packed = client.get("/a", headers={"Accept-Encoding": "br, gzip"})
    assert gzip.decompress(packed.data).startswith(b"<p>a</p>")
    assert "Accept-Encoding" in packed.headers["Vary"]
    for encodings in ("identity", "gzip;q=0, br"):
        plain = client.get("/a", headers={"Accept-Encoding": encodings})
        assert "Content-Encoding" not in plain.headers
        assert plain.data.startswith(b"<p>a</p>")


def test_the_shelf_holds_what_was_asked_for_last():
    pages = {name: kept.Kept(name * 1000) for name in "abc"}
    shelf = kept.Shelf(limit=sum(pages[name].size for name in "ab"))
    shelf.put("a", pages["a"])
    shelf.put("b", pages["b"])
    assert shelf.get("a") is pages["a"]
    shelf.put("c", pages["c"])
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c")) == (pages["a"], None, pages["c"])
    shelf.put("c", pages["b"])
    assert shelf.get("a") is pages["a"]


def test_the_release_follows_what_pages_are_made_from(monkeypatch):
    monkeypatch.setattr(kept, "ROOMS", ("migrations",))
    one, again = kept.release.__wrapped__(), kept.release.__wrapped__()
    assert one == again
    assert len(one) == 16
