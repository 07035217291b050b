"""Files handed over: drafts until they are part of a round, and what is shown of them."""

from models.guards import Guard, install, renew
from models.schema import run_script

GUARDS = (
    Guard("attachment", when="{row}.kept_at IS NOT NULL"),
    Guard("submission_file"),
)


def up(_migrator, db):
    run_script(__file__, db)
    for guard in GUARDS:
        install(db, guard)
    # A file that was only ever a draft may go again; what is kept stays kept.
    renew(db, Guard("file", when="{row}.kept"))
