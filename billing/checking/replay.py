"""The history replayed: the states that the events alone lead to are those that are stored.

One table says what each kind of event makes of a project, a milestone or an invoice. It is read
in the order of the chain and knows no other row, so it and the rows cannot be wrong alike.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from billing.agreeing import versions
from billing.checking.history import History
from models import (
    Agreement,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Milestone,
    Project,
)
from models import MilestoneState as S
from models import ProjectState as P

Facts = Mapping[str, Any]

GONE = "gone"
"""What became of a draft that was discarded."""

TAKEN_BACK = (P.OFFERED, P.DRAFT)
"""What nobody was sent yet can be taken back without a word."""


def _partly(facts: Facts) -> str:
    return S.PARTLY_ACCEPTED if facts.get("left") else S.ACCEPTED


PROJECT: dict[str, tuple[str, ...]] = {
    "project.created": (P.DRAFT,),
    "agreement.prepared": TAKEN_BACK,
    "agreement.sent": (P.OFFERED,),
    "agreement.declined": (P.DRAFT,),
    "agreement.voided": (P.DRAFT,),
    "agreement.expired": (P.DRAFT,),
    "project.activated": (P.ACTIVE,),
    "project.closed": (P.CLOSED,),
    "project.reopened": (P.ACTIVE,),
    "project.cancelled": (P.CANCELLED,),
    "project.stopped": (P.CANCELLED,),
    "agreement.withdrawn": (P.CANCELLED,),
}
"""Of a change order the events of agreements say nothing about the project."""

MILESTONE: dict[str, str | Callable[[Facts], str]] = {
    "milestone.added": S.AGREED,
    "milestone.started": S.ACTIVE,
    "milestone.submitted": S.SUBMITTED,
    "milestone.accepted": _partly,
    "milestone.deemed_accepted": S.DEEMED_ACCEPTED,
    "milestone.changes_requested": S.CHANGES_REQUESTED,
    "milestone.acceptance_undone": lambda facts: facts["state"],
    "milestone.disputed": S.DISPUTED,
    "dispute.settled": lambda facts: facts["state"],
    "dispute.withdrawn": lambda facts: facts["state"],
    "milestone.superseded": S.SUPERSEDED,
    "milestone.cancelled": S.CANCELLED,
}

INVOICE: dict[str, tuple[str, str]] = {
    "invoice.drafted": ("invoice", InvoiceState.DRAFT),
    "invoice.issued": ("invoice", InvoiceState.ISSUED),
    "invoice.discarded": ("invoice", GONE),
    "credit_note.issued": ("credit_note", InvoiceState.ISSUED),
}
"""Which fact names it, and what it is then."""


@dataclass
class Replayed:
    """What a history leads to: milestones and invoices by id; None where it does not say."""

    project: tuple[str, ...] = ()
    milestones: dict[int, str | None] = field(default_factory=dict)
    invoices: dict[int, str] = field(default_factory=dict)
    begins: list[int] = field(default_factory=list)

    def add(self, kind: str, facts: Facts) -> None:
        """One more event."""
        if kind in PROJECT and not (kind.startswith("agreement.") and self._is_later(kind)):
            self.project = PROJECT[kind]
        if kind == "agreement.active":
            self.begins.append(int(facts["agreement"]))
        if kind in MILESTONE:
            to = MILESTONE[kind]
            number = int(facts["milestone"])
            # An earlier release did not say yet where an undone acceptance leads.
            if callable(to) and kind == "milestone.acceptance_undone" and "state" not in facts:
                self.milestones[number] = None
            else:
                self.milestones[number] = to(facts) if callable(to) else to
        if kind in INVOICE:
            name, state = INVOICE[kind]
            self.invoices[int(facts[name])] = state

    def _is_later(self, kind: str) -> bool:
        """Whether the project was in force before: then the agreement is a change order."""
        in_force = self.project and self.project[0] in (P.ACTIVE, P.CLOSED, P.CANCELLED)
        return bool(in_force) and kind != "agreement.withdrawn"


def replay(told: History) -> Replayed:
    """What a project's events lead to, in their order."""
    found = Replayed()
    for kind, facts in told.all:
        if kind == "project.activated":
            found.milestones |= dict.fromkeys(_agreed(found.begins), S.AGREED)
        found.add(kind, facts)
    return found


def _agreed(agreements: Iterable[int]) -> Iterator[int]:
    """The milestones of what came into force last, by what both have signed."""
    for agreement in Agreement.select().where(Agreement.id.in_(list(agreements))):
        for each in versions.read(agreement)["milestones"]:
            yield int(each["id"])


def problems(project: Project, told: History) -> Iterator[str]:
    """States of a project, its milestones and invoices that its events do not lead to."""
    found = replay(told)
    if found.project and project.state not in found.project:
        yield _said(f"project {project.id}", project.state, found.project[0])
    for milestone in Milestone.live(project):
        expected = found.milestones.get(milestone.id, S.DRAFT)
        if expected is not None and milestone.state != expected:
            yield _said(f"milestone {milestone.id}", milestone.state, expected)
    stored = {row.id: row for row in Invoice.select().where(Invoice.project == project.id)}
    for number, row in stored.items():
        state = found.invoices.get(number, GONE)
        if row.state != state:
            name = "credit note" if row.kind == InvoiceKind.CREDIT_NOTE else "invoice"
            yield _said(f"{name} {number}", row.state, state)
    for number, state in found.invoices.items():
        if state != GONE and number not in stored:
            yield _said(f"invoice {number}", GONE, state)


def _said(what: str, state: str, expected: str) -> str:
    return f"{what}: it is {state}, but its events lead to {expected}"
