"""What clients supply: with the terms of milestones, and what came of it."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    guard = Guard(
        "supply",
        once=["reopened_at", "reopened_why"],
        clashes=[
            "there.reopened_at IS NULL AND NEW.reopened_at IS NULL"
            " AND there.milestone_id = NEW.milestone_id AND there.duty = NEW.duty"
        ],
    )
    install(db, guard)
    install(db, Guard("supply_file"))
