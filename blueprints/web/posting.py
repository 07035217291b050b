"""What is posted is read to its end, so that the answer arrives: a browser reads none before it
has sent all, and says that the connection broke if the server no longer listens.

Of a file that is too large only so much is kept as shows that it is; the form around it is whole.
"""

import time
from tempfile import SpooledTemporaryFile
from typing import Any, cast

from flask import Flask, request
from htmx_flask.requests import HtmxAwareRequest

BOUND = 1024 * 1024 * 1024
"""Bytes of a request that are read at most, to be able to answer it."""

PATIENCE = 120
"""Seconds that what nobody asked for is read at most."""

AROUND = 1024 * 1024
"""Bytes of the form around the files."""

LONGEST = 100_000
"""Bytes of one typed text beside files."""

PIECE = 64 * 1024
IN_MEMORY = 512 * 1024


class Posted(HtmxAwareRequest):
    """A request that keeps of its files what fits into its room."""

    largest = room = BOUND

    def take(self, largest: int, together: int) -> None:
        if self.mimetype != "multipart/form-data":
            # Only files are thrown away as they come; all else is held in memory.
            return
        self.max_form_memory_size = LONGEST
        self.max_content_length = max(BOUND, together + AROUND)
        # One byte more tells that there are too many.
        self.largest, self.room = largest + 1, together + 1

    def _get_file_stream(self, *_told: Any, **_more: Any) -> Any:
        return Capped(self)


class Capped(SpooledTemporaryFile[bytes]):
    """A posted file of `size` bytes; `is_cut` where the request had no room for the rest of it."""

    def __init__(self, posted: Posted) -> None:
        super().__init__(max_size=IN_MEMORY)
        self._posted, self._left = posted, posted.largest
        self.is_cut, self.size = False, 0

    def write(self, data: Any) -> int:
        fits = data[: min(self._left, self._posted.room)]
        self.is_cut |= len(fits) < len(data)
        self.size += len(data)
        self._left -= len(fits)
        self._posted.room -= len(fits)
        super().write(fits)
        return len(data)


def init_app(app: Flask) -> None:
    """Read all requests so. After htmx, whose kind of request this one is."""
    app.request_class = Posted


def take(largest: int, together: int = 0) -> None:
    """Let this request bring files of `largest` bytes each, and `together` as many in all.

    Before anything looks for the form's token, which reads the whole form.
    """
    cast(Posted, request).take(largest, together or largest)


class Drained:
    """Reads what the application left unread of a request, within bounds, and throws it away.

    Only under a server that ends what is read with the request, as ours does: another would wait
    for the next one.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        answer = self._application(environ, start_response)
        may_bring = environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        if may_bring and environ.get("wsgi.input_terminated"):
            _drain(environ["wsgi.input"])
        return answer


def _drain(body: Any) -> None:
    until, left = time.monotonic() + PATIENCE, BOUND
    while left > 0 and time.monotonic() < until:
        piece = body.read(PIECE)
        if not piece:
            return
        left -= len(piece)
