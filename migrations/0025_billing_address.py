"""Clients may have another address for their invoices."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
