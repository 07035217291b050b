"""Bringing a database to the present schema, and refusing one that is newer than this code."""

import logging
from pathlib import Path
from typing import Any

from playhouse.migrations import Runner

from models.base import db, is_postgresql

# Whoever migrates says so: a line for each step would hide where a first run serves.
logging.getLogger("peewee.migrations").setLevel(logging.WARNING)

DIRECTORY = Path(__file__).resolve().parents[1] / "migrations"


class NewerSchema(Exception):
    """The database was written by a later release; this one must not touch it."""


def pending() -> list[str]:
    """Names of migrations not applied yet. Raises NewerSchema."""
    rows = Runner(db.obj, str(DIRECTORY)).status()
    unknown = [row.name for row in rows if row.path is None]
    if unknown:
        raise NewerSchema(f"The database has migrations unknown to this release: {unknown}")
    return [row.name for row in rows if row.applied is None]


def migrate() -> list[str]:
    """Apply what is pending, each migration in one transaction; answers their names."""
    if not pending():
        return []
    with db.connection_context():
        applied: list[str] = Runner(db.obj, str(DIRECTORY)).up()
    return applied


def run_script(migration: str, database: Any) -> None:
    """Run the SQL that lies in the folder named like a migration's file, a file per database."""
    folder = Path(migration).with_suffix("")
    script = folder / ("postgresql.sql" if is_postgresql() else "sqlite.sql")
    for statement in script.read_text().split(";\n"):
        if statement.strip():
            database.execute_sql(statement)
