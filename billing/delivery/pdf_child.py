"""The pressroom: a process of its own that turns HTML into PDF, and archives, seals, examines PDF.

Started by pdf_press.py and by nothing else. It alone imports xhtml2pdf and reportlab (400 ms of
CPU, 50 MB), factur-x (400 ms), pyHanko (600 ms, 40 MB) or Pillow, each with its first order. An
order on standard input is four bytes of length and JSON; an answer on standard output is one byte
(``+`` or ``-``), four bytes of length and JSON of the notes, four bytes of length and the PDF.
"""

import importlib
import io
import json
import logging
import os
import re
import resource
import select
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parent / "assets"
MEMORY = 1024 * 1024 * 1024

FATAL = ("Blocked by the resource policy", "Cannot embed the font", "None of the font families")
"""Notes after which the document would be printed, but not as it was written."""

UNKNOWN = re.compile(r"^No font this document has can draw .* \(U\+([0-9A-F]+)\)")
IGNORABLE = re.compile(
    "[\u00ad\u034f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)

Setter = Callable[[str, float, int], tuple[bytes, int]]

SLACK = 5.0
"""Seconds by which the parent's kill comes before the library's own limit."""


class Notes(logging.Handler):
    """What xhtml2pdf complained about while it set one document."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # What follows the first line quotes the document, and a log is no place for that.
        self.lines.append(record.getMessage().split("\n")[0][:300])


def main(parent: int, idle: float) -> None:
    """Answer orders until the parent closes the pipe, ends, or leaves it idle for so long."""
    # A web process, which starts one too, has some signals blocked.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    orders, answers = _private_pipes()
    # Some systems do not limit address space; the limit of time holds there too.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    notes = Notes()
    logging.getLogger().addHandler(notes)
    deeds = Deeds(notes)
    while select.select([orders], [], [], idle)[0]:
        order = _read(orders)
        if order is None:
            return
        notes.lines.clear()
        _answer(answers, *deeds.do(json.loads(order)))


def _private_pipes() -> tuple[int, int]:
    """The two pipes under descriptors that no library prints to."""
    orders, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    return orders, answers


def _follow(parent: int) -> None:
    """End with the parent, even if it was killed while another process holds the pipe open."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


class Deeds:
    """What this process can do; each kind brings its library with the first order."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._setter: Setter | None = None

    def do(self, order: dict[str, Any]) -> tuple[bool, Any, bytes]:
        """Whether it went well, what there is to say, and a document."""
        deed = order.get("deed", "print")
        if deed in ("print", "archive"):
            self._setter = self._setter or _setter()
            good, told, document = _print(self._setter, order, self._notes)
            if not good or deed == "print":
                return good, told, document
            return self._archive(order, told, document)
        try:
            room = "picturing" if deed == "preview" else "pades"
            return (True, *getattr(_ours(room), deed)(order))
        except Exception as problem:
            words = f"{type(problem).__name__}: {problem}"[:500]
            untimed = ["untimed"] if type(problem).__name__ == "TimestampFailed" else []
            return False, [*untimed, words], b""

    def _archive(
        self, order: dict[str, Any], told: list[str], document: bytes
    ) -> tuple[bool, Any, bytes]:
        try:
            written, failed, made = _ours("archival").archive(order, document)
        except Exception as problem:
            return False, [*told, f"{type(problem).__name__}: {problem}"[:500]], b""
        return True, {"notes": [*told, *failed], "xml": written}, made


def _ours(module: str) -> Any:
    """A module of ours, which only this process loads."""
    # An isolated interpreter does not know where they are.
    root = str(Path(__file__).resolve().parents[2])
    if root not in sys.path:
        sys.path.append(root)
    return importlib.import_module(f"billing.delivery.{module}")


def _setter() -> Setter:
    """The warm renderer, in which every base-14 font is Noto Sans."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus.doctemplate import BaseDocTemplate
    from xhtml2pdf import pisa
    from xhtml2pdf.config.resources import ResourceAccessPolicy

    base = TTFont("milepost_00", str(ASSETS / "fonts" / "NotoSans-Regular.ttf"))
    pdfmetrics.registerFont(base)
    # reportlab selects Helvetica on every page, in every cell and for every list number, drawn
    # with it or not. Under that name it finds the embedded face.
    pdfmetrics._fonts["Helvetica"] = base
    rl_config.useA85 = 0
    BaseDocTemplate._initArgs["creator"] = "Milepost"

    def set_page(html: str, seconds: float, created: int) -> tuple[bytes, int]:
        # reportlab reads it for the dates and the id: one document, one sequence of bytes.
        os.environ["SOURCE_DATE_EPOCH"] = str(created)
        policy = ResourceAccessPolicy.server(
            ASSETS,
            allow_remote=False,
            max_render_seconds=seconds + SLACK,
            max_document_bytes=4_000_000,
        )
        page = ASSETS / "page.html"
        out = io.BytesIO()
        done = pisa.CreatePDF(html, dest=out, path=str(page), resource_policy=policy)
        return out.getvalue(), done.err

    return set_page


def _print(setter: Setter, order: dict[str, Any], notes: Notes) -> tuple[bool, list[str], bytes]:
    html, limits = order["html"], (order["seconds"], order["created"])
    try:
        document, errors = setter(html, *limits)
        unknown = {int(found[1], 16) for found in map(UNKNOWN.match, notes.lines) if found}
        if unknown:
            document, errors = setter(_marked(html, unknown), *limits)
    except Exception as problem:
        return False, [*notes.lines, f"{type(problem).__name__}: {problem}"[:500]], b""
    told = [line for line in dict.fromkeys(notes.lines) if not UNKNOWN.match(line)]
    if unknown:
        told.append("No face has " + " ".join(f"U+{point:04X}" for point in sorted(unknown)))
    good = not errors and not any(line.startswith(FATAL) for line in told)
    return good, told, document if good else b""


def _marked(html: str, unknown: set[int]) -> str:
    """The page with a visible mark for what no face can draw: a hole would go unseen."""
    return html.translate(
        {point: None if IGNORABLE.match(chr(point)) else "\ufffd" for point in unknown}
    )


def _read(descriptor: int) -> bytes | None:
    """One order, or nothing once the parent has closed the pipe."""
    head = _exactly(descriptor, 4)
    return _exactly(descriptor, struct.unpack(">I", head)[0]) if head else None


def _exactly(descriptor: int, size: int) -> bytes | None:
    parts = []
    while size:
        part = os.read(descriptor, min(size, 1 << 16))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _answer(descriptor: int, good: bool, notes: Any, document: bytes) -> None:
    words = json.dumps(notes).encode()
    frame = memoryview(
        (b"+" if good else b"-")
        + struct.pack(">I", len(words))
        + words
        + struct.pack(">I", len(document))
        + document
    )
    while frame:
        frame = frame[os.write(descriptor, frame) :]


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
