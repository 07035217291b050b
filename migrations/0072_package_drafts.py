"""Which shares of a package's milestones leave their invoices as drafts."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
