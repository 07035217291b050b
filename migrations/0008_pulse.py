"""The worker says when it last looked for work, so that /readyz can tell its age."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
