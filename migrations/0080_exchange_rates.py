"""What foreign currencies are in the owner's own, for tax that is stated in it too."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
