"""Documents as PDF bytes: a template, its context, and the press that sets them.

Neither this module nor anything it imports loads xhtml2pdf or reportlab: only pdf_child.py
does, in a process of its own. A document that hangs, crashes or eats memory costs a child.
"""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from billing.delivery.pdf_press import RenderFailed, press
from billing.delivery.templating import environment

__all__ = ["RenderFailed", "archive", "compose", "print_page", "render"]

log = logging.getLogger(__name__)

SECONDS = 20.0
"""Wall time that one document may take, the start of a child included."""

ROWS = 2000
"""Paragraphs, list items and table rows that one document may hold."""

LETTER = frozenset(
    {"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"}
)
"""Countries that print on US Letter (Unicode CLDR, paperSize); all others use A4."""

FACES = (
    ("milepost", "NotoSans-Regular", "normal", ""),
    ("milepost", "NotoSans-Bold", "bold", ""),
    ("milepost-arabic", "NotoSansArabic-Regular", "normal", "\u0600-\u08ff\ufb50-\ufeff"),
    ("milepost-hebrew", "NotoSansHebrew-Regular", "normal", "\u0590-\u05ff\ufb1d-\ufb4f"),
    ("milepost-thai", "NotoSansThai-Regular", "normal", "\u0e00-\u0e7f"),
    (
        "milepost-cjk",
        "NotoSansJP-Regular",
        "normal",
        "\u20dd\u20de\u2100-\ufa6d\ufe10-\ufe6b\uff00-\U0003ffff",
    ),
)
"""Family, file, weight, and the characters that call for it: the last costs 11 ms a document."""


def render(
    template: str, context: Mapping[str, Any], language: str, seconds: float | None = None
) -> bytes:
    """The PDF of a template of templates/pdf/, such as ``invoice.html``. Raises RenderFailed.

    The same context gives the same bytes, whenever and wherever they are made.
    """
    return print_page(
        compose(template, context, language),
        day=context.get("issue_date") or context.get("sent_on"),
        seconds=seconds,
    )


def archive(
    template: str,
    context: Mapping[str, Any],
    language: str,
    formats: Mapping[str, Any],
    seconds: float | None = None,
) -> tuple[dict[str, str], bytes]:
    """A document as PDF/A-3b, and each e-invoice that `formats` holds the terms of as XML.

    Raises RenderFailed. An XML that cannot be written is missing, and logged.
    """
    html, created = _bounded(compose(template, context, language), context["issue_date"])
    most = SECONDS if seconds is None else seconds
    order = {"deed": "archive", "html": html, "seconds": most, "created": created}
    said, document = press.ask({**order, "formats": formats}, most)
    for note in said["notes"]:
        log.warning("pdf: %s", note)
    return said["xml"], document


def compose(template: str, context: Mapping[str, Any], language: str) -> str:
    """The page of a document as HTML, with the faces that its characters need."""
    paper = "letter" if context["seller"]["country"] in LETTER else "a4"
    page = environment(language).get_template(f"pdf/{template}")
    # Some locales write a minus sign that not every face has, and that copies badly.
    html = page.render(context, paper=paper).replace("\u2212", "-")
    return html.replace("</head>", f"<style>{_faces(html)}</style></head>", 1)


def print_page(html: str, day: str | None = None, seconds: float | None = None) -> bytes:
    """The PDF of a page, its metadata dated `day` (ISO). Raises RenderFailed."""
    page, created = _bounded(html, day)
    notes, document = press.set(page, SECONDS if seconds is None else seconds, created)
    for note in notes:
        log.warning("pdf: %s", note)
    return document


def _bounded(html: str, day: str | None) -> tuple[str, int]:
    """The page, if it is not too long, and its date in seconds of Unix time."""
    if len(re.findall(r"<(?:p|li|tr)\b", html)) > ROWS:
        raise RenderFailed("too_long", f"more than {ROWS} rows")
    created = datetime.fromisoformat(day or "2000-01-01").replace(tzinfo=UTC)
    return html, int(created.timestamp())


def _faces(html: str) -> str:
    return "".join(
        f'@font-face{{font-family:"{family}";src:url(fonts/{file}.ttf);font-weight:{weight}}}'
        for family, file, weight, characters in FACES
        if not characters or re.search(f"[{characters}]", html)
    )
