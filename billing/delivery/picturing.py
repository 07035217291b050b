"""What can be shown of a file that somebody sent: runs in a child process of its own.

Decoders meet what was made to break them, so they work where there are no keys and no database,
under a limit of memory and of time; see previews.py.
"""

import warnings
from base64 import b64decode
from contextlib import closing, suppress
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

WIDEST = 640
"""Pixels of a small picture's longer side."""

MOST_PIXELS = 60_000_000
FEW_PAGES = 2
LONGEST = 700
"""Characters of a PDF's first words."""

Shown = tuple[dict[str, Any], bytes]
"""Facts of a preview and its picture; no bytes where there is none."""


def preview(order: dict[str, Any]) -> Shown:
    """The preview of `content` (base64) of a `media_type`. Fails in any way on what is broken."""
    # Pillow only warns of what it thinks could be a bomb; our own limit is below that.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    content = b64decode(order["content"])
    if order["media_type"] == "application/pdf":
        return _pdf(content)
    with Image.open(BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
        return _small(picture)


def _small(picture: Image.Image, **facts: Any) -> Shown:
    """A picture made anew: upright, small, without what a camera or a stranger put beside it."""
    if picture.width * picture.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    picture.draft("RGB", (WIDEST, WIDEST))
    picture.thumbnail((WIDEST, WIDEST))
    layered = ImageOps.exif_transpose(picture).convert("RGBA")
    made = Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered)
    written = BytesIO()
    made.convert("RGB").save(written, "WEBP", quality=75)
    return {**facts, "width": made.width, "height": made.height}, written.getvalue()


def _pdf(content: bytes) -> Shown:
    """How many pages, the first words, and the first page as a picture where it can be drawn."""
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    pages = len(reader.pages)
    words = ""
    for page in reader.pages[:FEW_PAGES]:
        with suppress(Exception):
            words += f"{page.extract_text()}\n"
    facts = {"pages": pages, "words": " ".join(words.split())[:LONGEST]}
    with suppress(Exception):
        return _small(_first_page(content), **facts)
    return facts, b""


def _first_page(content: bytes) -> Image.Image:
    """A PDF's first page on white, no larger than a small picture, its forms and notes left out."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument(content)) as opened, closing(opened[0]) as page:
        drawn = page.render(scale=WIDEST / max(page.get_size()), draw_annots=False)
        picture: Image.Image = drawn.to_pil()
    return picture
