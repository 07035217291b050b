"""Disputes, the splits offered to settle them, and what was given up of a milestone's price."""

from models.guards import Guard, install
from models.schema import run_script

GUARDS = (
    Guard(
        "dispute",
        once=["ended", "ended_at"],
        clashes=[
            "there.ended_at IS NULL AND NEW.ended_at IS NULL"
            " AND there.milestone_id = NEW.milestone_id"
        ],
    ),
    Guard("disputed_criterion"),
    Guard(
        "split_offer",
        once=["answer", "answerer_id", "why", "answered_at"],
        never=[
            "OLD.answered_at IS NOT NULL AND OLD.why IS NULL AND NEW.why IS NOT NULL",
            "OLD.answered_at IS NOT NULL AND OLD.answerer_id IS NULL"
            " AND NEW.answerer_id IS NOT NULL",
        ],
        clashes=[
            "there.answered_at IS NULL AND NEW.answered_at IS NULL"
            " AND there.dispute_id = NEW.dispute_id",
            "there.answer = 'taken' AND NEW.answer = 'taken' AND there.dispute_id = NEW.dispute_id",
        ],
    ),
    Guard("split_share"),
    Guard("dispute_summary"),
)


def up(_migrator, db):
    run_script(__file__, db)
    for guard in GUARDS:
        install(db, guard)
