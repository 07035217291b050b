"""All that a database holds, to see that something changed nothing."""

from collections.abc import Collection
from typing import Any

from models import TABLES, db

Contents = dict[str, list[tuple[Any, ...]]]


def contents(but: Collection[str] = ()) -> Contents:
    """Every row of every table, those named in `but` left out."""
    names = [table._meta.table_name for table in TABLES]
    return {
        name: db.execute_sql(f'SELECT * FROM "{name}" ORDER BY "id"').fetchall()
        for name in names
        if name not in but
    }
