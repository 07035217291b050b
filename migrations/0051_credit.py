"""Credit of clients, and what is written off of invoices."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("write_off"))
    install(db, Guard("credit_entry"))
