"""Whether two names are of the same payer, and whether a text names an invoice."""

import re
from collections.abc import Iterable
from unicodedata import combining, normalize

ALIKE = 85
"""Of 100, from which two names count as the same (token_set_ratio)."""

SHORTEST = 4
"""Letters and digits that a number must have to be found in a text by itself."""

PLAIN = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss",
})  # fmt: skip
SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""Payments of SEPA carry plain letters: banks leave the marks off, or spell them out."""


def alike(name: str, others: Iterable[str]) -> bool:
    """Whether a name is like one of others; legal forms, order, case and marks aside."""
    # Only a process that compares words pays for the library.
    from rapidfuzz import fuzz, utils

    ours = _readings(name)
    return any(
        fuzz.token_set_ratio(mine, theirs, processor=utils.default_process) >= ALIKE
        for each in others
        for theirs in _readings(each)
        for mine in ours
    )


def _readings(name: str) -> set[str]:
    """The ways a bank may write a name."""
    lower = normalize("NFC", name).lower()
    return {_plain(lower), _plain(lower.translate(SPELLED))} - {""}


def _plain(text: str) -> str:
    parted = normalize("NFKD", text.translate(PLAIN))
    return "".join(each for each in parted if not combining(each)).strip()


def names(text: str, number: str) -> bool:
    """Whether a text (in capitals) names an invoice's number, whatever stands between its parts."""
    parts = re.findall(r"[^\W\d_]+|\d+", number.upper())
    if sum(map(len, parts)) < SHORTEST or not any(part.isdecimal() for part in parts):
        return False
    if parts[-1].lstrip("0") not in text:
        return False
    # Beside letters, people leave leading zeros out.
    if any(not part.isdecimal() for part in parts):
        parts[-1] = parts[-1].lstrip("0") or parts[-1]
        gap = r"[\W_]*0*" if parts[-1].isdecimal() else r"[\W_]*"
    else:
        gap = r"[\W_]*"
    pattern = r"[\W_]*".join(map(re.escape, parts[:-1])) + gap + re.escape(parts[-1])
    return re.search(rf"(?<![^\W_]){pattern}(?!\d)", text) is not None
