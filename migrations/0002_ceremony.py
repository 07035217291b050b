"""Signing as a ceremony: one-time codes, drawings, paper, what signers ask for, reminders."""

from models.guards import Guard, install, renew
from models.schema import run_script

GUARDS = (
    Guard(
        "code",
        free=["tries"],
        once=["used_at", "ended_at"],
        never=["NEW.tries < OLD.tries"],
        clashes=[
            "there.used_at IS NULL AND there.ended_at IS NULL"
            " AND NEW.used_at IS NULL AND NEW.ended_at IS NULL"
            " AND there.agreement_id = NEW.agreement_id AND there.contact_id = NEW.contact_id"
        ],
    ),
    Guard("paper"),
    Guard(
        "wish",
        once=["answered_at", "answer", "next_id"],
        clashes=[
            "there.answered_at IS NULL AND NEW.answered_at IS NULL"
            " AND there.agreement_id = NEW.agreement_id AND there.kind = NEW.kind"
        ],
    ),
)


def up(_migrator, db):
    run_script(__file__, db)
    for guard in GUARDS:
        install(db, guard)
    # Its new columns are part of what was signed.
    renew(db, Guard("signature"))
