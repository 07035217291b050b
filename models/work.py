"""Projects, their milestones, and the submissions and decisions that move them."""

from enum import StrEnum
from typing import Any

from peewee import (
    PREFETCH_TYPE,
    SQL,
    BigIntegerField,
    BooleanField,
    Check,
    DateField,
    DateTimeField,
    IntegerField,
    JSONField,
    Load,
    TextField,
    fn,
)

from models.base import KindField, Row
from models.packages import Package
from models.people import Client, Contact, User
from models.references import ForeignKeyField


class ProjectState(StrEnum):
    DRAFT = "draft"
    OFFERED = "offered"
    ACTIVE = "active"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class MilestoneState(StrEnum):
    DRAFT = "draft"
    AGREED = "agreed"
    ACTIVE = "active"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    PARTLY_ACCEPTED = "partly_accepted"
    ACCEPTED = "accepted"
    DEEMED_ACCEPTED = "deemed_accepted"
    DISPUTED = "disputed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class TriggerKind(StrEnum):
    ON_SIGNING = "on_signing"
    ON_START = "on_start"
    ON_ACCEPTANCE = "on_acceptance"
    ON_DATE = "on_date"
    ON_METRIC = "on_metric"


class TriggerDelivery(StrEnum):
    """Whether a fired trigger issues its invoice or leaves a draft for the owner."""

    SEND = "send"
    DRAFT = "draft"


class DecisionKind(StrEnum):
    ACCEPTED = "accepted"
    CHANGES_REQUESTED = "changes_requested"
    DEEMED_ACCEPTED = "deemed_accepted"
    DISPUTED = "disputed"


class Project(Row):
    """One engagement with one client, in one currency.

    `version` counts everything that happened; pages are cached under it. Prices are
    gross where `prices_gross` (consumers), else net; the tax fields say what is added. The
    fees are what stopping costs, in basis points of a milestone's price by how far it is, and
    `exposure_cap` the most that may be open at a time (minor units payable), None without limit.
    """

    owner = ForeignKeyField(User, backref="projects", on_delete="CASCADE")
    client = ForeignKeyField(Client, backref="projects", on_delete="RESTRICT")
    package = ForeignKeyField(Package, null=True, on_delete="SET NULL")
    title = TextField(constraints=[Check("title <> ''")])
    summary = TextField(default="")
    currency = TextField()
    state = KindField(ProjectState, "state", default=ProjectState.DRAFT)
    version = IntegerField(default=0)
    prices_gross = BooleanField(default=False)
    tax_category = TextField(
        default="O", constraints=[Check("tax_category IN ('S','Z','E','O','AE','G')")]
    )
    tax_rate = IntegerField(default=0, constraints=[Check("tax_rate BETWEEN 0 AND 100000")])
    tax_note = TextField(default="")
    withholding_rate = IntegerField(
        default=0, constraints=[Check("withholding_rate BETWEEN 0 AND 100000")]
    )
    purchase_order = TextField(default="")
    terms_days = IntegerField(default=14, constraints=[Check("terms_days BETWEEN 0 AND 365")])
    fee_not_begun = IntegerField(
        default=0, constraints=[Check("fee_not_begun BETWEEN 0 AND 10000")]
    )
    fee_in_progress = IntegerField(
        default=5000, constraints=[Check("fee_in_progress BETWEEN 0 AND 10000")]
    )
    fee_submitted = IntegerField(
        default=10_000, constraints=[Check("fee_submitted BETWEEN 0 AND 10000")]
    )
    exposure_cap = BigIntegerField(null=True, constraints=[Check("exposure_cap > 0")])
    created_at = DateTimeField()
    started_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("owner", "state"), False), (("owner", "version"), False))

    @classmethod
    def of(cls, user: User) -> Any:
        """The projects of one owner, joined with their client."""
        return cls.select(cls, Client).join(Client).where(cls.owner == user.id)

    @classmethod
    def counts(cls, user: User) -> Any:
        """(state, how many) of one owner's projects."""
        return (
            cls.select(cls.state, fn.COUNT(cls.id))
            .where(cls.owner == user.id)
            .group_by(cls.state)
            .tuples()
        )

    @classmethod
    def newest_by_state(cls, user: User, at_most: int) -> list[Any]:
        """The newest projects of each state with client and milestones, in two queries."""
        rank = fn.ROW_NUMBER().over(partition_by=[cls.state], order_by=[cls.id.desc()])
        ranked = cls.select(cls.id, rank.alias("place")).where(cls.owner == user.id).alias("ranked")
        return list(
            cls.of(user)
            .switch(cls)
            .join(ranked, on=(ranked.c.id == cls.id))
            .where(ranked.c.place <= at_most)
            .order_by(cls.id.desc())
            .with_related(
                Load(
                    cls.milestones,
                    Milestone.select()
                    .where(Milestone.deleted_at.is_null())
                    .order_by(Milestone.position),
                    strategy=PREFETCH_TYPE.MATERIALIZE,
                )
            )
        )


class Link(Row):
    """One contact's way into one project. The token is derived from it, never stored."""

    key = TextField(unique=True)
    project = ForeignKeyField(Project, backref="links", on_delete="CASCADE")
    contact = ForeignKeyField(Contact, backref="links", on_delete="CASCADE")
    generation = IntegerField(default=1)
    created_at = DateTimeField()
    expires_at = DateTimeField(null=True)
    revoked_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("project", "contact"), True),)


class OptionKind(StrEnum):
    """Of the tiers the client picks exactly one, of the add-ons any number."""

    TIER = "tier"
    ADD_ON = "add_on"


class Option(Row):
    """What a plan offers to choose from: milestones that come together or not at all."""

    project = ForeignKeyField(Project, backref="options", on_delete="CASCADE")
    kind = KindField(OptionKind, "kind")
    title = TextField(default="")
    note = TextField(default="")
    position = IntegerField()
    recommended = BooleanField(
        default=False, constraints=[Check("NOT recommended OR kind = 'tier'")]
    )

    class Meta:
        indexes = ((("project", "position"), False),)

    @classmethod
    def of(cls, user: User) -> Any:
        """The options of one owner, joined with their project."""
        return cls.select(cls, Project).join(Project).where(Project.owner == user.id)


class Milestone(Row):
    """One outcome with its price (minor units; blank while it is a draft).

    `waived` is what of the price both sides gave up to settle a dispute.

    While it is edited, `key` makes a repeated add the same row, and `tab` and `turn` say
    which page saved it last, in that page's how-manieth save. Without an `option` it is part
    of every choice; `left_out` are those the client did not choose, deleted until the offer
    ends unsigned. `given_up` is what of the price its measure did not earn (minor units).
    `duties` are what the client supplies: see billing.planning.duties.
    """

    project = ForeignKeyField(Project, backref="milestones", on_delete="CASCADE")
    position = IntegerField()
    title = TextField(default="")
    deliverable = TextField(default="")
    price = BigIntegerField(null=True, constraints=[Check("price >= 0")])
    waived = BigIntegerField(default=0, constraints=[Check("waived >= 0")])
    due_on = DateField(null=True)
    review_days = IntegerField(default=5, constraints=[Check("review_days BETWEEN 3 AND 14")])
    rounds = IntegerField(default=2, constraints=[Check("rounds BETWEEN 0 AND 99")])
    state = KindField(MilestoneState, "state", default=MilestoneState.DRAFT)
    revision = IntegerField(default=0)
    key = TextField(null=True)
    tab = TextField(default="")
    turn = IntegerField(default=0)
    deleted_at = DateTimeField(null=True)
    option = ForeignKeyField(Option, null=True, backref="milestones", on_delete="SET NULL")
    duties = JSONField(default=list, constraints=[SQL("DEFAULT '[]'")])
    given_up = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0"), Check("given_up >= 0")])
    left_out = BooleanField(
        default=False, constraints=[Check("NOT left_out OR deleted_at IS NOT NULL")]
    )

    class Meta:
        indexes = ((("project", "position"), False), (("project", "key"), True))

    @classmethod
    def of(cls, user: User) -> Any:
        """The milestones of one owner, deleted ones included, joined with their project."""
        return cls.select(cls, Project).join(Project).where(Project.owner == user.id)

    @classmethod
    def live(cls, project: Project) -> Any:
        """A project's milestones in order, without deleted ones."""
        return (
            cls.select()
            .where(cls.project == project.id, cls.deleted_at.is_null())
            .order_by(cls.position, cls.id)
        )

    @classmethod
    def deleted(cls, project: Project) -> Any:
        """What was taken out of a project's plan and can come back, the latest first."""
        return (
            cls.select()
            .where(cls.project == project.id, cls.deleted_at.is_null(False), ~cls.left_out)
            .order_by(cls.deleted_at.desc(), cls.id.desc())
        )


class Criterion(Row):
    """What must hold for a milestone to be accepted. Weights divide its acceptance share."""

    milestone = ForeignKeyField(Milestone, backref="criteria", on_delete="CASCADE")
    position = IntegerField()
    text = TextField(constraints=[Check("text <> ''")])
    weight = IntegerField(default=1, constraints=[Check("weight > 0")])


class Trigger(Row):
    """When a share of the price (basis points) is billed.

    `amount` (minor units) is set once a change order gave the milestone another price.
    `measure` says how much of its amount a reading earns: see billing.invoicing.measures.
    """

    milestone = ForeignKeyField(Milestone, backref="triggers", on_delete="CASCADE")
    position = IntegerField()
    kind = KindField(TriggerKind, "kind")
    share = IntegerField(constraints=[Check("share BETWEEN 1 AND 10000")])
    on = DateField(null=True)
    delivery = KindField(TriggerDelivery, "delivery", default=TriggerDelivery.SEND)
    amount = BigIntegerField(null=True, constraints=[Check("amount >= 0")])
    measure = JSONField(
        null=True, constraints=[Check("kind <> 'on_metric' OR measure IS NOT NULL")]
    )

    class Meta:
        constraints = [SQL("CHECK ((kind = 'on_date') = (\"on\" IS NOT NULL))")]


class Submission(Row):
    """A numbered round: what the owner shows for a milestone. Links are a list of URLs."""

    milestone = ForeignKeyField(Milestone, backref="submissions", on_delete="RESTRICT")
    round = IntegerField(constraints=[Check("round > 0")])
    note = TextField(default="")
    links = JSONField(default=list)
    submitted_at = DateTimeField()

    class Meta:
        indexes = ((("milestone", "round"), True),)


class Evidence(Row):
    """What shows that one criterion is met, in one submission."""

    submission = ForeignKeyField(Submission, backref="evidence", on_delete="RESTRICT")
    criterion = ForeignKeyField(Criterion, on_delete="RESTRICT")
    text = TextField(default="")

    class Meta:
        indexes = ((("submission", "criterion"), True),)


class Decision(Row):
    """What the client (or the clock, then without a contact) said of a submission.

    An acceptance that can be undone says until when; `final_at` is when that time was over.
    """

    submission = ForeignKeyField(Submission, backref="decisions", on_delete="RESTRICT")
    kind = KindField(DecisionKind, "kind")
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    note = TextField(default="")
    decided_at = DateTimeField()
    withdrawn_at = DateTimeField(null=True)
    undo_until = DateTimeField(null=True)
    final_at = DateTimeField(null=True)


class Verdict(Row):
    """A decision on one criterion. At most one verdict stands per submission and criterion."""

    decision = ForeignKeyField(Decision, backref="verdicts", on_delete="RESTRICT")
    submission = ForeignKeyField(Submission, on_delete="RESTRICT")
    criterion = ForeignKeyField(Criterion, on_delete="RESTRICT")
    accepted = BooleanField()
    remark = TextField(default="")
    standing = BooleanField(default=True)


Verdict.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS verdict_standing ON verdict"
        " (submission_id, criterion_id) WHERE standing"
    )
)
