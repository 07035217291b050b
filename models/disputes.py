"""Disputes over submitted milestones, the splits offered to settle them, and summaries."""

from enum import StrEnum
from typing import Any

from peewee import SQL, BigIntegerField, Check, DateField, DateTimeField, IntegerField, TextField

from models.base import KindField, Row
from models.people import Contact, User
from models.record import Document
from models.references import ForeignKeyField
from models.work import Criterion, Milestone, Project, Submission


class Side(StrEnum):
    OWNER = "owner"
    CLIENT = "client"


class DisputeEnd(StrEnum):
    """By an offer that the other side took, because the project was stopped, or because whoever
    had raised it took it back."""

    SETTLED = "settled"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


class Answer(StrEnum):
    """What became of an offer. *ended* are those the end of the dispute has overtaken."""

    TAKEN = "taken"
    DECLINED = "declined"
    REPLACED = "replaced"
    LAPSED = "lapsed"
    ENDED = "ended"


class Outcome(StrEnum):
    """What an offer makes of a criterion: accepted whole or in part, given up, or done again."""

    ACCEPTED = "accepted"
    GIVEN_UP = "given_up"
    REDONE = "redone"


class Dispute(Row):
    """A disagreement about a round, by one side. Of the client, `contact` raised it."""

    milestone = ForeignKeyField(Milestone, backref="disputes", on_delete="RESTRICT")
    submission = ForeignKeyField(Submission, backref="disputes", on_delete="RESTRICT")
    side = KindField(Side, "side")
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    reason = TextField(constraints=[Check("reason <> ''")])
    opened_at = DateTimeField()
    ended = KindField(DisputeEnd, "ended", null=True)
    ended_at = DateTimeField(null=True)

    class Meta:
        constraints = [
            Check("(ended IS NULL) = (ended_at IS NULL)"),
            Check("(side = 'client') = (contact_id IS NOT NULL)"),
        ]

    @classmethod
    def of(cls, user: User) -> Any:
        """The disputes of one owner, joined with milestone and project."""
        found = cls.select(cls, Milestone, Project).join(Milestone).join(Project)
        return found.where(Project.owner == user.id)


Dispute.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS dispute_open ON dispute (milestone_id)"
        " WHERE ended_at IS NULL"
    )
)


class DisputedCriterion(Row):
    """A criterion that a dispute is about."""

    dispute = ForeignKeyField(Dispute, backref="criteria", on_delete="RESTRICT")
    criterion = ForeignKeyField(Criterion, on_delete="RESTRICT")

    class Meta:
        indexes = ((("dispute", "criterion"), True),)


class SplitOffer(Row):
    """How one side would settle a dispute; `answer_by` is the last day to take it.

    Of the client, `contact` made it, and `answerer` answered the owner's.
    """

    dispute = ForeignKeyField(Dispute, backref="offers", on_delete="RESTRICT")
    number = IntegerField(constraints=[Check("number > 0")])
    side = KindField(Side, "side")
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    note = TextField(default="")
    made_at = DateTimeField()
    answer_by = DateField()
    answer = KindField(Answer, "answer", null=True)
    answerer = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    why = TextField(null=True)
    answered_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("dispute", "number"), True),)
        constraints = [
            Check("(answer IS NULL) = (answered_at IS NULL)"),
            Check("(side = 'client') = (contact_id IS NOT NULL)"),
            Check("(answer = 'declined') <= (why IS NOT NULL)"),
        ]


SplitOffer.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS split_offer_open ON split_offer (dispute_id)"
        " WHERE answered_at IS NULL"
    )
)
SplitOffer.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS split_offer_taken ON split_offer (dispute_id)"
        " WHERE answer = 'taken'"
    )
)


class SplitShare(Row):
    """What an offer makes of one criterion: `amount` of its `worth` is accepted.

    Both are minor units in the prices' basis.
    """

    offer = ForeignKeyField(SplitOffer, backref="shares", on_delete="RESTRICT")
    criterion = ForeignKeyField(Criterion, on_delete="RESTRICT")
    outcome = KindField(Outcome, "outcome")
    worth = BigIntegerField()
    amount = BigIntegerField()

    class Meta:
        indexes = ((("offer", "criterion"), True),)
        constraints = [
            Check("amount BETWEEN 0 AND worth"),
            Check("outcome = 'accepted' OR amount = 0"),
        ]


class DisputeSummary(Row):
    """The evidence as one document for a mediator; `seq` is the newest event that it tells of."""

    dispute = ForeignKeyField(Dispute, backref="summaries", on_delete="RESTRICT")
    document = ForeignKeyField(Document, on_delete="RESTRICT")
    seq = IntegerField()
    made_at = DateTimeField()

    class Meta:
        indexes = ((("dispute", "seq"), True),)
