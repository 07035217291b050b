"""Clause sets whose versions are frozen, and what each project's clauses are made from."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("clause_set_version"))
