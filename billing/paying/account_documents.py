"""Statements, receipts and dunning letters: drawn up from what stands, frozen, printed once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from billing import clock, languages
from billing.disputing import disputes
from billing.dunning import late, sent
from billing.invoicing import invoice_content
from billing.paying import credit_entries, payments, withholding
from billing.people import accounts, parties
from billing.refusals import N_, Conflict, NothingOwed, Refusal, WrongState
from models import (
    AccountDocument,
    AccountKind,
    Client,
    CreditEntry,
    CreditKind,
    Delivery,
    Document,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Payment,
    User,
    WriteOff,
    write,
)

MOST_LEVELS = 3


class PeriodTurned(Refusal):
    sentence = N_("The last day must not be before the first.")
    field = "last"


class NotReceived(Conflict):
    sentence = N_("There is a receipt only for money that was received and kept.")


class NotOverdue(Conflict):
    sentence = N_("This invoice is not overdue, so there is nothing to dun.")


class DunnedInDispute(Conflict):
    sentence = N_(
        "A milestone on this invoice is disputed. It can be dunned again once both sides have"
        " settled that."
    )


@dataclass(frozen=True)
class Claim:
    """What is asked for beside the invoice itself, such as interest (minor units)."""

    label: str
    amount: int


@dataclass(frozen=True)
class Entry:
    """One line of a statement: above zero what was billed, below what was paid or credited."""

    day: date
    kind: str
    number: str
    amount: int


def _head(client: Client, owner: User, day: date) -> dict[str, Any]:
    business = accounts.business(owner)
    language = languages.spoken(str(client.language))
    return {
        "language": language,
        "issue_date": day.isoformat(),
        "seller": parties.billing_seller(business, language),
        "buyer": parties.billing_buyer(client, language),
        "bank": parties.bank(business),
    }


def statement(
    client: Client, currency: str, first: date, last: date, by: User, now: datetime
) -> AccountDocument:
    """All that was billed, credited and paid in a period, with what was open before and after.

    Money of one currency, tax included. Drawn up twice from the same rows it is one document.
    Refuses PeriodTurned.
    """
    if last < first:
        raise PeriodTurned
    entries = sorted(_entries(client, currency), key=lambda entry: (entry.day, entry.amount < 0))
    opening = sum(entry.amount for entry in entries if entry.day < first)
    running, rows = opening, []
    for entry in entries:
        if first <= entry.day <= last:
            running += entry.amount
            rows.append(
                {
                    "day": entry.day.isoformat(),
                    "kind": entry.kind,
                    "number": entry.number,
                    "amount": entry.amount,
                    "balance": running,
                }
            )
    said = {
        "currency": currency,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "opening": opening,
        "closing": running,
        "kept_back": withholding.kept_back_on(client, currency, last),
        "entries": rows,
    }
    return _draw_up(AccountKind.STATEMENT, client, said, by, now)


def _entries(client: Client, currency: str) -> list[Entry]:
    issued = Invoice.select().where(
        Invoice.client == client.id,
        Invoice.currency == currency,
        Invoice.state == InvoiceState.ISSUED,
    )
    found = []
    for row in issued:
        is_note = row.kind == InvoiceKind.CREDIT_NOTE
        found.append(
            Entry(row.issued_on, str(row.kind), row.number, -row.total if is_note else row.total)
        )
    received = (
        Payment.select(Payment, Invoice)
        .join(Invoice)
        .where(Invoice.client == client.id, Invoice.currency == currency)
    )
    for row in received:
        # What moves between an invoice and the credit stays on the account.
        if row.method == credit_entries.METHOD:
            continue
        kind = "withheld" if row.method == "withheld" else "payment" if row.amount > 0 else "refund"
        found.append(Entry(row.received_on, kind, row.invoice.number, -int(row.amount)))
    for entry in CreditEntry.of(client).where(
        CreditEntry.currency == currency, CreditEntry.kind == CreditKind.REFUNDED
    ):
        found.append(Entry(entry.moved_on, "refund", "", -int(entry.amount)))
    for made in (
        WriteOff.select(WriteOff, Invoice)
        .join(Invoice)
        .where(Invoice.client == client.id, Invoice.currency == currency)
    ):
        found.append(Entry(made.written_on, "write_off", made.invoice.number, -int(made.amount)))
    return found


def currencies_of(client: Client) -> list[str]:
    """What the client was billed in."""
    found = Invoice.select(Invoice.currency).where(
        Invoice.client == client.id, Invoice.state == InvoiceState.ISSUED
    )
    return sorted({currency for (currency,) in found.tuples()})


def receipt(payment: Payment, by: User, now: datetime) -> AccountDocument:
    """A receipt for money that came in; one for each payment. Refuses NotReceived."""
    taken_back = Payment.select().where(Payment.reverses == payment.id).exists()
    is_money = payment.amount > 0 and payment.method != credit_entries.METHOD
    if not is_money or taken_back:
        raise NotReceived
    known: AccountDocument | None = AccountDocument.get_or_none(
        AccountDocument.payment == payment.id
    )
    if known is not None:
        return known
    invoice = payment.invoice
    said = {
        "currency": invoice.currency,
        "number": invoice.number,
        "total": invoice.total,
        "amount": payment.amount,
        "received_on": payment.received_on.isoformat(),
        "method": payment.method,
        "reference": payment.reference,
        "left": payments.payable(invoice),
        "taxes": invoice_content.said(invoice)["taxes"],
    }
    return _draw_up(AccountKind.RECEIPT, invoice.client, said, by, now, invoice, payment)


def dunning(
    invoice: Invoice, by: User, now: datetime, claims: Sequence[Claim] = ()
) -> AccountDocument:
    """The next dunning letter for an overdue invoice, over what is due now.

    `claims` are interest and fixed sums where the owner asks for them. One a day, whatever is
    clicked. What the owner claims for late payment is told with how it is computed.

    Refuses WrongState (a draft, a credit note), NothingOwed, NotOverdue, DunnedInDispute,
    BaseRateMissing.
    """
    if invoice.state != InvoiceState.ISSUED or invoice.kind != InvoiceKind.INVOICE:
        raise WrongState(state=invoice.state if invoice.number is None else invoice.kind)
    due = payments.payable(invoice)
    if due <= 0:
        raise NothingOwed
    today = clock.local_date(now, str(accounts.business(by).timezone))
    days = (today - invoice.due_on).days
    if days <= 0:
        raise NotOverdue
    if is_disputed(invoice):
        raise DunnedInDispute
    before = AccountDocument.select().where(
        AccountDocument.invoice == invoice.id,
        AccountDocument.kind == AccountKind.DUNNING,
        AccountDocument.day < today,
    )
    level = min(before.count() + 1, MOST_LEVELS)
    late_claim = late.claim(invoice, today)
    beside = sum(each.amount for each in claims) + (late_claim.total if late_claim else 0)
    said = {
        "currency": invoice.currency,
        "level": level,
        "reminded": sent.any_of(invoice),
        "number": invoice.number,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "days": days,
        "total": invoice.total,
        "due": due,
        "claims": [{"label": each.label, "amount": each.amount} for each in claims],
        "late": late_claim.said if late_claim else None,
        "payable": due + beside,
        "pay_by": clock.due_date(today, 7).isoformat(),
    }
    return _draw_up(AccountKind.DUNNING, invoice.client, said, by, now, invoice, level=level)


def is_disputed(invoice: Invoice) -> bool:
    """Whether it bills a milestone that is disputed, so that nobody is dunned for it."""
    billed = InvoiceLine.milestone.is_null(False)
    lines = InvoiceLine.select().where(InvoiceLine.invoice == invoice.id, billed)
    return disputes.is_concerned(invoice.project, [line.milestone_id for line in lines])


def _draw_up(
    kind: AccountKind,
    client: Client,
    said: dict[str, Any],
    by: User,
    now: datetime,
    invoice: Invoice | None = None,
    payment: Payment | None = None,
    level: int = 0,
) -> AccountDocument:
    """Freeze what it says and have it printed; the same on the same day is the same document."""
    today = clock.local_date(now, str(accounts.business(by).timezone))
    content = rfc8785.dumps({"kind": kind, **_head(client, by, today), **said}).decode()
    key = _key(kind, client, content, today, invoice, payment)
    with write(client):
        known: AccountDocument | None = AccountDocument.get_or_none(AccountDocument.key == key)
        if known is not None:
            return known
        made: AccountDocument = AccountDocument.create(
            owner=by,
            client=client,
            invoice=invoice,
            payment=payment,
            kind=kind,
            level=level,
            day=today,
            content=content,
            key=key,
            created_at=now,
        )
        _print(made, by, now)
    return made


def _print(made: AccountDocument, by: User, now: datetime) -> None:
    """Queue the making of the PDF. A client's statement belongs to no project."""
    Delivery.create(
        owner=by,
        channel="document",
        kind="account",
        facts={"account": made.id},
        key=f"document:account:{made.id}",
        created_at=now,
        due_at=now,
    )


def _key(
    kind: AccountKind,
    client: Client,
    content: str,
    today: date,
    invoice: Invoice | None,
    payment: Payment | None,
) -> str:
    if payment is not None:
        return f"receipt:{payment.id}"
    if invoice is not None:
        return f"dunning:{invoice.id}:{today}"
    return f"{kind}:{client.id}:{sha256(content.encode()).hexdigest()}"


def said(made: AccountDocument) -> dict[str, Any]:
    """What a document says."""
    found: dict[str, Any] = json.loads(str(made.content))
    return found


def name(made: AccountDocument) -> str:
    """What its file is called."""
    about = said(made).get("number", str(made.client_id)).replace("/", "-")
    level = f"-{made.level}" if made.level > 1 else ""
    return f"{made.kind}-{about}-{made.day}{level}.pdf"


def keep(made: AccountDocument, document: Document) -> None:
    """Put the printed document beside what it says, once. Runs in the caller's write()."""
    AccountDocument.update(document=document).where(
        AccountDocument.id == made.id, AccountDocument.document.is_null()
    ).execute()


def of_client(client: Client) -> list[AccountDocument]:
    """A client's documents, the newest first."""
    rows = AccountDocument.select().where(AccountDocument.client == client.id)
    return list(rows.order_by(AccountDocument.id.desc()))
