"""Many people doing the same thing at the same moment, each over a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import models
from billing.refusals import Refusal


def at_once(many: int, act: Callable[[int], Any]) -> list[Any]:
    """What act(0) to act(many - 1) answered, each in a thread; a refusal is an answer too."""
    gate = Barrier(many)

    def one(number: int) -> Any:
        with models.connection():
            gate.wait(timeout=30)
            try:
                return act(number)
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))
