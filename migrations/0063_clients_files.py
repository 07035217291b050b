"""Tables of clients that are brought along."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
