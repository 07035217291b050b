"""An acceptance that can be undone for a while, and the invoice that waits for its end."""

from models.guards import Guard, renew
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    renew(db, Guard("decision", once=["withdrawn_at", "final_at"]))
    renew(db, Guard("invoice", when="{row}.state = 'issued'"))
