"""Reminders that share one letter."""

from models.guards import Guard, renew
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    renew(db, Guard("payment_reminder"))
