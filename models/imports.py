"""Files of clients that were brought along, and what came of them."""

from typing import Any

from peewee import Check, DateTimeField, IntegerField, JSONField, TextField

from models.base import Row
from models.people import User
from models.record import File
from models.references import ForeignKeyField


class ClientsFile(Row):
    """A table of clients. `mapping` says which column holds what.

    `clients` and `contacts` are how many were added, `repeated` the rows that were there
    already, `problems` those not taken: [line, field, code of a refusal, its facts].
    """

    owner = ForeignKeyField(User, backref="clients_files", on_delete="CASCADE")
    file = ForeignKeyField(File, on_delete="RESTRICT")
    name = TextField()
    mapping = JSONField(default=dict)
    clients = IntegerField(default=0, constraints=[Check("clients >= 0")])
    contacts = IntegerField(default=0, constraints=[Check("contacts >= 0")])
    repeated = IntegerField(default=0, constraints=[Check("repeated >= 0")])
    problems = JSONField(default=list)
    uploaded_at = DateTimeField()
    imported_at = DateTimeField(null=True)

    @classmethod
    def of(cls, user: User) -> Any:
        """The files of one owner, without reading what is in them."""
        return cls.select().where(cls.owner == user.id)
