"""The XML of an invoice in each syntax, made with its PDF and then never changed."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("einvoice"))
