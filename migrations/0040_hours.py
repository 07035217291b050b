"""Long work in the background, and past hours read from files."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
