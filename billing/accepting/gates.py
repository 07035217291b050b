"""Gates: when an agreed milestone may begin. The deposit comes first; see waiting for the rules."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peewee import PREFETCH_TYPE, Load

from billing import events
from billing.accepting import gate_clauses, moves, waiting
from billing.accepting.gate_clauses import Gates
from billing.accepting.moves import Verb
from billing.accepting.waiting import Bill, Books, Outcome, Wait
from billing.actors import Actor
from billing.agreeing import consumers, versions
from billing.invoicing import charges, invoices, tax
from models import (
    Agreement,
    Charge,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
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


def books(
    project: Project,
    now: datetime,
    milestones: Sequence[Milestone] | None = None,
    gates: Gates | None = None,
) -> Books:
    """A project's books as they stand; `milestones` are the plan's where they are read already."""
    rows = _planned(project) if milestones is None else milestones
    until = consumers.waits_until(project, now) if project.prices_gross else None
    return Books(
        gates=gate_clauses.agreed(project) if gates is None else gates,
        outcomes=tuple(_outcomes(project, rows)),
        bills=tuple(_bills(project)),
        withdrawal=until,
    )


def _planned(project: Project) -> list[Milestone]:
    related = [
        Load(relation, strategy=PREFETCH_TYPE.MATERIALIZE)
        for relation in (Milestone.criteria, Milestone.triggers)
    ]
    return list(Milestone.live(project).with_related(*related))


def _outcomes(project: Project, milestones: Sequence[Milestone]) -> list[Outcome]:
    fired: dict[int, set[int | None]] = {}
    ids = [row.id for row in milestones]
    for trigger, criterion in (
        Charge.select(Charge.trigger, Charge.criterion).where(Charge.milestone.in_(ids)).tuples()
    ):
        fired.setdefault(trigger, set()).add(criterion)
    return [
        Outcome(row.id, row.title, row.state, payable(project, _unbilled(row, fired)))
        for row in milestones
    ]


def _unbilled(milestone: Milestone, fired: Mapping[int, set[int | None]]) -> int:
    """What triggers still bill that have not fired; what was credited or given away is not."""
    amounts, rest = charges.trigger_amounts(milestone), 0
    for trigger in milestone.triggers:
        done = fired.get(trigger.id, set())
        # What a measure may bring is owed by nobody before it is read.
        if None in done or trigger.kind == TriggerKind.ON_METRIC:
            continue
        parts = charges.criterion_amounts(milestone, amounts[trigger.id]) if done else {}
        rest += amounts[trigger.id] - sum(parts.get(each or 0, 0) for each in done)
    return rest


def payable(project: Project, amount: int) -> int:
    """An amount in the prices' basis with tax, in minor units."""
    line = tax.Taxable(amount, str(project.tax_category), int(project.tax_rate))
    return tax.totals([line], bool(project.prices_gross)).total


def _bills(project: Project) -> list[Bill]:
    """What is not paid, the earliest first; a draft is owed as a whole."""
    found = (
        Invoice.with_paid()
        .where(Invoice.project == project.id, Invoice.kind == InvoiceKind.INVOICE)
        .order_by(Invoice.id)
    )
    due = {row: row.left for row in found}
    open_ones = [row for row, amount in due.items() if amount > 0]
    for_what: dict[int, set[int]] = {}
    lines = InvoiceLine.select(InvoiceLine.invoice, InvoiceLine.milestone).where(
        InvoiceLine.invoice.in_([row.id for row in open_ones]),
        InvoiceLine.milestone.is_null(False),
    )
    for invoice, milestone in lines.tuples() if open_ones else ():
        for_what.setdefault(invoice, set()).add(milestone)
    return [
        Bill(
            id=row.id,
            number=str(row.number) if row.state == InvoiceState.ISSUED else "",
            due=due[row],
            due_on=row.due_on,
            milestones=frozenset(for_what.get(row.id, ())),
            is_deposit=row.cause == "signing",
        )
        for row in open_ones
    ]


def would_begin(project: Project, after: Books) -> list[Milestone]:
    """The milestones that would begin if the books stood like that, in the order of the plan.

    `after` comes from books() and its deeds, as in ``books(project, now).paying(invoice.id, due)``
    or ``.accepting(milestone.id, total)``.
    """
    ids = waiting.begins(after)
    rows = {row.id: row for row in Milestone.live(project).where(Milestone.id.in_(ids))}
    return [rows[each] for each in ids]


@dataclass(frozen=True)
class Standing:
    """What both sides are shown: why milestones wait and what each bills on start, by their ids,
    and what is open of the agreed limit. Payable, in minor units."""

    waits: dict[int, Wait]
    starting: dict[int, int]
    exposure: int
    cap: int | None


def standing(project: Project, now: datetime, milestones: Sequence[Milestone]) -> Standing:
    """How the gates of a project stand; `milestones` are its plan, read with its parts."""
    if project.state != ProjectState.ACTIVE:
        return Standing({}, {}, 0, None)
    agreed = gate_clauses.agreed(project)
    waiting_ones = [row for row in milestones if row.state == MilestoneState.AGREED]
    if not waiting_ones and agreed.exposure is None:
        return Standing({}, {}, 0, None)
    found = books(project, now, milestones, agreed)
    starting = {row.id: payable(project, _on_start(row)) for row in waiting_ones}
    return Standing(waiting.waits(found), starting, found.exposure, agreed.exposure)


def _on_start(milestone: Milestone) -> int:
    amounts = charges.trigger_amounts(milestone)
    firing = (row for row in milestone.triggers if row.kind == TriggerKind.ON_START)
    return sum(amounts[row.id] for row in firing)


def at_signing(
    agreement: Agreement, deposit: int, milestones: Sequence[Milestone], now: datetime
) -> list[int]:
    """The milestones (ids) that begin with an agreement's coming into force, which bills a
    `deposit` (minor units payable)."""
    project = agreement.project
    signed = gate_clauses.of_payload(versions.read(agreement))
    found = books(project, now, milestones, signed).agreeing()
    if consumers.is_eu(project.client) and consumers.early_start(agreement) is None:
        return []
    return waiting.begins(found.billing(deposit, (row.id for row in milestones), is_deposit=True))


def with_change(
    project: Project,
    now: datetime,
    plan: Sequence[Mapping[str, Any]],
    added: Collection[int],
    deposit: int,
) -> list[int]:
    """The milestones (ids) that begin with a change order, which bills a `deposit`.

    `plan` are the milestones after it as its payload holds them, `added` those new in it (ids).
    """
    found = books(project, now)
    known = {row.id: row for row in found.outcomes}
    outcomes = [
        Outcome(each["id"], each["title"], MilestoneState.AGREED, payable(project, each["price"]))
        if each["id"] in added
        else known[each["id"]]
        for each in plan
        if each["id"] in added or each["id"] in known
    ]
    after = replace(found, outcomes=tuple(outcomes)).billing(deposit, added, is_deposit=True)
    return waiting.begins(after)


def waits(project: Project, now: datetime) -> dict[int, Wait]:
    """Why each milestone waits that has not begun, by its id."""
    return waiting.waits(books(project, now)) if any_waits(project) else {}


def open_next(project: Project, by: Actor, now: datetime) -> None:
    """Begin every agreed milestone whose gate is open, and bill what is due on start in one
    invoice. Runs in the caller's write()."""
    if not any_waits(project):
        return
    rows = {row.id: row for row in _planned(project)}
    ready = waiting.begins(books(project, now, list(rows.values())))
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
