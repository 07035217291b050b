"""Somebody with the database's password: lifts the guards and changes what must not change."""

from typing import Any

from models import db, is_postgresql


def lift_guards() -> None:
    """Switch every guard off, foreign keys too, as only who owns the database can."""
    if is_postgresql():
        for table in db.get_tables():
            db.execute_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL')
        return
    db.execute_sql("PRAGMA foreign_keys = OFF")
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in db.execute_sql(triggers).fetchall():
        db.execute_sql(f'DROP TRIGGER "{name}"')


def put(row: Any, **columns: Any) -> None:
    """Overwrite columns of a row."""
    model = type(row)
    model.update(**columns).where(model.id == row.id).execute()


def take_away(row: Any) -> None:
    """Remove a row."""
    model = type(row)
    model.delete().where(model.id == row.id).execute()
