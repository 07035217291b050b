"""Letters to a client: the draft, and those that went out."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("client_letter"))
