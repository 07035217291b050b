"""Scans of what was signed on paper: known by their bytes, pictures made anew."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from billing.refusals import N_, Refusal

LARGEST = 10 * 1024 * 1024
"""Bytes of a scan as it is posted."""

MOST_PIXELS = 40_000_000
WIDEST = 3508
"""Pixels of a kept page's longer side: A4 at 300 dots per inch."""


class NotAScan(Refusal):
    sentence = N_("This file cannot be read. Use a PDF, or a picture as PNG or JPEG.")
    field = "scan"


class ScanTooLarge(Refusal):
    sentence = N_("This scan is too large. Use a file of at most 10 MB and 40 megapixels.")
    field = "scan"


@dataclass(frozen=True)
class Scan:
    """A scan fit to be kept: its bytes, their type and the ending of its name."""

    content: bytes
    media_type: str
    ending: str


def read(content: bytes) -> Scan:
    """A scan as it was posted. Refuses ScanTooLarge, NotAScan."""
    if len(content) > LARGEST:
        raise ScanTooLarge
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return Scan(content, "application/pdf", "pdf")
    return Scan(_made_anew(content), "image/jpeg", "jpg")


def _made_anew(content: bytes) -> bytes:
    """The picture alone: upright, not too large, without what a camera adds to a file."""
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ScanTooLarge
            picture.draft("RGB", (WIDEST, WIDEST))
            picture.thumbnail((WIDEST, WIDEST))
            layered = ImageOps.exif_transpose(picture).convert("RGBA")
    except Refusal:
        raise
    except Image.DecompressionBombError as bomb:
        raise ScanTooLarge from bomb
    except Exception as broken:
        # A file made to break a decoder can raise anything.
        raise NotAScan from broken
    page = Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered)
    written = BytesIO()
    page.convert("RGB").save(written, "JPEG", quality=85)
    return written.getvalue()
