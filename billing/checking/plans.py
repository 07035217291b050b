"""Whether the plan says what was sent to be signed, and what was signed and changed since."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from billing.agreeing import versions
from billing.changes.fold import fold
from billing.invoicing import measures
from models import Agreement, Milestone, MilestoneState, Project, TriggerKind


def problems(project: Project) -> Iterator[str]:
    """Milestones that are not those of the offer that is out, or of the versions in force."""
    offer = versions.standing(project)
    if offer is not None and not versions.is_change(offer) and _is_whole(offer):
        rows = list(Milestone.live(project))
        yield from _compared(f"agreement {offer.id}", rows, versions.read(offer)["milestones"])
    signed = versions.in_force(project)
    if signed and all(map(_is_whole, signed)):
        live = Milestone.live(project)
        rows = [row for row in live if row.state != MilestoneState.SUPERSEDED]
        yield from _compared(
            f"agreement {signed[-1].id}", rows, fold([versions.read(each) for each in signed])
        )


def _is_whole(agreement: Agreement) -> bool:
    """Whether the payload is as it was frozen; if not, that is said already."""
    payload = bytes(agreement.payload)
    if sha256(payload).hexdigest() != agreement.payload_sha256:
        return False
    said = json.loads(payload)
    return isinstance(said, dict) and "milestones" in said


def _compared(
    name: str, rows: Sequence[Milestone], signed: Sequence[dict[str, Any]]
) -> Iterator[str]:
    said = {each["id"]: each for each in signed}
    if {row.id for row in rows} != set(said):
        yield f"{name}: the plan has other milestones than it says"
    for row in rows:
        if row.id in said and _terms(row) != _said(said[row.id], row):
            yield f"milestone {row.id}: its terms are not those of {name}"


def _is_repriced(row: Milestone) -> bool:
    return any(trigger.amount is not None for trigger in row.triggers)


def _terms(row: Milestone) -> tuple[Any, ...]:
    criteria = sorted(row.criteria, key=lambda each: int(each.position))
    triggers = sorted(row.triggers, key=lambda each: int(each.position))
    return (
        row.title,
        row.deliverable,
        row.price,
        row.due_on.isoformat() if row.due_on else None,
        row.review_days,
        row.rounds,
        list(row.duties),
        [(each.text, each.weight) for each in criteria],
        _shares(
            [
                (each.kind, each.share, each.on and each.on.isoformat(), _measure(each.measure))
                for each in triggers
            ],
            row,
        ),
    )


def _said(milestone: dict[str, Any], row: Milestone) -> tuple[Any, ...]:
    names = ("title", "deliverable", "price", "due_on", "review_days", "rounds")
    triggers = [
        (each["kind"], each["share"], each["on"], _measure(each.get("measure")))
        for each in milestone["triggers"]
    ]
    return (
        *(milestone[name] for name in names),
        milestone.get("duties", []),
        [(each["text"], each["weight"]) for each in milestone["criteria"]],
        _shares(triggers, row),
    )


def _measure(kept: Any) -> Any:
    return measures.stored(measures.read(kept))


def _shares(triggers: Sequence[tuple[str, int, str | None, Any]], row: Milestone) -> list[Any]:
    """When what is billed. After another price amounts count, and the rest is on acceptance."""
    if not _is_repriced(row):
        return list(triggers)
    return [
        (kind, on, measure)
        for kind, _share, on, measure in triggers
        if kind != TriggerKind.ON_ACCEPTANCE
    ]
