"""Shares of a price that a measure decides: how, what was read of it, and what was not earned."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("reading"))
    install(db, Guard("reading_answer"))
