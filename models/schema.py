"""Bringing a database to the present schema, and refusing one that is newer than this code."""

from pathlib import Path

from playhouse.migrations import Runner

from models.base import db

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
