"""Drawn signatures: a picture is taken apart and made anew before it is kept."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from io import BytesIO

from PIL import Image, ImageChops, ImageOps

from billing.refusals import N_, Refusal
from models import File, Signature

LARGEST = 1024 * 1024
"""Bytes of a picture as it is posted."""

MOST_PIXELS = 16_000_000
KEPT = (600, 240)
"""Pixels a kept signature has at most, across and down."""

PREFIX = "data:image/png;base64,"


class NotAPicture(Refusal):
    sentence = N_("This picture cannot be read. Use a PNG or JPEG file.")
    field = "drawing"


class PictureTooLarge(Refusal):
    sentence = N_("This picture is too large. Use one of at most 1 MB and 16 megapixels.")
    field = "drawing"


class NothingDrawn(Refusal):
    sentence = N_("There is nothing to see on this picture. Draw again, or sign without it.")
    field = "drawing"


def cleaned(content: bytes) -> bytes:
    """A small grey PNG of what was drawn, cut to its ink, without anything else of the file.

    Refuses PictureTooLarge, NotAPicture, NothingDrawn.
    """
    if len(content) > LARGEST:
        raise PictureTooLarge
    grey = _grey(content)
    ink = ImageChops.invert(grey).point([255 if value > 48 else 0 for value in range(256)])
    box = ink.getbbox()
    if box is None:
        raise NothingDrawn
    kept = grey.crop(box)
    kept.thumbnail(KEPT)
    # Sixteen greys are as smooth as a pen needs and a third of the bytes.
    kept = kept.point([round(value / 17) * 17 for value in range(256)])
    written = BytesIO()
    kept.save(written, "PNG", optimize=True)
    return written.getvalue()


def _grey(content: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureTooLarge
            picture.draft("L", (KEPT[0] * 2, KEPT[1] * 2))
            turned = ImageOps.exif_transpose(picture)
            turned.thumbnail((KEPT[0] * 4, KEPT[1] * 4))
            layered = turned.convert("RGBA")
    except Refusal:
        raise
    except Image.DecompressionBombError as bomb:
        raise PictureTooLarge from bomb
    except Exception as broken:
        # A file made to break a decoder can raise anything.
        raise NotAPicture from broken
    paper = Image.new("RGBA", layered.size, "white")
    grey = Image.alpha_composite(paper, layered).convert("L")
    # Photographed paper is seldom white.
    return ImageOps.autocontrast(grey, cutoff=(0, 2))


def posted(text: str) -> bytes:
    """The bytes of a picture as a browser posts it, in a data address. Refuses NotAPicture."""
    if not text.startswith(PREFIX) or not text.isascii():
        raise NotAPicture
    try:
        return b64decode(text.removeprefix(PREFIX), validate=True)
    except NotBase64 as broken:
        raise NotAPicture from broken


def address(picture: bytes) -> str:
    """The same for a page to show."""
    return PREFIX + b64encode(picture).decode()


def shown(signature: Signature) -> str:
    """The picture under a signature for a page to show; "" where it was only typed."""
    picture = of(signature)
    return address(picture) if picture else ""


def of(signature: Signature) -> bytes | None:
    """The picture under a signature, a PNG; None where it was only typed."""
    if signature.drawing_sha256 is None:
        return None
    file: File = signature.drawing
    return bytes(file.content)
