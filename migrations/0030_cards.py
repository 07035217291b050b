"""Accounts for card payments, and the reports of the payment host."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
