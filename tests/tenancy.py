"""Whose each row is, found by following its foreign keys, and whether two owners ever meet."""

from typing import Any

from models import TABLES, User, db
from tests.contents import contents

KEYS = {
    table._meta.table_name: {
        key.column_name: key.rel_model._meta.table_name
        for key in table._meta.sorted_fields
        if hasattr(key, "rel_model")
    }
    for table in TABLES
}
ACCOUNT = User._meta.table_name


def _columns(table: str) -> list[str]:
    """As the database has them: what was added later stands last."""
    return [column.name for column in db.get_columns(table)]


def crossings() -> list[str]:
    """Rows that hang on more than one owner."""
    rows = {
        name: {row[0]: dict(zip(_columns(name), row, strict=True)) for row in found}
        for name, found in contents().items()
    }
    known: dict[tuple[str, int], set[int]] = {}

    def owners(table: str, row: dict[str, Any]) -> set[int]:
        if table == ACCOUNT:
            return {row["id"]}
        at = (table, row["id"])
        if at not in known:
            known[at] = set()
            for column, parent in KEYS[table].items():
                if row[column] is not None:
                    known[at] |= owners(parent, rows[parent][row[column]])
        return known[at]

    return [
        f"{table} {number} is of the owners {sorted(owners(table, row))}"
        for table, found in rows.items()
        for number, row in found.items()
        if len(owners(table, row)) > 1
    ]
