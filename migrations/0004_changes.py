"""Change orders: what they propose, what the client wishes, and amounts kept after a new price."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("change_request", free=["state"], once=["answer", "answered_at"]))
