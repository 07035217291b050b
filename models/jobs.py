"""Long work in the background: how far it is, and what came of it."""

from enum import StrEnum
from typing import Any

from peewee import Check, DateTimeField, IntegerField, JSONField, TextField

from models.base import KindField, Row
from models.people import User
from models.references import ForeignKeyField


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Job(Row):
    """Work that takes longer than a page may, done a chunk at a time by the worker.

    `facts` names what it is about; `done` of `total` steps are behind it (a total of nothing is
    not known yet). Each chunk and its `done` are one transaction, so a kill loses no step and
    repeats none.
    """

    owner = ForeignKeyField(User, backref="jobs", on_delete="CASCADE")
    kind = TextField()
    facts = JSONField(default=dict)
    state = KindField(JobState, "state", default=JobState.WAITING)
    done = IntegerField(default=0, constraints=[Check("done >= 0")])
    total = IntegerField(default=0, constraints=[Check("total >= 0")])
    error = TextField(default="")
    created_at = DateTimeField()
    cancel_asked_at = DateTimeField(null=True)
    finished_at = DateTimeField(null=True)
    leased_until = DateTimeField(null=True)

    class Meta:
        indexes = ((("state", "id"), False),)

    @classmethod
    def of(cls, user: User) -> Any:
        """The jobs of one owner."""
        return cls.select().where(cls.owner == user.id)

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.CANCELLED, JobState.FAILED)
