"""The story for many tests: told once a process on each database, and copied for later ones."""

import pickle
from collections.abc import Callable
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from models import User, db, is_postgresql
from tests import story
from tests.story import Story

_told: dict[tuple[str | None, bool], tuple[Callable[[Any], None], bytes]] = {}


def told(email: str | None = None) -> Story:
    """What `story.told` does to an empty database."""
    assert not User.select().exists(), "a copy would replace what is there"
    key = email, is_postgresql()
    if key not in _told:
        whole = story.told(email)
        copied = _rows if is_postgresql() else _file
        _told[key] = copied(db.connection()), pickle.dumps(whole)
        return whole
    restore, pickled = _told[key]
    restore(db.connection())
    again: Story = pickle.loads(pickled)  # noqa: S301 (our own)
    return again


def _file(connection: Any) -> Callable[[Any], None]:
    """All of a SQLite database; answers what writes it over another."""
    copy = sqlite3.connect(":memory:")
    connection.backup(copy)
    return copy.backup


def _rows(connection: Any) -> Callable[[Any], None]:
    """All rows of a PostgreSQL database; answers what puts them into an empty one."""
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT tablename FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'schema_migration'"
        ).fetchall()
    ]
    rows = {name: _copied_out(connection, name) for name in tables}
    sequences = connection.execute(
        "SELECT sequencename, last_value FROM pg_sequences"
        " WHERE schemaname = 'public' AND last_value IS NOT NULL"
    ).fetchall()

    def restore(to: Any) -> None:
        with db.atomic():
            # Without guards and foreign keys, as when emptying.
            to.execute("SET LOCAL session_replication_role = replica")
            for name, content in rows.items():
                with to.cursor().copy(f'COPY "{name}" FROM STDIN (FORMAT binary)') as copy:
                    copy.write(content)
            for name, last in sequences:
                to.execute("SELECT setval(%s, %s)", (name, last))

    return restore


def _copied_out(connection: Any, table: str) -> bytes:
    with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
        return b"".join(bytes(part) for part in copy)
