"""Statements of account, receipts and dunning letters: what they say, and their PDF."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("account_document", once=["document_id"]))
