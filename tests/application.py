"""One app for all tests of a process, as each would compile the same templates once more."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

import models
from billing.installation import Installation


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
