"""Names of files as they may be shown, kept and given back: a name is never a path or a trick."""

import re
import unicodedata

LONGEST = 120
"""Characters of a kept name, its ending included."""

MOST_BYTES = 200
"""File systems take 255 bytes, and some put a number behind a name."""

LONGEST_ENDING = 16

# What Windows does not take in a name, or takes for a device.
RESERVED = re.compile(r'[<>:"|?*]')
DEVICE = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def harmless(name: str, ending: str = "") -> str:
    """A name without folders, without signs that control or hide, neither empty nor endless.

    `ending` is that of a file whose name has nothing left.
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(" " if each.isspace() else each for each in last)
    # Cc and Cf hold the signs that turn text around, so that "gpj.exe" cannot look like "exe.jpg".
    kept = "".join(each for each in shown if unicodedata.category(each)[0] not in "C")
    kept = RESERVED.sub("-", " ".join(unicodedata.normalize("NFC", kept).split()))
    kept = kept.strip(". ")
    if not kept:
        return f"file.{ending}" if ending else "file"
    return _cut(f"_{kept}" if DEVICE.match(kept) else kept)


def beside(name: str, taken: set[str]) -> str:
    """The name, or the next one with a number that is not among the `taken` (case ignored)."""
    stem, dot, ending = _parts(name)
    number, found = 1, name
    while found.casefold() in taken:
        number += 1
        found = _cut(f"{stem} ({number}){dot}{ending}", keep=f" ({number})")
    return found


def _parts(name: str) -> tuple[str, str, str]:
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > LONGEST_ENDING:
        return name, "", ""
    return stem, dot, ending


def _cut(name: str, keep: str = "") -> str:
    """A name that is not too long; its ending stays, and what `keep` holds at the stem's end."""
    stem, dot, ending = _parts(name)
    stem = stem.removesuffix(keep)
    while len(name) > LONGEST or len(name.encode()) > MOST_BYTES:
        stem = stem[:-1]
        name = f"{stem.rstrip()}{keep}{dot}{ending}"
    return name
