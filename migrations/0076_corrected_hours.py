"""Rows of a file of tracked time that brought another amount for an entry that was there."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
