"""How far changes of a project are: drafted, out to sign, signed, wished for."""

from dataclasses import dataclass

from billing.agreeing import versions
from billing.changes import outlook, requests, waterfall
from billing.changes.waterfall import Level
from models import Agreement, AgreementKind, AgreementState, ChangeRequest, Project, ProjectState


@dataclass(frozen=True)
class Order:
    """A change order with its number, and by how much it changes the value (minor units)."""

    agreement: Agreement
    number: int
    difference: int


@dataclass(frozen=True)
class Course:
    """What a page tells of a project's changes. `levels` is empty while nothing was changed."""

    may_propose: bool
    draft: Agreement | None
    out: Order | None
    signed: list[Order]
    ended: list[Order]
    wishes: list[ChangeRequest]
    levels: list[Level]


def of(project: Project) -> Course:
    """The course of a project's changes; two queries where there are none."""
    every = _orders(project)
    orders = [row for row in every if row.payload is not None]
    numbered = [_numbered(row) for row in orders]
    active = project.state == ProjectState.ACTIVE
    out = next((each for each in numbered if each.agreement.state in versions.UNSEALED), None)
    draft = next((row for row in every if row.state == AgreementState.DRAFT), None)
    return Course(
        may_propose=active and out is None,
        draft=draft if draft is not None and outlook.changes_of(draft) else None,
        out=out,
        signed=[each for each in numbered if each.agreement.state in versions.SIGNED],
        ended=[each for each in numbered if each.agreement.state in versions.ENDED],
        wishes=requests.of_project(project),
        levels=waterfall.levels(project) if orders else [],
    )


def _orders(project: Project) -> list[Agreement]:
    return list(
        Agreement.select()
        .where(Agreement.project == project.id, Agreement.kind == AgreementKind.CHANGE_ORDER)
        .order_by(Agreement.version)
    )


def _numbered(order: Agreement) -> Order:
    said = versions.read(order)
    difference = waterfall.worth(said["milestones"]) - waterfall.worth(said["before"])
    return Order(order, int(said["number"]), difference)
