"""Whether every cent is billed once, every sum adds up and no number is missing."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from peewee import Case, fn

from billing.accepting import verdicts
from billing.checking import credits, disputes
from billing.invoicing import charges, invoice_content, tax
from billing.invoicing import lines as rows
from models import (
    Agreement,
    Charge,
    Claim,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Milestone,
    MilestoneState,
    Payment,
    Project,
    Series,
    TriggerKind,
)

ACCEPTED = (MilestoneState.ACCEPTED, MilestoneState.DEEMED_ACCEPTED)


def problems() -> Iterator[str]:
    """Prices billed twice or not at all, sums that do not add up, gaps between numbers."""
    agreed = (
        Milestone.select(Milestone, Project)
        .join(Project)
        .where(Milestone.deleted_at.is_null(), Milestone.state != MilestoneState.DRAFT)
    )
    for milestone in agreed:
        yield from _of_milestone(milestone)
    for invoice in Invoice.select():
        is_note = invoice.kind == InvoiceKind.CREDIT_NOTE
        yield from credits.problems(invoice) if is_note else _of_invoice(invoice)
        if invoice.state == InvoiceState.ISSUED:
            yield from _frozen(invoice)
    yield from _payments()
    yield from _numbers()


def _of_milestone(milestone: Milestone) -> Iterator[str]:
    amounts = charges.trigger_amounts(milestone)
    if (
        not _add_up(milestone, sum(amounts.values()))
        or sum(int(trigger.share) for trigger in milestone.triggers) != 10_000
    ):
        yield f"milestone {milestone.id}: its triggers do not add up to its price"
        return
    fired = list(Charge.select().where(Charge.milestone == milestone.id))
    standing = [row for row in fired if row.freed_at is None]
    billed = charges.billed(milestone)
    if not 0 <= billed <= (milestone.price or 0) - milestone.waived:
        yield f"milestone {milestone.id}: {billed} billed of {milestone.price}"
    settled = disputes.settled(milestone)
    for row in fired:
        yield from _of_charge(row, milestone, amounts, settled)
    for row in standing:
        if row.amount and row.line_id is None:
            yield f"charge {row.id}: it stands on no invoice"
    if milestone.state != MilestoneState.CANCELLED:
        yield from _unfired(milestone, {row.trigger_id for row in fired})
        yield from _unmet(milestone, fired)


def _add_up(milestone: Milestone, parts: int) -> bool:
    """What triggers bill is the price; after a lower one, with what was credited of them.

    Settling a dispute may have lessened those that had not fired by what was given up.
    """
    repriced = all(trigger.amount is not None for trigger in milestone.triggers)
    price = int(milestone.price) - int(milestone.given_up)
    price -= int(milestone.waived) if repriced else 0
    return parts >= price if repriced else parts == price


def _of_charge(
    charge: Charge,
    milestone: Milestone,
    amounts: dict[int, int],
    settled: dict[tuple[int, int], int],
) -> Iterator[str]:
    larger: Charge | None = charge.instead_of
    if larger is not None:
        if larger.freed_at is None or charge.amount >= larger.amount:
            yield f"charge {charge.id}: it is no smaller part of charge {larger.id}"
    elif charge.freed_at is not None and charge.trigger.amount is not None:
        # A change order counted it as not billed.
        return
    elif milestone.state != MilestoneState.CANCELLED and charge.amount != settled.get(
        (charge.trigger_id, charge.criterion_id), _planned(charge, milestone, amounts)
    ):
        # What stopping costs is charged beside the plan; its limit is the price.
        yield f"charge {charge.id}: {charge.amount} is not what its trigger bills"


def _planned(charge: Charge, milestone: Milestone, amounts: dict[int, int]) -> int | None:
    whole = amounts.get(charge.trigger_id)
    if whole is None or charge.criterion_id is None:
        return whole
    return charges.criterion_amounts(milestone, whole).get(charge.criterion_id)


def _unfired(milestone: Milestone, fired: set[int]) -> Iterator[str]:
    """What has happened without being billed, and what is billed without having happened."""
    signed = (
        Agreement.select()
        .where(Agreement.project == milestone.project_id, Agreement.active_at.is_null(False))
        .exists()
    )
    happened = {
        TriggerKind.ON_SIGNING: signed,
        TriggerKind.ON_START: _has_begun(milestone),
        TriggerKind.ON_ACCEPTANCE: milestone.state in ACCEPTED or None,
    }
    for trigger in milestone.triggers:
        due = happened.get(trigger.kind)
        if due and trigger.id not in fired:
            yield f"milestone {milestone.id}: its share {trigger.kind} was not billed"
        if due is False and trigger.id in fired:
            yield f"milestone {milestone.id}: its share {trigger.kind} was billed too early"


def _has_begun(milestone: Milestone) -> bool | None:
    """None where the state does not tell whether work on it had begun."""
    if milestone.state == MilestoneState.SUPERSEDED:
        return None
    return bool(milestone.state != MilestoneState.AGREED)


def _unmet(milestone: Milestone, fired: list[Charge]) -> Iterator[str]:
    """What is billed on acceptance, criterion by criterion, against what was accepted."""
    if milestone.state == MilestoneState.DEEMED_ACCEPTED:
        return
    met = verdicts.accepted(milestone)
    for trigger in milestone.triggers:
        if trigger.kind != TriggerKind.ON_ACCEPTANCE:
            continue
        of_trigger = [row for row in fired if row.trigger_id == trigger.id]
        charged = {row.criterion_id for row in of_trigger}
        # What an undone acceptance had charged is free again, and on no invoice.
        billed = {row.criterion_id for row in of_trigger if row.line_id or row.freed_at is None}
        if billed - met:
            yield f"milestone {milestone.id}: its share {trigger.kind} was billed too early"
        if met - charged:
            yield f"milestone {milestone.id}: its share {trigger.kind} was not billed"


def _of_invoice(invoice: Invoice) -> Iterator[str]:
    lines = rows.of(invoice)
    sums = rows.sums_of(invoice, lines)
    held = [(line.net, line.allowance, line.allowance_net) for line in lines]
    parts = sums.nets, sums.shares, sums.net_shares
    if list(zip(*parts, strict=True)) != held or not lines:
        yield f"invoice {invoice.id}: the nets of its lines do not follow from their amounts"
    kept_back = invoice.withholding
    if kept_back and kept_back != rows.withheld(kept_back["rate"], invoice.net):
        yield f"invoice {invoice.id}: what is withheld is not its share of the net"
    for line in lines:
        whole = rows.times(Decimal(line.quantity), int(line.unit_price))
        if line.amount != whole - line.discount:
            yield f"invoice {invoice.id}: line {line.position + 1} is not its quantity and price"
    stored = (invoice.net, invoice.tax, invoice.total)
    if (sums.net, sums.tax, sums.total) != stored or not _same_taxes(invoice, sums):
        yield f"invoice {invoice.id}: its totals do not follow from its lines"
    for line in lines:
        if line.milestone_id is not None and line.amount != _charged(line):
            yield f"invoice {invoice.id}: line {line.position + 1} is not what was charged"
    if invoice.state != InvoiceState.ISSUED and invoice.number is not None:
        yield f"invoice {invoice.id}: a draft has the number {invoice.number}"


def _same_taxes(invoice: Invoice, sums: tax.Totals) -> bool:
    return bool([row.__dict__ for row in sums.rows] == invoice.taxes)


def _charged(line: InvoiceLine) -> int:
    # A credit note of the whole line frees its charges where they are.
    total = Charge.select(fn.COALESCE(fn.SUM(Charge.amount), 0)).where(Charge.line == line.id)
    return int(total.scalar())


def _frozen(invoice: Invoice) -> Iterator[str]:
    """The content that was frozen with the number, against the columns beside it."""
    content = invoice_content.said(invoice)
    columns: dict[str, Any] = {
        "number": invoice.number,
        "currency": invoice.currency,
        "issue_date": invoice.issued_on.isoformat(),
        "due_date": invoice.due_on.isoformat(),
        "net": invoice.net,
        "tax": invoice.tax,
        "total": invoice.total,
    }
    held = [invoice_content.line(row) for row in rows.of(invoice)]
    if content["lines"] != held or any(content[name] != value for name, value in columns.items()):
        yield f"invoice {invoice.number}: its frozen content says something else"


def _payments() -> Iterator[str]:
    paid = fn.SUM(Payment.amount)
    # What a card has brought is booked even above what is due, to be paid back.
    carded = fn.SUM(Case(None, [(Payment.method == "card", Payment.amount)], 0))
    for invoice, state, kind, total, amount, by_card in (
        Payment.select(Invoice.id, Invoice.state, Invoice.kind, Invoice.total, paid, carded)
        .join(Invoice)
        .group_by(Invoice.id, Invoice.state, Invoice.kind, Invoice.total)
        .tuples()
    ):
        is_bill = state == InvoiceState.ISSUED and kind == InvoiceKind.INVOICE
        if not is_bill or not 0 <= int(amount) <= total + max(0, int(by_card)):
            yield f"invoice {invoice}: {amount} paid of {total}"
    for reversal in Payment.select().where(Payment.reverses.is_null(False)):
        original = reversal.reverses
        if (original.invoice_id, original.amount) != (reversal.invoice_id, -reversal.amount):
            yield f"payment {reversal.id}: it does not take back payment {original.id}"
    for claim in Claim.select(Claim, Payment).join(Payment):
        if claim.payment.invoice_id != claim.invoice_id:
            yield f"claim {claim.id}: it was answered by a payment of another invoice"


def _numbers() -> Iterator[str]:
    for series in Series.select():
        rows = list(
            Invoice.select(Invoice.sequence, Invoice.number)
            .where(Invoice.series == series.id)
            .order_by(Invoice.sequence)
        )
        used = [row.sequence for row in rows]
        first = used[0] if used else series.next_number
        if not _follow(used, first, series):
            yield f"series {series.pattern}: its numbers have gaps or repeat"
        for row in rows:
            if str(row.sequence) not in str(row.number):
                yield f"invoice {row.number}: it is number {row.sequence} of its series"


def _follow(used: list[int], first: int, series: Series) -> bool:
    """Whether numbers follow each other up to the next, but for those left out on purpose."""
    left_out, at = {gap.first: gap.last for gap in series.gaps}, first
    for number in [*used, int(series.next_number)]:
        while at in left_out:
            at = left_out[at] + 1
        if number != at:
            return False
        at += 1
    return True
