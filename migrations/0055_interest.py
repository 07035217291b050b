"""Claims for late payment: what an owner claims, and base rates of their own."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
