"""Owners' own tables of tax rates, and numbers by patterns, in series that may begin each year."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("series_gap"))
