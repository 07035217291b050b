"""What a file is, told from its bytes: its name and what a browser says of it count for nothing.

Documents, pictures, archives, sound, film, fonts, design files and text are taken. Programs are
not, nor what a double click runs. HTML and SVG are text like any other: they are given back as
files to keep and never shown inside our pages.
"""

import re
import unicodedata
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from billing.refusals import N_, Refusal

TEXT = "text/plain"
PDF = "application/pdf"
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a small picture is made of; others are kept and have none."""


class AProgram(Refusal):
    sentence = N_("“%(name)s” is a program or runs like one. Give it in a ZIP archive, or a link.")
    field = "files"


class UnknownKind(Refusal):
    sentence = N_("What kind of file “%(name)s” is cannot be told. Give it in a ZIP archive.")
    field = "files"


OPENINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"%!PS", "application/postscript"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", "application/x-indesign"),
    (b"fig-kiwi", "application/x-figma"),
    (b"AC10", "image/vnd.dwg"),
    (b"BLENDER", "application/x-blender"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"OTTO", "font/otf"),
    (b"\0\1\0\0", "font/ttf"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
)
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\0\0\0\x01\x14\x02\0",
    b"dex\n",
    b"\0asm",
)
"""How Windows, Linux, macOS, Java, Android and WebAssembly programs and shortcuts begin."""

RUN_BY_A_CLICK = frozenset(
    {
        "apk", "app", "appimage", "application", "bat", "cmd", "com", "command", "cpl", "dmg",
        "exe", "gadget", "hta", "jar", "js", "jse", "lnk", "msc", "msi", "msix", "msp", "pif",
        "ps1", "reg", "scf", "scr", "sh", "url", "vb", "vbe", "vbs", "workflow", "ws", "wsc",
        "wsf", "wsh",
    }
)  # fmt: skip
"""Endings of names that a system may run without asking what is inside."""

RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
BRANDS = (
    ((b"heic", b"heix", b"mif1", b"msf1"), "image/heic"),
    ((b"avif", b"avis"), "image/avif"),
    ((b"M4A ", b"M4B "), "audio/mp4"),
    ((b"qt  ",), "video/quicktime"),
)
OFFICE = "application/vnd.openxmlformats-officedocument."
PARTS = (
    ("word/", f"{OFFICE}wordprocessingml.document"),
    ("xl/", f"{OFFICE}spreadsheetml.sheet"),
    ("ppt/", f"{OFFICE}presentationml.presentation"),
)
PACKED_PROGRAMS = ("AndroidManifest.xml", "META-INF/MANIFEST.MF")
MIMETYPE = re.compile(rb"application/(?:vnd\.oasis\.opendocument\.[a-z-]{1,40}|epub\+zip)")
ENDINGS = {PDF: "pdf", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", TEXT: "txt"}


def told(content: bytes, name: str) -> str:
    """The media type of a file that may be kept. Refuses AProgram, UnknownKind."""
    ending = name.rsplit(".", 1)[-1].casefold() if "." in name else ""
    if content.startswith(PROGRAMS) or ending in RUN_BY_A_CLICK:
        raise AProgram(name=name)
    if content.startswith(b"#!"):
        # A script that a shell runs; the interpreter's name is its first line.
        raise AProgram(name=name)
    kind = _zipped(content, name) or _boxed(content) or _opening(content) or _text(content)
    if kind is None:
        raise UnknownKind(name=name)
    return kind


def ending(media_type: str) -> str:
    """The ending of a name for a file that came without any; "" where there is no usual one."""
    return ENDINGS.get(media_type, "")


def _opening(content: bytes) -> str | None:
    if b"%PDF-" in content[:1024]:
        return PDF
    if content[257:262] == b"ustar":
        return "application/x-tar"
    return next((kind for start, kind in OPENINGS if content.startswith(start)), None)


def _boxed(content: bytes) -> str | None:
    """Kinds that name themselves a few bytes in: RIFF, and the boxes of ISO 14496-12."""
    if content.startswith(b"RIFF"):
        return RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return next((kind for brands, kind in BRANDS if brand in brands), "video/mp4")
    return None


def _zipped(content: bytes, name: str) -> str | None:
    """A ZIP archive, or what else is one inside. Nothing in it is unpacked but a type's name."""
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    try:
        with ZipFile(BytesIO(content)) as archive:
            inside = archive.namelist()
    except (BadZipFile, NotImplementedError, ValueError, OSError) as broken:
        raise UnknownKind(name=name) from broken
    if any(each in inside for each in PACKED_PROGRAMS):
        raise AProgram(name=name)
    if "[Content_Types].xml" in inside:
        for part, kind in PARTS:
            if any(each.startswith(part) for each in inside):
                return kind
    # OpenDocument and EPUB say first what they are, uncompressed.
    said = MIMETYPE.search(content[30:120]) if inside[:1] == ["mimetype"] else None
    return said.group().decode() if said else "application/zip"


def _text(content: bytes) -> str | None:
    """Text in UTF-8 or UTF-16, or of one byte a character; None for what holds other bytes."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    controls = {each for each in set(text) if unicodedata.category(each) == "Cc"}
    return None if controls - set("\t\n\r\f\x1b\x85") else TEXT
