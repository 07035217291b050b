"""Comments on milestones, the files that come with them, and how far the owner has read."""

from models.guards import Guard, install
from models.schema import run_script

GUARDS = (Guard("comment"), Guard("comment_file"))


def up(_migrator, db):
    run_script(__file__, db)
    for guard in GUARDS:
        install(db, guard)
