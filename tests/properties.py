"""How thoroughly property tests run, and how they do over a database.

`make test` tries a few examples of each, `make test-all` several times as many.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, Phase, settings

from billing import checking
from models import db

DEPTH = int(os.environ.get("TEST_DEPTH", "1"))


def examples(few: int) -> int:
    """How many examples to try where an ordinary run tries a few."""
    return few * DEPTH


# A machine that has other things to do is no failure.
PROFILE = "milepost"
# What CI says of a change must not depend on luck; everybody else's runs look further each time.
IS_CI = bool(os.environ.get("CI"))
settings.register_profile(
    PROFILE,
    max_examples=examples(100),
    deadline=None,
    derandomize=IS_CI,
    suppress_health_check=[HealthCheck.too_slow],
)

# One database for all examples of a test, and no slow shrinking.
stateful = settings(
    max_examples=examples(10),
    stateful_step_count=30 if DEPTH == 1 else 50,
    deadline=None,
    derandomize=IS_CI,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def undone() -> Iterator[None]:
    """One example, of which no row stays: a check after the next would go through all of them."""
    with db.atomic() as example:
        yield
        example.rollback()


class Examined:
    """To be mixed into a machine over a database: its rows are checked at the end, and undone."""

    def __init__(self) -> None:
        super().__init__()
        self._example = undone()
        self._example.__enter__()

    def teardown(self) -> None:
        try:
            assert checking.problems() == []
        finally:
            self._example.__exit__(None, None, None)
