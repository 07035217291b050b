"""What a package's milestones need from the client, and the share that a measure decides."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
