"""Drawn signatures: a picture is taken apart and made anew before it is kept."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from PIL import Image, ImageChops, ImageOps

from billing import files, pictures
from billing.pictures import NotAPicture
from billing.refusals import N_, Refusal
from models import File, Signature

KEPT = (600, 240)
"""Pixels a kept signature has at most, across and down."""

PREFIX = "data:image/png;base64,"


class NothingDrawn(Refusal):
    sentence = N_("There is nothing to see on this picture. Draw again, or sign without it.")
    field = "drawing"


def cleaned(content: bytes) -> bytes:
    """A small grey PNG of what was drawn, cut to its ink, without anything else of the file.

    Refuses PictureTooLarge, NotAPicture, NothingDrawn.
    """
    grey = _grey(content)
    ink = ImageChops.invert(grey).point([255 if value > 48 else 0 for value in range(256)])
    box = ink.getbbox()
    if box is None:
        raise NothingDrawn
    kept = grey.crop(box)
    kept.thumbnail(KEPT)
    # Sixteen greys are as smooth as a pen needs and a third of the bytes.
    kept = kept.point([round(value / 17) * 17 for value in range(256)])
    return pictures.png(kept)


def _grey(content: bytes) -> Image.Image:
    layered = pictures.read(content, (KEPT[0] * 4, KEPT[1] * 4), "drawing", "L")
    # Photographed paper is seldom white.
    return ImageOps.autocontrast(layered.convert("L"), cutoff=(0, 2))


def posted(text: str) -> bytes:
    """The bytes of a picture as a browser posts it, in a data address. Refuses NotAPicture."""
    if not text.startswith(PREFIX) or not text.isascii():
        raise NotAPicture("drawing")
    try:
        return b64decode(text.removeprefix(PREFIX), validate=True)
    except NotBase64 as broken:
        raise NotAPicture("drawing") from broken


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
    return files.bytes_of(file)
