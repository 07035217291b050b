"""The first schema: tables as SQL per database, and the guards over what must never change."""

from models.guards import Guard, install, install_on_lines
from models.schema import run_script

GUARDS = (
    Guard("event"),
    Guard("event_text", erasable=True),
    Guard("signature"),
    Guard("submission"),
    Guard("evidence"),
    Guard("decision", once=["withdrawn_at"]),
    Guard(
        "verdict",
        free=["standing"],
        never=["NOT OLD.standing AND NEW.standing"],
        clashes=[
            "there.standing AND NEW.standing AND there.submission_id = NEW.submission_id"
            " AND there.criterion_id = NEW.criterion_id"
        ],
    ),
    Guard("file"),
    Guard("document"),
    Guard("rendition"),
    Guard(
        "charge",
        free=["line_id"],
        once=["freed_at"],
        # A charge stays on its line until it is freed, which a deleted draft does first.
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
    Guard("payment"),
    Guard(
        "claim",
        once=["answered_at", "payment_id"],
        clashes=[
            "there.answered_at IS NULL AND NEW.answered_at IS NULL"
            " AND there.invoice_id = NEW.invoice_id"
        ],
    ),
    Guard("invoice", when="{row}.state = 'issued'"),
    Guard(
        "agreement",
        when="{row}.payload IS NOT NULL",
        free=["state"],
        once=["document_id", "sent_at", "active_at"],
    ),
)


def up(_migrator, db):
    run_script(__file__, db)
    for guard in GUARDS:
        install(db, guard)
    install_on_lines(db)
