"""A floor for each kind of work in the replay."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
