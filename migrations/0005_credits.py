"""Credit notes by line, what stopping costs, and what consumers say of their withdrawal."""

from models.guards import Guard, install, renew
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("early_start"))
    install(db, Guard("withdrawal"))
    renew(
        db,
        Guard(
            "charge",
            free=["line_id"],
            once=["freed_at"],
            never=[
                "OLD.line_id IS NOT NULL AND NEW.line_id IS NULL AND OLD.freed_at IS NULL",
                "OLD.line_id <> NEW.line_id",
            ],
            clashes=[
                "there.freed_at IS NULL AND NEW.freed_at IS NULL"
                " AND there.trigger_id = NEW.trigger_id"
                " AND COALESCE(there.criterion_id, 0) = COALESCE(NEW.criterion_id, 0)"
            ],
        ),
    )
