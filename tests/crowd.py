"""Many people doing the same thing at the same moment, each over a connection of their own.

Or one who comes between: before another's lock, or while it is held.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any

import pytest
from peewee import OperationalError

import models
from billing.refusals import Refusal


def at_once(many: int, act: Callable[[int], Any]) -> list[Any]:
    """What act(0) to act(many - 1) answered, each in a thread; a refusal is an answer too."""
    gate = Barrier(many)

    def one(number: int) -> Any:
        with models.connection():
            gate.wait(timeout=120)
            try:
                return act(number)
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def elsewhere(deed: Callable[[], Any]) -> Any:
    """What a deed over a connection of its own gave, or that it waited in vain (OperationalError,
    see `impatient`) or was refused."""
    found: list[Any] = []

    def run() -> None:
        with models.connection():
            try:
                found.append(deed())
            except (OperationalError, Refusal) as error:
                found.append(error)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, room: Any, deed: Callable[[], Any], door: str = "write"
) -> None:
    """Have a deed done just before the next verb of a room goes through its door, so after all
    that the verb has looked at before."""
    goes_in = getattr(room, door)

    def late(*given: Any, **options: Any) -> Any:
        monkeypatch.setattr(room, door, goes_in)
        deed()
        return goes_in(*given, **options)

    monkeypatch.setattr(room, door, late)
