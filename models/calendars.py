"""Feeds of due dates that an owner's calendar subscribes to."""

from peewee import DateTimeField, IntegerField, TextField

from models.base import Row
from models.people import User
from models.references import ForeignKeyField


class CalendarFeed(Row):
    """An owner's feed. Its address is derived from key and generation, never stored."""

    owner = ForeignKeyField(User, unique=True, backref="calendar_feeds", on_delete="CASCADE")
    key = TextField(unique=True)
    generation = IntegerField(default=1)
    made_at = DateTimeField()
