"""How a business looks to its clients: a colour and a logo."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
