"""One row's failure is its own: what time brings to others comes all the same."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger("milepost.worker")


@contextmanager
def apart(what: str, row: object) -> Iterator[None]:
    """Do what is due for one row; a failure is logged with `what` failed, and goes no further."""
    try:
        yield
    except Exception:
        log.exception("%s %s", what, row)
