"""What the audit adds up, kept until hours or their groups change."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
