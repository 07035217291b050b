"""Certificates, their wrapped keys, and the seal that an agreement needs to be in force."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("certificate", once=["retired_at"]))
    install(db, Guard("seal"))
