"""A server in a thread, a real Chromium, and pages on which no error may go unseen."""

import gc
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

import models
from billing import clock
from billing.installation import Installation
from billing.people import accounts
from models import User
from tests import cast as the
from tests.application import pointed_at
from tests.ports import free_port

PATIENCE = 20_000
"""Milliseconds in which what a test waits for must come, on a machine that is busy with others."""

expect.set_options(timeout=PATIENCE)
CHROMIUM = "/usr/bin/chromium"
# What an address bar would suggest: two processes for every window, which nobody sees.
UNUSED = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# A second list of features replaces Playwright's own, so what that has for this system stands here.
PLAYWRIGHTS = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join((*UNUSED, *PLAYWRIGHTS))}",
]
# Chromium writes down every answer that is not a success; refusing a form is no error.
REFUSED = re.compile(r"server responded with a status of (409|422)")
VENDOR = Path(__file__).parent / "vendor"
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 900}
# Colours fade into each other; axe would judge those in between, so they are taken to the end.
SETTLED = """async () => {
  for (let tries = 0; tries < 50; tries++) {
    await new Promise(done => setTimeout(done, 40));
    const fading = document.getAnimations().filter(
      each => each instanceof CSSTransition && each.playState === "running");
    if (!fading.length) return true;
    fading.forEach(each => each.finish());
  }
  return false;
}"""


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # Static files that are compressed on the way are closed by the collector.
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"))


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        pass


class Live:
    """The app on a port of its own; every POST takes `delay` seconds longer."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self.app, self.url, self.delay = app, f"http://{host}:{port}", 0.0
        self._running, self._quiet = 0, threading.Condition()
        self._server = make_server(host, port, self._slowed, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def _slowed(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        # Counted until the app has answered, not until the answer is closed: werkzeug does not
        # close one whose reader has gone, and the app is done with the database before that.
        with self._counted():
            if environ["REQUEST_METHOD"] == "POST" and self.delay:
                time.sleep(self.delay)
            answer: Iterable[bytes] = self.app.wsgi_app(environ, start)
            return answer

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._quiet:
            self._running += 1
        try:
            yield
        finally:
            with self._quiet:
                self._running -= 1
                self._quiet.notify_all()

    def stop(self) -> None:
        """Stop after the last answer: closing a connection that is in use hangs SQLite."""
        if "live" in self.app.extensions:
            self.app.extensions["live"].close()
        self._server.shutdown()
        self._thread.join()
        with self._quiet:
            is_quiet = self._quiet.wait_for(lambda: not self._running, timeout=30)
        self._server.server_close()
        assert is_quiet, "the server is still at work on a request"


@pytest.fixture
def live(
    built: Flask, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Live]:
    """The app over this test's own database, on the day of the.NOW."""
    monkeypatch.setattr(clock, "now", lambda: the.NOW)
    port = free_port()
    here = replace(installation, base_url=f"http://127.0.0.1:{port}", port=port)
    with pointed_at(here, built, ALLOWED_HOSTS={f"127.0.0.1:{port}"}):
        models.db.connect(reuse_if_open=True)
        server = Live(built, "127.0.0.1", port)
        yield server
        server.stop()
        models.db.close_all()
        # Static files that nobody closed, while this test still lets them pass.
        gc.collect()


@pytest.fixture
def alice(live: Live) -> User:
    return the.owner("alice@example.com")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser, live: Live) -> Iterator[Callable[..., Page]]:
    """window(path, of=user, size=DESK, …): a page of a signed-in browser. Errors fail the test."""
    errors: list[str] = []
    contexts: list[BrowserContext] = []

    def note(kind: str) -> Callable[[Any], None]:
        def heard(message: Any) -> None:
            text = getattr(message, "text", str(message))
            if kind == "page" or (message.type == "error" and not REFUSED.search(text)):
                errors.append(f"{kind}: {text}")

        return heard

    def open_window(path: str, of: User | None = None, **options: Any) -> Page:
        options.setdefault("viewport", options.pop("size", DESK))
        context = chromium.new_context(base_url=live.url, **options)
        contexts.append(context)
        if of is not None:
            _sign_in(context, live, of)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", note("console"))
        page.on("pageerror", note("page"))
        page.goto(path)
        return page

    open_window.errors = errors  # type: ignore[attr-defined]
    yield open_window
    for context in contexts:
        context.close()
    assert not errors, errors


def _sign_in(context: BrowserContext, live: Live, user: User) -> None:
    """Put the cookie of a session into the browser, without the pages of signing in."""
    token = accounts.open_session(user, clock.now(), "127.0.0.1", "tests")
    serializer = live.app.session_interface.get_signing_serializer(live.app)
    value = serializer.dumps({"_user_id": token, "_fresh": True})
    context.add_cookies([{"name": "session", "value": value, "url": live.url}])


def looks_right(page: Page, what: str = "") -> None:
    """Axe finds nothing and nothing is too wide: on a phone and a desk, in light and in dark."""
    # A click returns as soon as the next page answers, which may be before it has an element.
    page.wait_for_load_state()
    before = page.viewport_size
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], what
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            assert page.evaluate(SETTLED), what
            assert violations(page, None if colours == "light" else COLOURS) == [], (
                what,
                size,
                colours,
            )
    page.set_viewport_size(before or DESK)
    page.emulate_media(color_scheme=None)


COLOURS = ["color-contrast", "link-in-text-block"]
"""What axe can find in the dark that it does not find in the light."""


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds on a page as it stands: rule, and the first place that breaks it."""
    # Injected by the debugger, as the page's own policy forbids scripts that are not the app's.
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate((VENDOR / "axe-4.14.1.min.js").read_text() + "; undefined")
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary']}"
        for each in found["violations"]
    ]
