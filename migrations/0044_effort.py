"""Private effort: one timer at a time, and time typed by hand."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
