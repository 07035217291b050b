"""One app for all tests of a process, as each would compile the same templates once more."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from flask import Flask

import models
from billing.installation import Installation

Pooled = Callable[[Any], AbstractContextManager[None]]
"""`with pooled(pool):` lets a test use a pool of connections, which is closed afterwards."""


@contextmanager
def pointed_at(installation: Installation, app: Flask, **config: object) -> Iterator[None]:
    """Let the app serve this installation; what it keeps and how it is set up end with it."""
    kept, usual = dict(app.extensions), dict(app.config)
    models.connect(installation.database_url)
    app.config.update(INSTALLATION=installation, SECRET_KEY=installation.secret, **config)
    try:
        yield
    finally:
        for there, before in ((app.extensions, kept), (app.config, usual)):
            there.clear()
            there.update(before)
