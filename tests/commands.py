"""The command line, run within a test's own process."""

import models
from billing.__main__ import main


def command(arguments: list[str]) -> int:
    """Its exit status; the connections it opened are closed again."""
    try:
        return main(arguments)
    finally:
        models.db.close_all()
