"""What most tests need not wait for: slow hashes of passwords, and the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from argon2 import PasswordHasher

from billing.delivery import pdf, previews, sealing
from billing.people import accounts
from models import base

AS_SHIPPED = {"hasher": accounts.HASHER, "synchronous": base.SQLITE_PRAGMAS["synchronous"]}
QUICK = {
    "hasher": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
    "synchronous": "off",
}


PATIENCE = 60_000
"""Milliseconds that a writer waits for another in tests, on a machine that many of them share."""


def be_patient() -> None:
    """Wait longer than is shipped in this process: for documents, and, from the next connection,
    for other writers."""
    base.PATIENCE = base.SQLITE_PRAGMAS["busy_timeout"] = PATIENCE
    pdf.SECONDS = sealing.SECONDS = previews.SECONDS = PATIENCE / 1000


@contextmanager
def using(ways: dict[str, Any]) -> Iterator[None]:
    """Passwords hashed and SQLite opened in these `ways`, until the block ends."""
    before = accounts.HASHER, base.SQLITE_PRAGMAS["synchronous"]
    accounts.HASHER, base.SQLITE_PRAGMAS["synchronous"] = ways["hasher"], ways["synchronous"]
    try:
        yield
    finally:
        accounts.HASHER, base.SQLITE_PRAGMAS["synchronous"] = before
