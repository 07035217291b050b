"""Payments that are parts of one movement of a bank account."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
