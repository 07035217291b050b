"""Packages in the making: what a kind of past work would be sold as, step by step."""

from typing import Any

from peewee import BigIntegerField, Check, DateTimeField, IntegerField, JSONField, TextField

from models.audit import WorkKind
from models.base import Row
from models.packages import Package
from models.people import User
from models.references import ForeignKeyField


class PackageDraft(Row):
    """A package that is being made from a kind of work; `package` once it was saved as one.

    `hourly_cost` in minor units an hour, unknown until its owner says it. `quantile` is of a
    hundred past pieces how many the floor covers, `margin` what the target adds to the floor
    (basis points). `tiers` are the choices it offers, if it does, as packages hold them.
    """

    owner = ForeignKeyField(User, backref="package_drafts", on_delete="CASCADE")
    kind = ForeignKeyField(WorkKind, null=True, backref="package_drafts", on_delete="SET NULL")
    name = TextField(constraints=[Check("name <> ''")])
    currency = TextField()
    hourly_cost = BigIntegerField(null=True, constraints=[Check("hourly_cost >= 0")])
    quantile = IntegerField(constraints=[Check("quantile BETWEEN 50 AND 99")])
    margin = IntegerField(constraints=[Check("margin BETWEEN 0 AND 10000")])
    exclusions = TextField(default="")
    rounds = IntegerField(constraints=[Check("rounds BETWEEN 0 AND 99")])
    review_days = IntegerField(constraints=[Check("review_days BETWEEN 3 AND 14")])
    tiers = JSONField(default=list)
    package = ForeignKeyField(Package, null=True, on_delete="SET NULL")
    created_at = DateTimeField()

    @classmethod
    def of(cls, user: User) -> Any:
        """The packages in the making of one owner."""
        return cls.select().where(cls.owner == user.id)


class PackageDraftMilestone(Row):
    """One outcome of a package in the making. `share` of a piece's hours in basis points.

    `price` (minor units) is the owner's own; without one it is the target. `tier` is the number
    of the tier it belongs to, from 1; 0 is part of every choice.
    """

    draft = ForeignKeyField(PackageDraft, backref="milestones", on_delete="CASCADE")
    position = IntegerField()
    title = TextField(default="")
    deliverable = TextField(default="")
    criteria = TextField(default="")
    value = TextField(default="")
    share = IntegerField(constraints=[Check("share BETWEEN 0 AND 10000")])
    price = BigIntegerField(null=True, constraints=[Check("price >= 0")])
    tier = IntegerField(default=0, constraints=[Check("tier BETWEEN 0 AND 9")])
