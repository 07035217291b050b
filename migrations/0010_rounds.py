"""What a wish beyond the agreed rounds says is not met."""

from models.guards import Guard, install
from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
    install(db, Guard("unmet_point"))
