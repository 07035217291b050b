"""The story for many tests: told once a process, and copied for every later one on SQLite."""

import pickle

from pysqlite3 import dbapi2 as sqlite3

from models import User, db, is_postgresql
from tests import story
from tests.story import Story

_told: dict[str | None, tuple[sqlite3.Connection, bytes]] = {}


def told(email: str | None = None) -> Story:
    """What `story.told` does to an empty database."""
    assert not User.select().exists(), "a copy would replace what is there"
    if is_postgresql():
        return story.told(email)
    if email not in _told:
        whole = story.told(email)
        copy = sqlite3.connect(":memory:")
        db.connection().backup(copy)
        _told[email] = copy, pickle.dumps(whole)
        return whole
    copy, pickled = _told[email]
    copy.backup(db.connection())
    again: Story = pickle.loads(pickled)  # noqa: S301 (our own)
    return again
