"""Changes of a signed plan: what a change order proposes, and what the client wishes for."""

from enum import StrEnum
from typing import Any

from peewee import Check, DateTimeField, IntegerField, JSONField, TextField

from models.agreements import Agreement, AgreementState
from models.base import KindField, Row
from models.people import Contact, User
from models.references import ForeignKeyField
from models.work import Criterion, Milestone, Project, Submission


class ChangeKind(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    SWAP = "swap"
    ALTER = "alter"
    FAVOUR = "favour"


class Change(Row):
    """One step of a change order while it is composed; sending freezes all of them as payload.

    `milestone` is what it alters or takes out, `added` the row kept out of the plan for what
    comes in. `terms` holds what is typed, for a favour its title and what it is worth.
    """

    agreement = ForeignKeyField(Agreement, backref="changes", on_delete="CASCADE")
    position = IntegerField()
    kind = KindField(ChangeKind, "kind")
    milestone = ForeignKeyField(Milestone, null=True, backref="changes", on_delete="RESTRICT")
    added = ForeignKeyField(Milestone, null=True, unique=True, on_delete="RESTRICT")
    terms = JSONField(default=dict)
    note = TextField(default="")

    class Meta:
        indexes = ((("agreement", "milestone"), True),)
        constraints = [
            Check("(kind IN ('remove', 'swap', 'alter')) <= (milestone_id IS NOT NULL)"),
            Check("(kind IN ('add', 'swap')) = (added_id IS NOT NULL)"),
        ]

    @classmethod
    def of(cls, project: Project) -> Any:
        """What the change order that is being composed holds."""
        return (
            cls.select(cls, Agreement)
            .join(Agreement)
            .where(Agreement.project == project.id, Agreement.state == AgreementState.DRAFT)
        )


class RequestState(StrEnum):
    OPEN = "open"
    TAKEN_UP = "taken_up"
    DECLINED = "declined"


class ChangeRequest(Row):
    """What the client wishes to be different, in their words, and the owner's answer."""

    project = ForeignKeyField(Project, backref="change_requests", on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, on_delete="RESTRICT")
    milestone = ForeignKeyField(Milestone, null=True, on_delete="RESTRICT")
    wish = TextField(constraints=[Check("wish <> ''")])
    key = TextField(unique=True)
    state = KindField(RequestState, "state", default=RequestState.OPEN)
    asked_at = DateTimeField()
    answer = TextField(null=True)
    answered_at = DateTimeField(null=True)

    class Meta:
        constraints = [Check("(state = 'open') = (answered_at IS NULL)")]

    @classmethod
    def of(cls, user: User) -> Any:
        """The wishes of one owner's clients."""
        return cls.select(cls, Project).join(Project).where(Project.owner == user.id)


class UnmetPoint(Row):
    """A criterion that a wish beyond the agreed rounds says is not met by a submission."""

    request = ForeignKeyField(ChangeRequest, backref="points", on_delete="RESTRICT")
    submission = ForeignKeyField(Submission, on_delete="RESTRICT")
    criterion = ForeignKeyField(Criterion, on_delete="RESTRICT")
    remark = TextField(default="")

    class Meta:
        indexes = ((("request", "criterion"), True),)
