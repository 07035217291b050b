"""The plan as it is and as a change order would make it, side by side, in plain data.

Milestones have the shape they have in a payload: see freezing.outcome(). What has no row yet,
a new criterion or trigger, has the id None.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from billing.accepting import verdicts
from billing.agreeing import freezing
from billing.changes import repricing, typed
from billing.changes.redline import Outcome, texts
from billing.invoicing import measures
from billing.money import allocate
from models import Agreement, Change, ChangeKind, Milestone, MilestoneState, Project, TriggerKind

GONE = (MilestoneState.DRAFT, MilestoneState.CANCELLED, MilestoneState.SUPERSEDED)
"""A milestone in one of these is not in force."""

TOUCHABLE = (MilestoneState.AGREED, MilestoneState.ACTIVE, MilestoneState.CHANGES_REQUESTED)
"""A milestone in one of these may be changed unless a part of it is accepted: may_touch()."""

ASKED = ("title", "deliverable", "price", "due_on", "review_days", "rounds")
"""Terms that an alteration may give another value, beside criteria and place."""


@dataclass(frozen=True)
class Step:
    """One change as it is read: what was, what will be; a favour has neither."""

    change: Change
    before: Outcome | None
    after: Outcome | None

    @property
    def kind(self) -> str:
        """add, remove, swap, favour; an alteration is reprice, move or alter by what differs."""
        if self.change.kind != ChangeKind.ALTER or not (self.before and self.after):
            return str(self.change.kind)
        if self.before["price"] != self.after["price"]:
            return "reprice"
        kept = ("title", "deliverable", "review_days", "rounds", "duties")
        same = all(self.before[name] == self.after[name] for name in kept)
        return "move" if same and texts(self.before) == texts(self.after) else "alter"

    @property
    def difference(self) -> int:
        """Minor units by which the value of the contract grows or shrinks."""
        return _price(self.after) - _price(self.before)


@dataclass(frozen=True)
class Outlook:
    """The plan before and after all changes, each milestone once and in order."""

    steps: list[Step]
    before: list[Outcome]
    after: list[Outcome]

    @property
    def worth(self) -> tuple[int, int]:
        """Today's and the new sum of prices, in minor units of the prices' basis."""
        return sum(map(_price, self.before)), sum(map(_price, self.after))


def may_touch(milestone: Milestone) -> bool:
    """Whether nothing of it waits with the client, and nothing of it is accepted."""
    if milestone.state not in TOUCHABLE:
        return False
    is_back = milestone.state == MilestoneState.CHANGES_REQUESTED
    return not (is_back and verdicts.accepted(milestone))


def _price(outcome: Outcome | None) -> int:
    return int(outcome["price"]) if outcome else 0


def in_force(project: Project) -> list[Milestone]:
    """The milestones that both sides have agreed on and not given up, in order."""
    return list(Milestone.live(project).where(Milestone.state.not_in(GONE)))


def of(draft: Agreement) -> Outlook:
    """What the changes of a draft come to."""
    rows = in_force(draft.project)
    before = [freezing.outcome(row, number) for number, row in enumerate(rows, 1)]
    known = {row.id: (row, said) for row, said in zip(rows, before, strict=True)}
    steps = [_step(change, known) for change in changes_of(draft)]
    after = _arranged(before, steps)
    return Outlook([_placed(step, after) for step in steps], before, after)


def changes_of(draft: Agreement) -> list[Change]:
    """The changes of a draft in the order they were made."""
    if draft.id is None:
        return []
    return list(Change.select().where(Change.agreement == draft.id).order_by(Change.position))


def _step(change: Change, known: dict[int, tuple[Milestone, Outcome]]) -> Step:
    row, before = known.get(change.milestone_id, (None, None))
    if change.kind == ChangeKind.FAVOUR:
        return Step(change, None, None)
    if change.kind == ChangeKind.ALTER:
        # A milestone that went on meanwhile is named by what is missing to send.
        after = _altered(row, before, change.terms) if row and before else None
        return Step(change, before, after)
    after = _added(change) if change.added_id else None
    return Step(change, before, after)


def _altered(row: Milestone, before: Outcome, terms: dict[str, Any]) -> Outcome:
    after = {**before, **{name: terms[name] for name in ASKED}}
    # A change that was composed before there were duties leaves them as they are.
    after["duties"] = terms.get("duties", before["duties"])
    spare = list(before["criteria"])
    after["criteria"] = []
    for text in terms["criteria"]:
        kept = next((each for each in spare if each["text"] == text), None)
        if kept is not None:
            spare.remove(kept)
        after["criteria"].append(kept or {"id": None, "text": text, "weight": 1})
    if after["price"] != before["price"]:
        after["triggers"] = _repriced(row, before, after["price"])
    return after


def _repriced(row: Milestone, before: Outcome, price: int) -> list[dict[str, Any]]:
    known = {trigger["id"]: trigger for trigger in before["triggers"]}
    new = {
        "id": None,
        "kind": str(TriggerKind.ON_ACCEPTANCE),
        "on": None,
        "delivery": "send",
        "measure": None,
    }
    return [
        {
            **(known[part.trigger.id] if part.trigger else new),
            "share": part.share,
            "amount": part.amount,
            "measure": measures.frozen(part.trigger and part.trigger.measure, part.amount),
        }
        for part in repricing.parts(row, price)
    ]


def _added(change: Change) -> Outcome:
    terms = change.terms
    rows = typed.read(terms).billing.rows()
    amounts = allocate(int(terms["price"]), [row[1] for row in rows])
    return {
        "id": change.added_id,
        "position": 0,
        **{name: terms[name] for name in ASKED},
        "option": None,
        "duties": terms.get("duties", []),
        "criteria": [{"id": None, "text": text, "weight": 1} for text in terms["criteria"]],
        "triggers": [
            {
                "id": None,
                "kind": str(kind),
                "share": share,
                "amount": amount,
                "on": on.isoformat() if on else None,
                "delivery": str(delivery),
                "measure": measures.frozen(measure, amount),
            }
            for (kind, share, on, delivery, measure), amount in zip(rows, amounts, strict=True)
        ],
    }


def _arranged(before: Sequence[Outcome], steps: Sequence[Step]) -> list[Outcome]:
    """The plan after all steps: each in its old place unless it was given another."""
    plan = list(before)
    for step in steps:
        gone = step.before["id"] if step.before else None
        here = next((n for n, each in enumerate(plan) if each["id"] == gone), len(plan))
        if gone is not None:
            plan = [each for each in plan if each["id"] != gone]
        if step.after is not None:
            place = step.change.terms.get("place")
            plan.insert(here if place is None else max(0, min(place - 1, len(plan))), step.after)
    return [{**each, "position": number} for number, each in enumerate(plan, 1)]


def _placed(step: Step, plan: Sequence[Outcome]) -> Step:
    """The step with what it leads to as the arranged plan holds it."""
    wanted = step.after["id"] if step.after else None
    found = next((each for each in plan if each["id"] == wanted), None)
    return replace(step, after=found)
