"""Where clients' clocks are, extensions of a review, and the reminders of its end."""

from models.guards import Guard, install
from models.schema import run_script

GUARDS = (
    Guard(
        "extension",
        once=["answered_at", "agreed", "answer"],
        clashes=[
            "there.answered_at IS NULL AND NEW.answered_at IS NULL"
            " AND there.milestone_id = NEW.milestone_id",
            "there.agreed AND NEW.agreed AND there.milestone_id = NEW.milestone_id",
        ],
    ),
    Guard("review_reminder"),
)


def up(_migrator, db):
    run_script(__file__, db)
    for guard in GUARDS:
        install(db, guard)
