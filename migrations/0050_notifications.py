"""Which mails somebody gets, and letters that wait for the mail of the day."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
