"""Pictures that people post: taken apart and made anew, so that nothing else is kept."""

from io import BytesIO

from PIL import Image, ImageOps

from billing.refusals import N_, Refusal

LARGEST = 1024 * 1024
"""Bytes of a picture as it is posted."""

MOST_PIXELS = 16_000_000


class NotAPicture(Refusal):
    sentence = N_("This picture cannot be read. Use a PNG or JPEG file.")


class PictureTooLarge(Refusal):
    sentence = N_("This picture is too large. Use one of at most 1 MB and 16 megapixels.")


def read(content: bytes, size: tuple[int, int], field: str, mode: str | None = None) -> Image.Image:
    """A PNG or JPEG upright and on white, no larger than `size`; `field` is what refusals name.

    `mode` is what a JPEG may be decoded to at once. Refuses PictureTooLarge, NotAPicture.
    """
    if len(content) > LARGEST:
        raise PictureTooLarge(field)
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureTooLarge(field)
            picture.draft(mode, size)
            turned = ImageOps.exif_transpose(picture)
            turned.thumbnail(size)
            layered = turned.convert("RGBA")
    except Refusal:
        raise
    except Image.DecompressionBombError as bomb:
        raise PictureTooLarge(field) from bomb
    except Exception as broken:
        # A file made to break a decoder can raise anything.
        raise NotAPicture(field) from broken
    paper = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(paper, layered)


def png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()
