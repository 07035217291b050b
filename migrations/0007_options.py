"""Options of a plan: tiers and add-ons, and which milestones a choice left out."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
