"""Receipts and statements that were sent to the client."""

from models.guards import Guard, renew
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    renew(db, Guard("account_document", once=["document_id", "sent_at"]))
