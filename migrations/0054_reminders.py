"""Reminders of invoices: the owner's plan, pauses, and the reminders written."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("payment_reminder"))
