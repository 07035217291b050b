"""The audit of past hours: kinds of work, labels of entries, and results that were valued."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
