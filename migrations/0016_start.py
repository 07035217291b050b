"""Packages say which share of a price is billed when work starts."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
