"""The ladder of money: agreed, accepted, invoiced, paid; net of tax, per currency, never added.

What an invoice has billed counts with the net it was billed at, less what was credited, and
only what is not billed yet is taken out of gross prices here: so agreed is never below invoiced
by a cent. What a measure decides is agreed as the most it may be, and accepted once it is
read. What stopping a milestone cost is agreed and accepted, all else of it is neither, nor is what
was given up to settle a dispute.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN, SQL, Case, Expression, fn

from billing.accepting import verdicts
from billing.invoicing import charges
from billing.invoicing.tax import net_of
from billing.money import share
from billing.paying import withholding
from models import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Milestone,
    MilestoneState,
    Payment,
    Project,
    ProjectState,
    TriggerKind,
    User,
    WriteOff,
)

IN_FORCE = (ProjectState.ACTIVE, ProjectState.CLOSED, ProjectState.CANCELLED)
ACCEPTED = (MilestoneState.ACCEPTED, MilestoneState.DEEMED_ACCEPTED)
GIVEN_UP = (MilestoneState.CANCELLED, MilestoneState.SUPERSEDED)


@dataclass
class Ladder:
    """Minor units, net. `in_advance`: invoiced before acceptance; `overdue`: a part of unpaid."""

    agreed: int = 0
    accepted: int = 0
    invoiced: int = 0
    paid: int = 0
    in_advance: int = 0
    overdue: int = 0

    @property
    def unpaid(self) -> int:
        return self.invoiced - self.paid


def of_owner(owner: User, today: date, own_currency: str = "") -> dict[str, Ladder]:
    """By currency, the owner's own first: amounts of two currencies are not compared."""
    rungs = _climb(Project.owner == owner.id, today)
    return {key: rungs[key] for key in sorted(rungs, key=lambda key: (key != own_currency, key))}


def of_project(project: Project, today: date) -> Ladder:
    """One project's ladder."""
    return _climb(Project.id == project.id, today).get(str(project.currency), Ladder())


def _climb(scope: Expression, today: date) -> dict[str, Ladder]:
    rungs: dict[str, Ladder] = defaultdict(Ladder)
    for row in _work(scope):
        value = row["billed_net"] + _net(row["unbilled"], row["gross"], row["rate"])
        rung = rungs[row["currency"]]
        rung.agreed += value
        if row["is_accepted"]:
            rung.accepted += value
        else:
            rung.in_advance += row["billed_net"]
    for milestone, net, billed_net in _parts(scope):
        rung = rungs[str(milestone.project.currency)]
        rung.accepted += net
        rung.in_advance -= min(net, billed_net)
    for milestone, net in _unmeasured(scope):
        rungs[str(milestone.project.currency)].accepted -= net
    for row in _bills(scope):
        rung = rungs[row["currency"]]
        net, total = row["net"] - row["credited_net"], row["total"] - row["credited"]
        # What was paid and then credited is to be given back, so it is not earned.
        paid = share(min(row["paid"], total), net, total) if total else 0
        rung.invoiced += net
        rung.paid += paid
        if row["is_manual"]:
            rung.agreed += net
            rung.accepted += net
        if row["due_on"] < today:
            rung.overdue += net - (share(_not_late(row), net, total) if total else 0)
    return rungs


def _not_late(row: dict[str, Any]) -> int:
    """What is paid or written off of a bill, and the tax that its client keeps back, with tax."""
    bill = Invoice(total=row["total"], withholding=row["withholding"])
    total = row["total"] - row["credited"]
    settled = int(row["paid"]) + int(row["written_off"])
    left = total - settled
    kept_back = withholding.kept_back(bill, left, row["credited"], row["withheld"])
    return min(settled + kept_back, int(total))


def _net(amount: int, gross: bool, rate: int) -> int:
    return net_of(amount, rate) if gross else amount


def _work(scope: Expression) -> Iterable[dict[str, Any]]:
    """Sums of milestones in force by currency, price basis, rate and acceptance."""
    sign = Case(None, [(Invoice.kind == InvoiceKind.CREDIT_NOTE, -1)], 1)
    billed = (
        InvoiceLine.select(
            InvoiceLine.milestone,
            fn.SUM(InvoiceLine.amount * sign).alias("amount"),
            fn.SUM(InvoiceLine.net * sign).alias("net"),
        )
        .join(Invoice)
        .where(Invoice.state == InvoiceState.ISSUED, InvoiceLine.milestone.is_null(False))
        .group_by(InvoiceLine.milestone)
        .alias("billed")
    )
    is_accepted = Case(None, [(Milestone.state.in_((*ACCEPTED, *GIVEN_UP)), 1)], 0)
    unbilled = Case(
        None,
        [(Milestone.state.in_(GIVEN_UP), 0)],
        fn.COALESCE(Milestone.price, 0)
        - Milestone.given_up
        - Milestone.waived
        - fn.COALESCE(billed.c.amount, 0),
    )
    # By name, as PostgreSQL does not see that two expressions with parameters are one.
    keys = (Project.currency, Project.prices_gross, Project.tax_rate, SQL("is_accepted"))
    rows: Iterable[dict[str, Any]] = (
        Milestone.select(
            Project.currency.alias("currency"),
            Project.prices_gross.alias("gross"),
            Project.tax_rate.alias("rate"),
            is_accepted.alias("is_accepted"),
            _whole(fn.SUM(unbilled)).alias("unbilled"),
            _whole(fn.SUM(fn.COALESCE(billed.c.net, 0))).alias("billed_net"),
        )
        .join(Project)
        .join(billed, JOIN.LEFT_OUTER, on=(billed.c.milestone_id == Milestone.id))
        .where(
            scope,
            Project.state.in_(IN_FORCE),
            Milestone.deleted_at.is_null(),
            Milestone.state != MilestoneState.DRAFT,
        )
        .group_by(*keys)
        .dicts()
    )
    return rows


def _parts(scope: Expression) -> Iterable[tuple[Milestone, int, int]]:
    """Milestones accepted in part: the accepted criteria's share of the price, and what is billed,
    both net."""
    found = (
        Milestone.select(Milestone, Project)
        .join(Project)
        .where(
            scope,
            Project.state.in_(IN_FORCE),
            Milestone.deleted_at.is_null(),
            Milestone.state.in_(verdicts.SAYING),
        )
    )
    rows = {row.id: row for row in found}
    earned = verdicts.earned_by(rows.values())
    sign = Case(None, [(Invoice.kind == InvoiceKind.CREDIT_NOTE, -1)], 1)
    billed = dict(
        InvoiceLine.select(InvoiceLine.milestone, _whole(fn.SUM(InvoiceLine.net * sign)))
        .join(Invoice)
        .where(Invoice.state == InvoiceState.ISSUED, InvoiceLine.milestone.in_(list(earned)))
        .group_by(InvoiceLine.milestone)
        .tuples()
        if earned
        else ()
    )
    for each, amount in earned.items():
        project = rows[each].project
        net = _net(amount, bool(project.prices_gross), int(project.tax_rate))
        yield rows[each], net, int(billed.get(each, 0))


def _unmeasured(scope: Expression) -> Iterable[tuple[Milestone, int]]:
    """Accepted milestones of which a share still waits for its measure, and that share, net."""
    found = (
        charges.unfired(TriggerKind.ON_METRIC)
        .select_extend(Project)
        .join_from(Milestone, Project)
        .where(scope, Project.state.in_(IN_FORCE), Milestone.state.in_(ACCEPTED))
    )
    for trigger in found:
        milestone, project = trigger.milestone, trigger.milestone.project
        amount = charges.trigger_amounts(milestone)[trigger.id]
        yield milestone, _net(amount, bool(project.prices_gross), int(project.tax_rate))


def _bills(scope: Expression) -> Iterable[dict[str, Any]]:
    """Issued invoices with what is paid and credited; a manual one is what no milestone holds."""
    in_tax = Payment.method == withholding.METHOD
    paid = (
        Payment.select(
            Payment.invoice,
            fn.SUM(Payment.amount).alias("amount"),
            fn.SUM(Case(None, [(in_tax, Payment.amount)], 0)).alias("withheld"),
        )
        .group_by(Payment.invoice)
        .alias("paid")
    )
    note = Invoice.alias("note")
    credited = (
        note.select(note.credits, fn.SUM(note.total).alias("total"), fn.SUM(note.net).alias("net"))
        .where(note.credits.is_null(False))
        .group_by(note.credits)
        .alias("credited")
    )
    off = (
        WriteOff.select(WriteOff.invoice, fn.SUM(WriteOff.amount).alias("amount"))
        .group_by(WriteOff.invoice)
        .alias("off")
    )
    rows: Iterable[dict[str, Any]] = (
        Invoice.select(
            Invoice.currency,
            Invoice.net,
            Invoice.total,
            Invoice.withholding,
            Invoice.due_on,
            Case(None, [(Invoice.cause == "manual", 1)], 0).alias("is_manual"),
            _whole(fn.COALESCE(paid.c.amount, 0)).alias("paid"),
            _whole(fn.COALESCE(paid.c.withheld, 0)).alias("withheld"),
            _whole(fn.COALESCE(credited.c.total, 0)).alias("credited"),
            _whole(fn.COALESCE(credited.c.net, 0)).alias("credited_net"),
            _whole(fn.COALESCE(off.c.amount, 0)).alias("written_off"),
        )
        .join(Project)
        .join(paid, JOIN.LEFT_OUTER, on=(paid.c.invoice_id == Invoice.id))
        .join(credited, JOIN.LEFT_OUTER, on=(credited.c.credits_id == Invoice.id))
        .join(off, JOIN.LEFT_OUTER, on=(off.c.invoice_id == Invoice.id))
        .where(scope, Invoice.state == InvoiceState.ISSUED, Invoice.kind == InvoiceKind.INVOICE)
        .dicts()
    )
    return rows


def _whole(sum_of_integers: Any) -> Any:
    """PostgreSQL sums 64-bit integers as numeric; money stays an integer."""
    return sum_of_integers.cast("BIGINT")
