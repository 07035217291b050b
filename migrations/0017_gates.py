"""Projects say how much may be open at a time before further work begins."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
