"""Laws of every answer: headers, hosts, cookies, and secrets that stay secret."""

import logging
from dataclasses import replace

import pytest
from peewee import OperationalError

import models
from app import create_app
from billing.people import accounts, links
from tests import cast as the
from tests import story
from tests.contents import contents
from tests.house.walk import Walk
from tests.web.visitor import BASE_URL, Visitor

POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
    "connect-src 'self'", "font-src 'self'", "form-action 'self'", "base-uri 'none'",
    "manifest-src 'self'",
}  # fmt: skip


# A document opens in a sandbox, where it can do nothing at all.
SANDBOX = {"default-src 'none'", "sandbox"}


def _is_document(answer) -> bool:
    return "filename*=" in answer.headers.get("Content-Disposition", "") or answer.mimetype in (
        "application/pdf",
        "image/png",
        "image/webp",
    )


def _check(answer, told: str) -> None:
    """What every page and failure of ours carries; a file of the program is only what it says."""
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff", told
    if answer.mimetype in ("text/css", "text/javascript", "image/svg+xml"):
        return
    policy = {part.strip() for part in headers["Content-Security-Policy"].split(";")}
    assert policy >= (SANDBOX if _is_document(answer) else POLICY), told
    assert not {part for part in policy if "unsafe" in part or "*" in part or "http" in part}, told
    assert headers["Referrer-Policy"] == "same-origin", told
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", told
    assert "camera=()" in headers["Permissions-Policy"], told
    assert "Cache-Control" in headers, told
    for name in ("Server", "X-Powered-By"):
        assert "werkzeug" not in headers.get(name, "").lower(), told
    for cookie in headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie, f"{told}: {cookie}"
    for name, value in headers:
        assert value.isascii(), f"{told}: {name} must be Latin-1"


def test_every_answer_carries_its_headers(walk):
    for step in walk.steps():
        _check(step.by(walk.rightful(step)), str(step))


def test_failures_carry_them_too(walk, monkeypatch):
    nobody = walk.app.test_client()
    for told, answer in {
        "404": nobody.get("/nowhere", base_url=BASE_URL),
        "404 of a file": nobody.get("/static/nowhere.css", base_url=BASE_URL),
        "405": nobody.post("/healthz", base_url=BASE_URL),
        "400": nobody.post("/sign-in", base_url=BASE_URL),
        "413": nobody.post("/sign-in", data=b"x" * 3_000_000, base_url=BASE_URL),
        "another host": nobody.get("/sign-in", base_url="http://evil.example"),
    }.items():
        assert answer.status_code >= 400, told
        _check(answer, told)
        for technical in ("Bad Request", "Method Not Allowed", "Not Found", "URL", "werkzeug"):
            assert technical not in answer.text, f"{told} says {technical}"
    for error, status in ((RuntimeError("oh"), 500), (OperationalError("locked"), 503)):
        monkeypatch.setattr("billing.reading.attention.needs", _raising(error))
        answer = walk.owner.client.get("/", base_url=BASE_URL)
        assert answer.status_code == status
        _check(answer, str(status))


def _raising(error: Exception):
    def needs(*_arguments: object) -> None:
        raise error

    return needs


def test_a_failure_tells_nothing_of_itself(walk, monkeypatch, caplog):
    monkeypatch.setattr(
        "billing.reading.attention.needs", _raising(RuntimeError("a secret detail"))
    )
    answer = walk.owner.client.get("/", base_url=BASE_URL)
    assert answer.status_code == 500
    assert "a secret detail" not in answer.text and "Traceback" not in answer.text
    assert "a secret detail" in caplog.text


def test_owners_pages_are_not_kept_and_clients_are_asked_for_again(walk):
    for step in walk.steps("GET"):
        answer = step.by(walk.rightful(step))
        kept = answer.headers["Cache-Control"]
        if step.rule.endpoint in ("static", "sheets.show"):
            assert "max-age=31536000" in kept, step
        elif step.is_portal or _is_document(answer) or answer.mimetype == "application/zip":
            assert "private" in kept or kept == "no-store", f"{step}: {kept}"
        else:
            assert kept == "no-store", f"{step}: {kept}"


def test_only_the_preview_may_be_framed(walk):
    for step in walk.steps("GET"):
        answer = step.by(walk.rightful(step))
        policy = answer.headers.get("Content-Security-Policy", "")
        may = "frame-ancestors 'self'" in policy
        assert may or answer.mimetype != "text/html" or "frame-ancestors 'none'" in policy, step
        assert may == (step.rule.endpoint == "agreements.preview"), step


def test_pages_vary_by_who_asks(walk):
    """Otherwise a cache in between could hand a fragment to a browser that asked for a page."""
    for step in walk.steps("GET"):
        answer = step.by(walk.rightful(step))
        if answer.mimetype == "text/html" and answer.status_code == 200:
            varied = answer.headers.get("Vary", "")
            for name in ("HX-Request", "HX-Request-Type", "HX-Target"):
                assert name in varied, f"{step}: {varied}"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1:8001", "127.0.0.1.evil.example:8000", "localhost"]
)
def test_other_hosts_are_refused(walk, host):
    for step in walk.steps("GET"):
        if step.rule.endpoint != "health.process":
            answer = walk.nobody.client.open(
                step.address, method=step.method, base_url=f"http://{host}"
            )
            answer.close()
            assert answer.status_code == 400, f"{step}: {answer.status_code}"
            assert "evil" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("address", ["/clients?q=%00", "/invoices?q=a%00b", "/l/%00", "/p/%00/"])
def test_nothing_is_found_by_what_no_text_holds(walk, address):
    for visitor in (walk.owner, walk.client, walk.nobody):
        visitor.get(address, status=404)


def test_a_key_that_no_text_holds_is_no_key(walk):
    draft = f"/projects/{walk.story.draft.id}/milestones"
    walk.owner.post(draft, {"key": "a\0b"}, status=404)


def test_over_https_cookies_and_transport_are_strict(installation):
    secure = replace(installation, base_url="https://milepost.example")
    app = create_app(secure)
    models.db.connect(reuse_if_open=True)
    the.owner("alice@example.com")
    browser = app.test_client()
    base = {"base_url": "https://milepost.example"}
    page = browser.get("/sign-in", **base)
    token = page.text.split('X-CSRFToken": "')[1].split('"')[0]
    data = {"email": "alice@example.com", "password": the.PASSWORD, "csrf_token": token}
    answer = browser.post(
        "/sign-in", data=data, headers={"Referer": "https://milepost.example/sign-in"}, **base
    )
    assert answer.status_code == 303
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert cookies and all("Secure" in cookie for cookie in cookies)
    assert all(cookie.startswith("__Host-") for cookie in cookies)
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    models.db.close_all()


@pytest.fixture
def secrets(walk: Walk) -> list[str]:
    """All that would open something, if it were read in a log."""
    cast = walk.story.running
    reset = accounts.reset_token(walk.story.owner, walk.secret)
    session = walk.owner.client.get_cookie("session", domain="127.0.0.1")
    return [links.token(walk.link(cast.project), walk.secret), reset, session.value, the.PASSWORD]


def test_no_secret_is_in_a_log_or_an_address(walk, secrets, caplog):
    caplog.set_level(logging.DEBUG)
    link, reset, _session, password = secrets
    visitor = Visitor(walk.app)
    opened = visitor.client.get(f"/l/{link}", base_url=BASE_URL)
    assert opened.status_code == 303 and link not in opened.location
    assert link[16:] not in opened.text.replace(opened.headers["Set-Cookie"], "")
    visitor.client.get(f"/l/{link}x", base_url=BASE_URL)
    visitor.client.get(f"/password/reset/{reset}", base_url=BASE_URL)
    visitor.get("/sign-in")
    visitor.post("/sign-in", {"email": "alice@example.com", "password": password + "?"}, 422)
    for step in walk.steps():
        answer = step.by(walk.rightful(step))
        where = answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", "")
        assert not [secret for secret in secrets if secret in where], step
    assert "/l/<token>" in caplog.text, "requests are logged by their route"
    for secret in secrets:
        assert secret not in caplog.text
        assert secret[16:48] not in caplog.text


def test_no_page_shows_a_link_that_acts_for_somebody_else(walk, secrets):
    """The owner may ask to see a client's link; no page shows it unasked, nor to another client."""
    other = Walk(walk.app, story.told("bob@example.com"))
    shown = [secrets[0], other.token]
    for step in walk.steps("GET"):
        answer = walk.rightful(step).client.get(step.address, base_url=BASE_URL)
        for token in shown:
            assert token[16:].encode() not in answer.data, step
        answer.close()


def test_the_database_holds_no_token(walk, secrets):
    held = repr(contents())
    for secret in secrets:
        assert secret[16:48] not in held
