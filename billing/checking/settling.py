"""Whether credit and write-offs add up, and each side of a movement has its other."""

from collections.abc import Iterator
from typing import Any

from peewee import fn

from billing.paying import credit_entries, payments
from models import Client, CreditEntry, Invoice, InvoiceKind, InvoiceState, Payment, WriteOff


def problems() -> Iterator[str]:
    """Credit below zero, credit that no payment mirrors, more written off than was left."""
    sums = (
        CreditEntry.select(CreditEntry.client, CreditEntry.currency, fn.SUM(CreditEntry.amount))
        .group_by(CreditEntry.client, CreditEntry.currency)
        .tuples()
    )
    for client, currency, amount in sums:
        if amount < 0:
            yield f"client {client}: {amount} of credit in {currency}"
    for entry in CreditEntry.select(CreditEntry, Client).join(Client):
        if entry.payment_id is not None and not _mirrors(entry, entry.payment):
            yield f"credit {entry.id}: it is not the other side of payment {entry.payment_id}"
        if entry.reverses_id is not None and entry.amount != -entry.reverses.amount:
            yield f"credit {entry.id}: it does not take back credit {entry.reverses_id}"
    mirrored = CreditEntry.select(CreditEntry.payment).where(CreditEntry.payment.is_null(False))
    for payment in Payment.select().where(
        Payment.method == credit_entries.METHOD, Payment.id.not_in(mirrored)
    ):
        yield f"payment {payment.id}: no credit is its other side"
    yield from _written_off()


def _mirrors(entry: CreditEntry, payment: Any) -> bool:
    invoice = payment.invoice
    return (payment.method, payment.amount, invoice.client_id, invoice.currency) == (
        credit_entries.METHOD,
        -entry.amount,
        entry.client_id,
        entry.currency,
    )


def _written_off() -> Iterator[str]:
    for invoice in Invoice.select().where(Invoice.id.in_(WriteOff.select(WriteOff.invoice))):
        amount = payments.written_off(invoice)
        is_bill = invoice.state == InvoiceState.ISSUED and invoice.kind == InvoiceKind.INVOICE
        if not is_bill or amount < 0 or (amount and payments.balance(invoice) < 0):
            yield f"invoice {invoice.id}: {amount} written off of {invoice.total}"
    for made in WriteOff.select().where(WriteOff.reverses.is_null(False)):
        if made.amount != -made.reverses.amount or made.invoice_id != made.reverses.invoice_id:
            yield f"write-off {made.id}: it does not take back write-off {made.reverses_id}"
