"""Headers of a mail, written by hand: names that stay whole and that cannot forge another.

Python's own folding loses blanks between words beyond ASCII, and takes a name that looks like
an encoded word for one, line breaks in it included. So all text is made one line here, and
whatever is not plain ASCII goes out as RFC 2047 words, which nothing reads as syntax.
"""

import re
from email.header import Header
from unicodedata import category

from billing.delivery.failures import Undeliverable

LINE_BREAK = "\r\n"
WIDTH = 75
LONGEST_WORD = 60
LONGEST_SUBJECT = 200
LONGEST_NAME = 80

BIDI_CONTROLS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~-]+")


def one_line(text: str) -> str:
    """Text on one line, without control characters and such as turn its direction."""
    kept = (
        " " if category(sign) in {"Cc", "Zl", "Zp"} else sign
        for sign in text
        if sign not in BIDI_CONTROLS
    )
    return " ".join("".join(kept).split())


def subject(text: str) -> str:
    """The value of Subject."""
    return _written(one_line(text)[:LONGEST_SUBJECT], len("Subject: "))


def mailbox(address: str, name: str) -> str:
    """The value of From, To or Reply-To. Refuses Undeliverable for what is no address."""
    address, phrase = checked(address), _phrase(one_line(name)[:LONGEST_NAME])
    if not phrase:
        return address
    last_line = phrase.rsplit("\n", 1)[-1]
    gap = " " if len(last_line) + len(address) < WIDTH - len("Reply-To: ") else LINE_BREAK + " "
    return f"{phrase}{gap}<{address}>"


def checked(address: str) -> str:
    """An address as the wire takes it, its domain in ASCII. Refuses Undeliverable."""
    local, _, domain = address.rpartition("@")
    try:
        host = domain.encode("idna").decode()
    except UnicodeError:
        host = ""
    plain = f"{local}@{host}"
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", plain):
        raise Undeliverable("address_unsupported", address, permanent=True)
    return plain


def _phrase(name: str) -> str:
    if not _is_plain(name):
        return _written(name, len("Reply-To: "))
    if ATOMS.fullmatch(name) or not name:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _written(text: str, used: int) -> str:
    """Text folded to lines, as encoded words where it is not plain; `used` are taken already."""
    charset = "us-ascii" if _is_plain(text) else "utf-8"
    header = Header(text, charset, maxlinelen=WIDTH, header_name="x" * (used - 2))
    return header.encode(linesep=LINE_BREAK)


def _is_plain(text: str) -> bool:
    longest = max((len(word) for word in text.split()), default=0)
    return text.isascii() and "=?" not in text and longest <= LONGEST_WORD
