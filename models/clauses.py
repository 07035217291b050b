"""What an agreement's clauses are made from: the owner's own sets, and a project's choice."""

from typing import Any

from peewee import Check, DateTimeField, IntegerField, JSONField, TextField

from models.base import Row
from models.people import User
from models.references import ForeignKeyField
from models.work import Project


class ClauseSet(Row):
    """Clauses an owner uses again, by a name of theirs. Its versions say what it says."""

    owner = ForeignKeyField(User, backref="clause_sets", on_delete="RESTRICT")
    name = TextField(constraints=[Check("name <> ''")])
    created_at = DateTimeField()
    archived_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("owner", "name"), True),)

    @classmethod
    def of(cls, user: User) -> Any:
        """The sets of one owner, archived ones included."""
        return cls.select().where(cls.owner == user.id)


class ClauseSetVersion(Row):
    """One wording of a set, frozen: `clauses` is a list of {key, heading, body, on}.

    Kind of work, language and library version say what the owner had edited.
    """

    clause_set = ForeignKeyField(ClauseSet, backref="versions", on_delete="RESTRICT")
    number = IntegerField()
    kind = TextField()
    language = TextField()
    library = IntegerField()
    clauses = JSONField()
    created_at = DateTimeField()

    class Meta:
        indexes = ((("clause_set", "number"), True),)


class ClauseChoice(Row):
    """From what a project's agreement is composed: a kind of work in a language, or a set.

    `before` holds what a switch replaced, so that it can be undone: clauses and choice.
    """

    project = ForeignKeyField(Project, unique=True, backref="choices", on_delete="CASCADE")
    kind = TextField()
    language = TextField()
    library = IntegerField()
    set_version = ForeignKeyField(ClauseSetVersion, null=True, on_delete="RESTRICT")
    before = JSONField(null=True)
