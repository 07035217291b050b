"""Counting queries, so that a page's number of them does not grow with its rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from models import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SQL of all that is read inside, transactions' own statements left out."""
    seen: list[str] = []

    def note(event: object) -> None:
        seen.append(event.sql)  # type: ignore[attr-defined]

    db.query_hooks.append(note)
    try:
        yield seen
    finally:
        db.query_hooks.remove(note)
