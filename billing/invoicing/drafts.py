"""Drafts made smaller: what nobody has seen yet is changed, not credited."""

from collections.abc import Mapping
from datetime import datetime

from billing import events
from billing.actors import Actor
from billing.invoicing import invoices
from billing.invoicing import lines as rows
from models import Charge, Invoice, InvoiceLine


def left(invoice: Invoice, amounts: Mapping[int, int]) -> int:
    """What a draft comes to without amounts (minor units, by line id), tax included."""
    lines = rows.of(invoice)
    for line in lines:
        line.amount -= amounts.get(line.id, 0)
    return rows.sums_of(invoice, [line for line in lines if line.amount]).total


def lessen(invoice: Invoice, amounts: Mapping[int, int], by: Actor, now: datetime) -> None:
    """Take amounts (minor units, by line id) off a draft, which is deleted if nothing is left.

    Runs in the caller's write().
    """
    lines = rows.of(invoice)
    if all(line.amount == amounts.get(line.id, 0) for line in lines):
        invoices.drop(invoice, by, now)
        return
    for line in lines:
        if amounts.get(line.id):
            _shorten(line, int(line.amount) - amounts[line.id], now)
    recount(invoice)
    events.record(
        "invoice.lessened",
        invoice.project,
        by,
        now,
        invoice=invoice.id,
        total=invoice.total,
        currency=invoice.currency,
    )


def _shorten(line: InvoiceLine, left: int, now: datetime) -> None:
    """Keep `left` of a line: its charges in the order they were fired, the last in part."""
    standing = Charge.select().where(Charge.line == line.id, Charge.freed_at.is_null())
    for charge in list(standing.order_by(Charge.id)):
        kept = min(left, int(charge.amount))
        left -= kept
        if kept == charge.amount:
            continue
        Charge.update(freed_at=now).where(Charge.id == charge.id).execute()
        Charge.update(line=None).where(Charge.id == charge.id).execute()
        if kept:
            _replace(charge, line, kept)
    line.amount = sum(
        int(row.amount)
        for row in Charge.select().where(Charge.line == line.id, Charge.freed_at.is_null())
    )
    line.unit_price = line.amount
    if line.amount:
        line.save()
    else:
        line.delete_instance()


def _replace(charge: Charge, line: InvoiceLine, amount: int) -> None:
    Charge.create(
        milestone=charge.milestone_id,
        trigger=charge.trigger_id,
        criterion=charge.criterion_id,
        line=line,
        amount=amount,
        fired_at=charge.fired_at,
        instead_of=charge,
    )


def recount(invoice: Invoice) -> None:
    """Add a draft up anew from its lines, its discount and what is withheld."""
    lines = rows.of(invoice)
    sums = rows.sums_of(invoice, lines)
    parts = zip(lines, sums.nets, sums.shares, sums.net_shares, strict=True)
    for line, net, share, net_share in parts:
        InvoiceLine.update(net=net, allowance=share, allowance_net=net_share).where(
            InvoiceLine.id == line.id
        ).execute()
    for name, value in rows.columns(sums, [rows.key_of(line) for line in lines]).items():
        setattr(invoice, name, value)
    invoice.discount = sum(sums.shares)
    if invoice.withholding:
        invoice.withholding = rows.withheld(int(invoice.withholding["rate"]), sums.net)
    invoice.save()
