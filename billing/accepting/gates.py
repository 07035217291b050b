"""Gates: when an agreed milestone may begin. The deposit comes first; see waiting for the rules."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from billing import clock, events
from billing.accepting import bookkeeping, foreseeing, gate_clauses, moves, waiting
from billing.accepting.bookkeeping import Deed, Facts, payable
from billing.accepting.moves import Verb
from billing.accepting.waiting import Outcome, Wait
from billing.actors import Actor
from billing.agreeing import consumers, versions
from billing.invoicing import charges, invoices
from billing.invoicing.announcing import Raised
from billing.planning import projects
from models import (
    Agreement,
    Milestone,
    MilestoneState,
    Project,
    ProjectState,
    TriggerKind,
    User,
    write,
)
from models.once import Once

_WAITING = Once(
    lambda project: (
        Milestone.select(Milestone.id)
        .where(
            Milestone.project == project,
            Milestone.deleted_at.is_null(),
            Milestone.state == MilestoneState.AGREED,
        )
        .limit(1)
    )
)


def any_waits(project: Project) -> bool:
    """Whether there is a milestone that has not begun; one small query."""
    return _WAITING.first(project.id) is not None


@dataclass(frozen=True)
class Standing:
    """What both sides are shown: why milestones wait and what beginning each raises, by their ids,
    and what is open of the agreed limit, payable, in minor units.

    `facts` say what begins after a deed; none where nothing waits.
    """

    waits: dict[int, Wait] = field(default_factory=dict)
    starting: dict[int, list[Raised]] = field(default_factory=dict)
    exposure: int = 0
    cap: int | None = None
    facts: Facts | None = None


def standing(project: Project, now: datetime, milestones: Sequence[Milestone]) -> Standing:
    """How the gates of a project stand; `milestones` are its plan, read with its parts."""
    if project.state != ProjectState.ACTIVE:
        return Standing()
    agreed = gate_clauses.agreed(project)
    waiting_ones = [row for row in milestones if row.state == MilestoneState.AGREED]
    if not waiting_ones and agreed.exposure is None:
        return Standing()
    facts = bookkeeping.read(project, now, milestones, agreed)
    found, today = facts.books(), clock.local_date(now, projects.zone_of(project))
    starting = {row.id: foreseeing.starting(project, [row], today) for row in waiting_ones}
    return Standing(waiting.waits(found), starting, found.exposure, agreed.exposure, facts)


def facts(project: Project, now: datetime) -> Facts | None:
    """What says which milestones begin after a deed; none where nothing waits to begin."""
    is_active = project.state == ProjectState.ACTIVE
    return bookkeeping.read(project, now) if is_active and any_waits(project) else None


def at_signing(
    agreement: Agreement, deposit: int, milestones: Sequence[Milestone], now: datetime
) -> list[int]:
    """The milestones (ids) that begin with an agreement's coming into force, which bills a
    `deposit` (minor units payable)."""
    project = agreement.project
    signed = gate_clauses.of_payload(versions.read(agreement))
    found = bookkeeping.read(project, now, milestones, signed).books().agreeing()
    if consumers.is_eu(project.client) and consumers.early_start(agreement) is None:
        return []
    return waiting.begins(found.billing(deposit, (row.id for row in milestones), is_deposit=True))


def with_change(
    project: Project,
    now: datetime,
    plan: Sequence[Mapping[str, Any]],
    added: Collection[int],
    deposit: int,
    taken: Mapping[int, int],
) -> list[int]:
    """The milestones (ids) that begin with a change order, which bills a `deposit`.

    `plan` are the milestones after it as its payload holds them, `added` those new in it (ids),
    `taken` what is credited of invoices by their ids.
    """
    facts = bookkeeping.read(project, now).paid(taken)
    known = {row.id: row for row in facts.milestones}
    deeds = [
        _repriced(row, each)
        for each in plan
        if (row := known.get(each["id"])) is not None and row.price != each["price"]
    ]
    found = facts.books(*deeds)
    outcomes = {row.id: row for row in found.outcomes} | {
        each["id"]: Outcome(
            each["id"], each["title"], MilestoneState.AGREED, payable(project, _to_bill(each))
        )
        for each in plan
        if each["id"] in added
    }
    ordered = tuple(outcomes[each["id"]] for each in plan if each["id"] in outcomes)
    after = replace(found, outcomes=ordered).billing(deposit, added, is_deposit=True)
    return waiting.begins(after)


def _repriced(milestone: Milestone, after: Mapping[str, Any]) -> Deed:
    """A milestone that bills what both have signed at its new price."""
    said = {row["id"]: int(row["amount"]) for row in after["triggers"]}
    added = said.pop(None, 0)
    amounts = charges.trigger_amounts(milestone) | said
    return Deed(milestone.id, milestone.state, amounts=amounts, added=added)


def _to_bill(after: Mapping[str, Any]) -> int:
    """What a milestone that is new bills once it has begun, but for what a measure decides."""
    kinds = (TriggerKind.ON_METRIC, TriggerKind.ON_SIGNING)
    return sum(int(row["amount"]) for row in after["triggers"] if row["kind"] not in kinds)


def waits(project: Project, now: datetime) -> dict[int, Wait]:
    """Why each milestone waits that has not begun, by its id."""
    return waiting.waits(bookkeeping.books(project, now)) if any_waits(project) else {}


def open_next(project: Project, by: Actor, now: datetime) -> None:
    """Begin every agreed milestone whose gate is open, and bill what is due on start in one
    invoice. Runs in the caller's write()."""
    if not any_waits(project):
        return
    found = bookkeeping.read(project, now)
    rows = {row.id: row for row in found.milestones}
    ready = waiting.begins(found.books())
    _begin([rows[each] for each in ready], project, Verb.BEGIN, by, now)


def override(milestone: Milestone, by: User, now: datetime, reason: str = "") -> None:
    """The owner begins a milestone before its gate opens, on record, and says why.

    Refuses NotYours, OutOfTurn.
    """
    project = milestone.project
    with write(project):
        wait = waits(project, now).get(milestone.id)
        _begin([milestone], project, Verb.OVERRIDE, by, now)
        events.record(
            "milestone.gate_overridden",
            project,
            by,
            now,
            milestone=milestone.id,
            title=milestone.title,
            waited_for=wait.kind if wait else "",
            reason=reason.strip(),
        )


def _begin(
    milestones: Sequence[Milestone], project: Project, verb: Verb, by: Actor, now: datetime
) -> None:
    for milestone in milestones:
        milestone.project = project
        moves.make(milestone, verb, by)
        events.record(
            "milestone.started",
            project,
            by,
            now,
            milestone=milestone.id,
            title=milestone.title,
            overridden=verb == Verb.OVERRIDE,
        )
    fired = charges.fire(project, milestones, TriggerKind.ON_START, by, now)
    invoices.raise_for(project, fired, "start", by, now)
