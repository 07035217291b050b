"""Small files of all kinds, made here."""

from io import BytesIO
from zipfile import ZipFile

import pikepdf
from PIL import Image

PROGRAM = b"MZ\x90\0\x03\0\0\0"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
TEXT = "Überschrift\n".encode()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    written = BytesIO()
    Image.new(mode, size, 1).save(written, kind)
    return written.getvalue()


def pdf(pages: int = 1, words: str = "") -> bytes:
    """A PDF with words on each of its pages."""
    written = BytesIO()
    with pikepdf.new() as made:
        face = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for _ in range(pages):
            page = made.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=face))
            page.Contents = made.make_stream(f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode())
        made.save(written, static_id=True)
    return written.getvalue()


def archive(*names: str) -> bytes:
    """A ZIP with a small file of each name."""
    written = BytesIO()
    with ZipFile(written, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return written.getvalue()
