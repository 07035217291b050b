"""Retainers: a package that is offered again for every month."""

from typing import Any

from peewee import DateField, DateTimeField, TextField

from models.base import Row
from models.packages import Package
from models.people import Client, User
from models.references import ForeignKeyField
from models.work import Project


class Retainer(Row):
    """A package that is prepared for a client month by month, until it has ended."""

    owner = ForeignKeyField(User, backref="retainers", on_delete="CASCADE")
    client = ForeignKeyField(Client, backref="retainers", on_delete="RESTRICT")
    package = ForeignKeyField(Package, backref="retainers", on_delete="RESTRICT")
    title = TextField()
    created_at = DateTimeField()
    ended_at = DateTimeField(null=True)

    @classmethod
    def of(cls, user: User) -> Any:
        """The retainers of one owner, with their client."""
        return cls.select(cls, Client).join(Client).where(cls.owner == user.id)


class RetainerMonth(Row):
    """The project that was prepared for one month, named by its first day. At most one is."""

    retainer = ForeignKeyField(Retainer, backref="months", on_delete="CASCADE")
    month = DateField()
    project = ForeignKeyField(Project, unique=True, backref="retainer_months", on_delete="CASCADE")

    class Meta:
        indexes = ((("retainer", "month"), True),)
