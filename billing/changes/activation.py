"""Putting a signed change order into the plan, in the transaction that puts it in force.

What is written follows from the frozen payload alone: it is what both have signed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from billing import events
from billing.accepting import gates, moves
from billing.accepting.moves import Verb
from billing.actors import Actor
from billing.agreeing import versions
from billing.changes import repricing, touching
from billing.invoicing import charges, credit_notes, invoices, measures
from billing.planning import projects
from billing.states import move
from models import (
    Agreement,
    AgreementState,
    Criterion,
    Evidence,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    Trigger,
    TriggerKind,
)

CAUSE = "change"
"""Why an invoice or a credit note was raised."""


def apply(change_order: Agreement, by: Actor, now: datetime) -> None:
    """Change the plan and bill what follows. Runs in the caller's write(), beside the move.

    Refuses MovedOn where a milestone it speaks of went on meanwhile.
    """
    project = change_order.project
    touching.refuse_moved_on(change_order)
    _amend(change_order)
    said = versions.read(change_order)
    added = []
    for change in said["changes"]:
        before, after = change["before"], change["after"]
        if before and after and before["id"] == after["id"]:
            _alter(project, after, change_order, by, now)
            continue
        if before:
            _supersede(project, before["id"], change_order, by, now)
        if after:
            added.append(_add(project, after, change_order, by, now))
    _order(said["milestones"])
    _reopen(project, by, now)
    fired = charges.fire(project, added, TriggerKind.ON_SIGNING, by, now)
    invoices.raise_for(project, fired, "signing", by, now)
    gates.open_next(project, by, now)
    projects.close_if_settled(project, by, now)


def _amend(change_order: Agreement) -> None:
    """What held until now is amended from now on."""
    for row in versions.in_force(change_order.project):
        if row.id != change_order.id and row.state == AgreementState.ACTIVE:
            move(row, AgreementState.ACTIVE, to=AgreementState.AMENDED)


def _alter(
    project: Project, after: dict[str, Any], change_order: Agreement, by: Actor, now: datetime
) -> None:
    milestone: Milestone = Milestone.get_by_id(after["id"])
    price = int(after["price"])
    if price != milestone.price:
        _credit(project, milestone, charges.billed(milestone) - price, by, now)
        repricing.apply(milestone, price)
    Milestone.update(revision=Milestone.revision + 1, **_columns(after)).where(
        Milestone.id == milestone.id
    ).execute()
    _write_criteria(milestone, after["criteria"], now)
    _note("milestone.altered", project, after, change_order, by, now)


def _supersede(
    project: Project, milestone_id: int, change_order: Agreement, by: Actor, now: datetime
) -> None:
    milestone: Milestone = Milestone.get_by_id(milestone_id)
    _credit(project, milestone, charges.billed(milestone), by, now)
    moves.make(milestone, Verb.SUPERSEDE, by)
    gone = {"id": milestone.id, "title": milestone.title}
    _note("milestone.superseded", project, gone, change_order, by, now)


def _credit(project: Project, milestone: Milestone, excess: int, by: Actor, now: datetime) -> None:
    """Take back what is billed beyond the new price (minor units of the prices' basis)."""
    if excess > 0:
        credit_notes.credit_milestone(project, milestone, excess, CAUSE, by, now)


def _add(
    project: Project, after: dict[str, Any], change_order: Agreement, by: Actor, now: datetime
) -> Milestone:
    """The row kept for it comes into the plan, with all that was signed."""
    milestone: Milestone = Milestone.get_by_id(after["id"])
    Milestone.update(deleted_at=None, **_columns(after)).where(
        Milestone.id == milestone.id
    ).execute()
    moves.make(milestone, Verb.AGREE, by)
    _write_criteria(milestone, after["criteria"], now)
    for position, row in enumerate(after["triggers"]):
        Trigger.create(
            milestone=milestone,
            position=position,
            kind=row["kind"],
            share=row["share"],
            on=date.fromisoformat(row["on"]) if row["on"] else None,
            delivery=row["delivery"],
            measure=measures.stored(measures.read(row.get("measure"))),
        )
    _note("milestone.added", project, after, change_order, by, now)
    made: Milestone = Milestone.get_by_id(milestone.id)
    return made


def _columns(after: dict[str, Any]) -> dict[str, Any]:
    names = ("title", "deliverable", "price", "review_days", "rounds")
    due = date.fromisoformat(after["due_on"]) if after["due_on"] else None
    return {
        "due_on": due,
        "duties": after.get("duties", []),
        **{name: after[name] for name in names},
    }


def _write_criteria(
    milestone: Milestone, criteria: Sequence[dict[str, Any]], now: datetime
) -> None:
    """The criteria as signed; those of which something was shown or said are put by."""
    kept = {row["id"] for row in criteria if row["id"]}
    gone = [row for row in milestone.criteria if row.id not in kept]
    if Evidence.select().where(Evidence.criterion.in_([row.id for row in gone])).exists():
        past = _past(milestone, now)
        Criterion.update(milestone=past).where(Criterion.id.in_([row.id for row in gone])).execute()
    else:
        Criterion.delete().where(Criterion.id.in_([row.id for row in gone])).execute()
    for position, each in enumerate(criteria):
        columns = {"position": position, "text": each["text"], "weight": each["weight"]}
        if each["id"]:
            Criterion.update(**columns).where(Criterion.id == each["id"]).execute()
        else:
            Criterion.create(milestone=milestone, **columns)


def _past(milestone: Milestone, now: datetime) -> Milestone:
    """The milestone as it was until now, outside the plan: earlier rounds speak of its criteria."""
    columns = ("title", "deliverable", "price", "due_on", "review_days", "rounds", "position")
    made: Milestone = Milestone.create(
        project=milestone.project_id,
        state=MilestoneState.SUPERSEDED,
        deleted_at=now,
        **{name: getattr(milestone, name) for name in columns},
    )
    return made


def _order(milestones: Sequence[dict[str, Any]]) -> None:
    """The places of the plan after the change; what is not in force any more keeps its own."""
    for each in milestones:
        Milestone.update(position=each["position"] - 1).where(Milestone.id == each["id"]).execute()


def _reopen(project: Project, by: Actor, now: datetime) -> None:
    """A project that was closed while the change was out goes on if there is something to do."""
    stored = Project.select(Project.state).where(Project.id == project.id).scalar()
    if stored == ProjectState.CLOSED and not projects.is_settled(project):
        move(project, ProjectState.CLOSED, to=ProjectState.ACTIVE)
        events.record("project.reopened", project, by, now)


def _note(
    kind: str,
    project: Project,
    milestone: dict[str, Any],
    change_order: Agreement,
    by: Actor,
    now: datetime,
) -> None:
    named = {"milestone": milestone["id"], "title": milestone["title"]}
    events.record(kind, project, by, now, agreement=change_order.id, **named)
