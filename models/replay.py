"""The replay of past hours under other models of pricing: what its owner assumes."""

from typing import Any

from peewee import BigIntegerField, Check, IntegerField, TextField

from models.audit import WorkKind
from models.base import Row
from models.people import User
from models.references import ForeignKeyField


class Replay(Row):
    """What is assumed of everything, in percent, and the seed of the draws. One for each owner."""

    owner = ForeignKeyField(User, backref="replays", unique=True, on_delete="CASCADE")
    seed = IntegerField(default=1, constraints=[Check("seed >= 0")])
    longer = IntegerField(default=50, constraints=[Check("longer BETWEEN 0 AND 900")])
    accepted = IntegerField(default=90, constraints=[Check("accepted BETWEEN 0 AND 100")])
    changes = IntegerField(default=50, constraints=[Check("changes BETWEEN 0 AND 100")])
    base = IntegerField(default=50, constraints=[Check("base BETWEEN 0 AND 100")])
    value_share = IntegerField(default=10, constraints=[Check("value_share BETWEEN 0 AND 100")])
    reached = IntegerField(default=50, constraints=[Check("reached BETWEEN 0 AND 100")])

    @classmethod
    def of(cls, user: User) -> Any:
        """What one owner assumes of everything, if they changed it."""
        return cls.select().where(cls.owner == user.id)


class ReplayMoney(Row):
    """What is assumed in one currency, in minor units; NULL is what the past says."""

    # The unique index by owner serves this one too.
    owner = ForeignKeyField(User, backref="replay_money", on_delete="CASCADE", index=False)
    currency = TextField(constraints=[Check("currency <> ''")])
    floor = BigIntegerField(null=True, constraints=[Check("floor >= 0")])
    seat_price = BigIntegerField(null=True, constraints=[Check("seat_price >= 0")])

    class Meta:
        indexes = ((("owner", "currency"), True),)

    @classmethod
    def of(cls, user: User) -> Any:
        """One owner's."""
        return cls.select().where(cls.owner == user.id)


class ReplayKind(Row):
    """What is assumed of one kind of work in one currency, in minor units.

    Rate and price are NULL where they are what the past says, worth and seats where there are none,
    and the floor where it is that of its package, or else of the currency.
    """

    # The unique index by owner serves this one too.
    owner = ForeignKeyField(User, backref="replay_kinds", on_delete="CASCADE", index=False)
    kind = ForeignKeyField(WorkKind, backref="replays", on_delete="CASCADE")
    currency = TextField(constraints=[Check("currency <> ''")])
    rate = BigIntegerField(null=True, constraints=[Check("rate >= 0")])
    price = BigIntegerField(null=True, constraints=[Check("price >= 0")])
    saved = IntegerField(default=50, constraints=[Check("saved BETWEEN 0 AND 95")])
    worth = BigIntegerField(null=True, constraints=[Check("worth >= 0")])
    seats = IntegerField(null=True, constraints=[Check("seats BETWEEN 0 AND 100000")])
    floor = BigIntegerField(null=True, constraints=[Check("floor >= 0")])

    class Meta:
        indexes = ((("owner", "kind", "currency"), True),)

    @classmethod
    def of(cls, user: User) -> Any:
        """One owner's."""
        return cls.select().where(cls.owner == user.id)
