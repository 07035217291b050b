"""Packages: saved sets of milestones."""

from typing import Any

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    Check,
    DateTimeField,
    IntegerField,
    JSONField,
    TextField,
)

from models.base import Row
from models.people import User
from models.references import ForeignKeyField


class Package(Row):
    """A saved set of milestones that a project can start from.

    `tiers` are what it lets the client choose from, if it does: title, note, recommended.
    One that is `monthly` is prepared again for each month.
    """

    owner = ForeignKeyField(User, backref="packages", on_delete="CASCADE")
    name = TextField(constraints=[Check("name <> ''")])
    summary = TextField(default="")
    currency = TextField()
    tiers = JSONField(default=list, constraints=[SQL("DEFAULT '[]'")])
    created_at = DateTimeField()
    archived_at = DateTimeField(null=True)
    monthly = BooleanField(default=False, constraints=[SQL("DEFAULT false")])

    @classmethod
    def of(cls, user: User) -> Any:
        return cls.select().where(cls.owner == user.id)


class PackageMilestone(Row):
    """One outcome of a package; shares in basis points.

    `tier` is the number of the tier it belongs to, from 1; 0 is part of every choice. The days of
    `duties` and of the `measure` count from a project's first: see planning.package_terms. `drafts`
    are the kinds of trigger whose invoice is left as a draft.
    """

    package = ForeignKeyField(Package, backref="milestones", on_delete="CASCADE")
    position = IntegerField()
    title = TextField()
    deliverable = TextField(default="")
    criteria = JSONField(default=list)
    price = BigIntegerField(null=True)
    days_to_due = IntegerField(null=True)
    deposit_share = IntegerField(
        default=0, constraints=[Check("deposit_share BETWEEN 0 AND 10000")]
    )
    start_share = IntegerField(
        default=0,
        constraints=[SQL("DEFAULT 0"), Check("start_share BETWEEN 0 AND 10000")],
    )
    review_days = IntegerField(default=5)
    rounds = IntegerField(default=2)
    tier = IntegerField(default=0, constraints=[SQL("DEFAULT 0"), Check("tier BETWEEN 0 AND 9")])
    duties = JSONField(default=list, constraints=[SQL("DEFAULT '[]'")])
    metric_share = IntegerField(
        default=0,
        constraints=[SQL("DEFAULT 0"), Check("metric_share BETWEEN 0 AND 10000")],
    )
    measure = JSONField(null=True, constraints=[Check("metric_share = 0 OR measure IS NOT NULL")])
    drafts = JSONField(default=list, constraints=[SQL("DEFAULT '[]'")])
