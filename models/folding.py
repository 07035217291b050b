"""Text as it is searched and sorted: without case and accents, alike on every database.

SQLite lowers ASCII only and PostgreSQL what its locale knows, so neither is asked to.
"""

from unicodedata import category, normalize

# Letters that Unicode does not take apart but people leave out: Łódź is typed "lodz".
PLAIN = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


def fold(text: str) -> str:
    """``Łódź`` and ``LODZ`` give the same, and so do full-width and narrow letters."""
    apart = normalize("NFKD", normalize("NFKD", text).casefold())
    bare = "".join(character for character in apart if category(character) != "Mn")
    return " ".join(bare.translate(PLAIN).split())
