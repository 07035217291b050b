"""The session's cookie, signed as Flask does it, but read and written no oftener than it changes.

Flask derives its keys, checks the signature and unpacks the JSON for every request, and looks
through the session again to find that nothing is to be saved: a third of an unchanged page.
"""

from collections import OrderedDict
from threading import Lock
from time import time
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

KNOWN = 4096
"""Cookies whose signature was found good, remembered by each process."""


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookies; one object serves one app."""

    def __init__(self) -> None:
        self._serializer: Any = None
        # By the whole cookie, signature included: its session, and until when it is good.
        self._known: OrderedDict[str, tuple[dict[str, Any], float]] = OrderedDict()
        self._turn = Lock()

    def get_signing_serializer(self, app: Flask) -> Any:
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        content, until = self._known.get(cookie, ({}, 0.0))
        if cookie and until <= time():
            content = self._read(app, cookie)
        return self.session_class(content)

    def _read(self, app: Flask, cookie: str) -> dict[str, Any]:
        lifetime = app.permanent_session_lifetime.total_seconds()
        try:
            content, signed_at = self.get_signing_serializer(app).loads(
                cookie, max_age=int(lifetime), return_timestamp=True
            )
        except BadSignature:
            return {}
        # What holds lists could be changed through them; it is read anew.
        if all(isinstance(value, str | bool) for value in content.values()):
            with self._turn:
                self._known[cookie] = content, signed_at.timestamp() + lifetime
                while len(self._known) > KNOWN:
                    self._known.popitem(last=False)
        return content  # type: ignore[no-any-return]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed and "Cookie" not in response.headers.get("Vary", ""):
            response.vary.add("Cookie")
