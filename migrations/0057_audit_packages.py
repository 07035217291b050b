"""Packages in the making, from the audit of past hours."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
