"""Pictures for tests: what a pad or a camera would send."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageDraw


def drawn(size=(600, 240), mode="RGBA", ending="PNG", **options):
    """A line on white or on nothing, as bytes of a file."""
    picture = Image.new(mode, size, (255,) * len(mode) if mode == "RGB" else None)
    line = [(size[0] * 0.1, size[1] * 0.5), (size[0] * 0.9, size[1] * 0.7)]
    ImageDraw.Draw(picture).line(line, fill="#18202b", width=max(2, size[0] // 100))
    return written(picture, ending, **options)


def blank(size=(600, 240)):
    return written(Image.new("RGB", size, "white"))


def written(picture, ending="PNG", **options):
    file = BytesIO()
    picture.save(file, ending, **options)
    return file.getvalue()


def bomb(width, height):
    """A small PNG that says it is huge."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(b"\0" * 1000)),
            (b"IEND", b""),
        )
    )
