"""Home asks at every visit whether anything of its owner has changed."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
