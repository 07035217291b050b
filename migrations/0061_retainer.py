"""Packages that repeat monthly, and the months that were prepared of them."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
