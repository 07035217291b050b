"""The index of search, filled with what is there."""

from models import full_text


def up(_migrator, db):
    full_text.install(db)
