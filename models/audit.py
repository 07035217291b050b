"""The audit of past hours: kinds of work, labels that tell them, and results that were valued."""

from typing import Any

from peewee import (
    SQL,
    BooleanField,
    Check,
    DateTimeField,
    IntegerField,
    JSONField,
    TextField,
)

from models.base import Row
from models.jobs import Job
from models.people import User
from models.references import ForeignKeyField


class Audit(Row):
    """One for each owner: the words that tell rework, one a line, and the last grouping.

    `changes` counts those of hours and their groups; `figures` are what was added up, and after
    which of them.
    """

    owner = ForeignKeyField(User, backref="audits", unique=True, on_delete="CASCADE")
    rework_words = TextField(default="")
    job = ForeignKeyField(Job, null=True, on_delete="SET NULL")
    changes = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    figures = JSONField(null=True)

    @classmethod
    def of(cls, user: User) -> Any:
        """The audit of one owner, if they began one."""
        return cls.select().where(cls.owner == user.id)


class WorkKind(Row):
    """A kind of work. One that is `kept` was named, merged or filled by its owner.

    The `rest` holds what is like nothing else.
    """

    owner = ForeignKeyField(User, backref="work_kinds", on_delete="CASCADE")
    name = TextField(constraints=[Check("name <> ''")])
    kept = BooleanField(default=False)
    rest = BooleanField(default=False)
    created_at = DateTimeField()

    @classmethod
    def of(cls, user: User) -> Any:
        """The kinds of work of one owner."""
        return cls.select().where(cls.owner == user.id)


class WorkLabel(Row):
    """What entries say of their work, in few words; each belongs to one kind of work.

    `key` is a digest of what is said, `sample` an entry's own words, `core` what is compared.
    One that `leads` draws what is like it into its kind. `placed` and `judged` ones were put
    where they are, or called rework or not, by their owner.
    """

    # Every index by owner below serves this one too.
    owner = ForeignKeyField(User, backref="work_labels", on_delete="CASCADE", index=False)
    key = TextField()
    sample = TextField()
    text = TextField()
    core = TextField()
    kind = ForeignKeyField(WorkKind, null=True, backref="labels", on_delete="SET NULL")
    leads = BooleanField(default=False)
    placed = BooleanField(default=False)
    rework = BooleanField(default=False)
    judged = BooleanField(default=False)

    class Meta:
        indexes = ((("owner", "key"), True),)

    @classmethod
    def of(cls, user: User) -> Any:
        """The labels of one owner."""
        return cls.select().where(cls.owner == user.id)


class ValuedResult(Row):
    """The result that a client valued in a past project; names are as the files have them."""

    owner = ForeignKeyField(User, backref="valued_results", on_delete="CASCADE", index=False)
    key = TextField()
    client = TextField()
    project = TextField()
    result = TextField(constraints=[Check("result <> ''")])

    class Meta:
        indexes = ((("owner", "key"), True),)

    @classmethod
    def of(cls, user: User) -> Any:
        """The results of one owner's past projects."""
        return cls.select().where(cls.owner == user.id)
