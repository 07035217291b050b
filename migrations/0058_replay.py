"""The replay of past hours under other models of pricing: what its owner assumes."""

from models.schema import run_script


def up(_migrator, db):
    run_script(__file__, db)
