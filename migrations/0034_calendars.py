"""Feeds of due dates that calendars subscribe to."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
