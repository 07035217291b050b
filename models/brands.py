"""How an owner's business looks to its clients."""

from peewee import Check, TextField

from models.base import Row
from models.people import User
from models.record import File
from models.references import ForeignKeyField


class Brand(Row):
    """The brand's `colour` as ``#rrggbb``, "" for our own, and its `logo`, a PNG on white."""

    owner = ForeignKeyField(User, unique=True, backref="brands", on_delete="CASCADE")
    colour = TextField(default="", constraints=[Check("colour = '' OR length(colour) = 7")])
    logo = ForeignKeyField(File, null=True, on_delete="RESTRICT")
