"""Spares a program on SQLite the driver of PostgreSQL, which peewee loads wherever it finds it.

That is a sixth of a web process's memory. To be imported before the models are.
"""

import os
import sys
from pathlib import Path


def is_postgresql() -> bool:
    """Whether the environment names a PostgreSQL server."""
    path = os.environ.get("DATABASE_URL_FILE")
    url = Path(path).read_text() if path else os.environ.get("DATABASE_URL", "")
    return url.strip().startswith("postgres")


if not is_postgresql():
    # None makes the import fail as if it were not installed; what is loaded already stays.
    sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type]
