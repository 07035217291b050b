"""A browser without JavaScript: keeps cookies, sends the form's token, looks at every page."""

import re
from hashlib import sha256
from secrets import token_hex
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from billing import clock
from billing.people import accounts
from models import User

LABELLED = {
    "text",
    "email",
    "password",
    "number",
    "date",
    "search",
    "url",
    "tel",
    "checkbox",
    "radio",
}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
BASE_URL = "http://127.0.0.1:8000"
_right: set[bytes] = set()


class Visitor:
    """Somebody with a browser. `get` and `post` check what every page must hold."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.token = ""
        self.home = "/"

    def get(self, url: str, status: int = 200, **options: Any) -> TestResponse:
        return self._checked(self.client.get(url, base_url=BASE_URL, **options), status)

    def post(
        self, url: str, data: dict[str, Any] | None = None, status: int = 303, **options: Any
    ) -> TestResponse:
        """Post a form with the token of the page seen last."""
        fields = {"csrf_token": self.token, **(data or {})}
        response = self.client.post(url, data=fields, base_url=BASE_URL, **options)
        # A large form is a file until then.
        response.request.environ["wsgi.input"].close()
        return self._checked(response, status)

    def htmx(
        self, url: str, data: dict[str, Any] | None = None, status: int = 200, target: str = ""
    ) -> TestResponse:
        """Post as htmx does, for a region of the page."""
        headers = {**HTMX, "HX-Target": target, "X-CSRFToken": self.token}
        answer = self.client.post(url, data=data or {}, headers=headers, base_url=BASE_URL)
        return self._checked(answer, status)

    def follow(self, response: TestResponse) -> TestResponse:
        """Go where a redirect points."""
        return self.get(response.headers["Location"])

    def enter(self, user: User) -> None:
        """Be signed in, without the pages of signing in."""
        proof = token_hex(20)
        with self.client.session_transaction(base_url=BASE_URL) as session:
            session.permanent = True
            session["_user_id"] = accounts.open_session(user, clock.now(), "127.0.0.1", "tests")
            session["_fresh"] = True
            session["csrf_token"] = proof
        signer = URLSafeTimedSerializer(self.client.application.secret_key, salt="wtf-csrf-token")
        self.token = signer.dumps(proof)

    def sign_in(self, email: str, password: str) -> None:
        self.get("/sign-in")
        self.post("/sign-in", {"email": email, "password": password})
        self.get("/")

    def _checked(self, response: TestResponse, status: int) -> TestResponse:
        assert response.status_code == status, (response.status_code, _visible(response)[:2000])
        assert "Content-Security-Policy" in response.headers
        if response.mimetype == "text/html" and response.text.strip():
            found = re.search(r'X-CSRFToken": "([^"]+)"', response.text)
            if found:
                self.token = found[1]
            is_page = response.text.lstrip().lower().startswith("<!doctype")
            if is_page and not 300 <= status < 400:
                check_once(response.text.replace(self.token, "token") if found else response.text)
        return response


def check_once(html: str) -> None:
    """`check_page`, but for a page that was right before: walks meet the same ones again."""
    page = sha256(html.encode()).digest()
    if page not in _right:
        check_page(html)
        _right.add(page)


def check_page(html: str) -> None:
    """What every page holds: ids once, inputs named, one h1, a title, nothing inline."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    everything = list(tree.iter())
    ids = [element.get("id") for element in everything if element.get("id")]
    doubled = {each for each in ids if ids.count(each) > 1}
    assert not doubled, f"ids used twice: {doubled}"
    assert len(list(tree.iter("h1"))) == 1, "a page has one h1"
    title = "".join(next(tree.iter("title")).itertext())
    assert title.strip().endswith("· Milepost"), title
    assert not title.strip().startswith("·"), "the page has no title"
    for element in everything:
        _nothing_inline(element)
    labels = {label.get("for") for label in tree.iter("label")}
    wrapped = {id(inner) for label in tree.iter("label") for inner in label.iter()}
    for control in everything:
        if _needs_label(control) and id(control) not in wrapped:
            assert (
                control.get("id") in labels
                or control.get("aria-label")
                or control.get("aria-labelledby")
            ), f"unlabelled: {control.tag} {control.attrib}"
    for form in tree.iter("form"):
        if (form.get("method") or "get").lower() == "post":
            names = [inner.get("name") for inner in form.iter("input")]
            assert "csrf_token" in names, f"no token in the form for {form.get('action')}"


def _nothing_inline(element: Element) -> None:
    assert "style" not in element.attrib, f"inline style: {element.tag} {element.attrib}"
    assert element.tag != "style", "a style element"
    if element.tag == "script":
        assert element.get("src"), "an inline script"
    for name, value in element.attrib.items():
        assert not name.startswith(("on", "hx-on")), f"inline handler: {name}"
        assert not (name.startswith("hx-") and value.startswith("js:")), f"eval: {name}"
        assert not (name.startswith("hx-trigger") and "[" in value), f"filter: {value}"


def _needs_label(element: Element) -> bool:
    if element.tag in {"select", "textarea"}:
        return True
    return element.tag == "input" and element.get("type", "text") in LABELLED


def _visible(response: TestResponse) -> str:
    if response.mimetype != "text/html":
        return response.text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))
