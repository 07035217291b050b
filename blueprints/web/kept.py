"""Pages kept as they were rendered, under all that they depend on, and told apart by an ETag.

What differs from visitor to visitor is the CSRF token alone. It stands outside the kept parts,
and in the compressed page too, as a stored block of its own between two compressed ones
(RFC 1951, 3.2.4): so a page is compressed once, and never together with a secret.
"""

import secrets
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

from flask import Response, current_app, g, request, session
from flask.globals import request_ctx
from flask_wtf.csrf import generate_csrf

from blueprints.web.hypermedia import VARY

SLOT = secrets.token_hex(16)
"""Stands for the token while a page is rendered; nobody can type it into one."""

ROOMS = ("billing", "blueprints", "models", "static", "templates", "translations")
LIMIT = 8 * 1024 * 1024

REVALIDATED = "private, no-cache"
"""Cache-Control of a page that its browser may keep if it asks every time whether it is fresh."""

Key = tuple[Hashable, ...]


class Kept:
    """One page in the parts around its tokens, plain and compressed."""

    def __init__(self, html: str) -> None:
        self._parts = [part.encode() for part in html.split(SLOT)]
        self._packed = [_deflated(part) for part in self._parts]
        self.size = sum(map(len, self._parts)) + sum(map(len, self._packed))

    def plain(self, token: str) -> bytes:
        return token.encode().join(self._parts)

    def packed(self, token: str) -> bytes:
        """The same as one gzip member (RFC 1952)."""
        plain, stored = self.plain(token), token.encode()
        head = struct.pack("<BHH", 0, len(stored), len(stored) ^ 0xFFFF)
        body = (head + stored).join(self._packed)
        tail = struct.pack("<BHHII", 1, 0, 0xFFFF, zlib.crc32(plain), len(plain))
        return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + body + tail


def _deflated(part: bytes) -> bytes:
    """Complete blocks without a last one, ending on a byte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)


class Shelf:
    """The pages asked for last, at most `limit` bytes of them; for all threads of a process."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit, self._size = limit, 0
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._turn = Lock()

    def get(self, key: Hashable) -> Kept | None:
        with self._turn:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: Hashable, page: Kept) -> None:
        with self._turn:
            replaced = self._pages.pop(key, None)
            self._pages[key] = page
            self._size += page.size - (replaced.size if replaced else 0)
            while self._size > self._limit:
                self._size -= self._pages.popitem(last=False)[1].size


def page(key: Key, render: Callable[[], str]) -> Response:
    """The page that `render` makes, made once for `key`, which names all it depends on.

    Answers 304 to a browser that has it. A page with a message to tell is made for itself.
    """
    if _tells():
        return _answer(render().encode(), cache=REVALIDATED)
    tag = _tag(key)
    # A tag is found in no other: all are of one length.
    if tag is not None and tag in request.headers.get("If-None-Match", ""):
        return _answer(b"", tag, 304, REVALIDATED)
    return _served(_kept(key, render), key, REVALIDATED)


def unstored(key: Key, render: Callable[[], str]) -> Response:
    """The same for who signs in: no browser may store the page, so that it ends with the session.

    A page with a message to tell is made for itself.
    """
    if _tells():
        return _answer(render().encode())
    return _served(_kept(key, render))


def _tells() -> bool:
    """Whether there is a message to tell. A page that fetches itself leaves it to the next one."""
    if "_flashes" in session and "HX-Request" in request.headers:
        request_ctx.flashes = []
        return False
    return "_flashes" in session


def _kept(key: Key, render: Callable[[], str]) -> Kept:
    shelf = current_app.extensions.setdefault("kept", Shelf())
    found = None if current_app.debug else shelf.get((release(), key))
    if found is None:
        found = Kept(_rendered(render))
        shelf.put((release(), key), found)
    return found


def _served(page: Kept, key: Key | None = None, cache: str = "") -> Response:
    """The page with this visitor's token, packed for who can unpack it."""
    token = generate_csrf()
    # The tag depends on the token's secret, which the session may have only now.
    tag = None if key is None else _tag(key)
    if request.accept_encodings.quality("gzip") > 0:
        response = _answer(page.packed(token), tag, cache=cache)
        response.headers["Content-Encoding"] = "gzip"
        return response
    return _answer(page.plain(token), tag, cache=cache)


def _rendered(render: Callable[[], str]) -> str:
    """The page with SLOT where tokens go. Flask-WTF keeps a request's token in `g`."""
    g.csrf_token = SLOT
    try:
        return render()
    finally:
        del g.csrf_token


def _tag(key: Key) -> str | None:
    """What this browser's copy is known by; none until its session has a token."""
    secret = session.get("csrf_token")
    if secret is None:
        return None
    return sha256(repr((release(), key, secret)).encode()).hexdigest()[:32]


def _answer(body: bytes, tag: str | None = None, status: int = 200, cache: str = "") -> Response:
    headers = {"Vary": f"{VARY}, Accept-Encoding"}
    if cache:
        headers["Cache-Control"] = cache
    if tag is not None:
        headers["ETag"] = f'W/"{tag}"'
    return Response(body, status, headers, content_type="text/html; charset=utf-8")


@lru_cache(maxsize=1)
def release() -> str:
    """A mark of everything pages are made from, so that an upgrade ends what was kept before."""
    digest = sha256()
    for room in ROOMS:
        for path in sorted((Path(__file__).parents[2] / room).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
