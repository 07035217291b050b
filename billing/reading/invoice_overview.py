"""One invoice as its owner sees it, read in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import clock, events, outbox
from billing.dunning import reminders
from billing.dunning.reminders import Course
from billing.invoicing import credit_notes, invoice_content, invoices, numbering
from billing.outbox import business_of
from billing.paying import claims, credit_entries, payments, settlement, write_offs
from billing.paying.settlement import Settlement
from models import (
    Business,
    Claim,
    Delivery,
    DeliveryState,
    Document,
    Invoice,
    InvoiceState,
    Payment,
    WriteOff,
)


@dataclass(frozen=True)
class Overview:
    """What the invoice's page tells. `said` is what it will say or, once issued, says for good;
    `credit` is what the client has in its currency (minor units)."""

    standing: Settlement
    business: Business
    said: dict[str, Any]
    payments: list[Payment]
    claim: Claim | None
    document: Document | None
    making: Delivery | None
    letters: list[Delivery]
    payers: list[str]
    next_number: str
    history: list[events.Told]
    notes: list[Invoice]
    credit: int
    write_offs: list[WriteOff]
    reminders: Course | None

    @property
    def expected_again(self) -> set[int]:
        """Write-offs that a later row took back."""
        return {row.reverses_id for row in self.write_offs if row.reverses_id is not None}

    @property
    def surplus(self) -> set[int]:
        """Payments that took off what another brought too much: they go back with that one."""
        return {row.id for row in self.payments if row.key.startswith(f"{row.invoice_id}:kept:")}

    @property
    def taken_back(self) -> set[int]:
        """Payments that a later row took back."""
        return {row.reverses_id for row in self.payments if row.reverses_id is not None}

    @property
    def withheld_due(self) -> int:
        """Tax the client keeps back that is not recorded yet, in minor units."""
        return self.standing.kept_back

    @property
    def is_stuck(self) -> bool:
        """Whether the document failed and waits for another try."""
        making = self.making
        return making is not None and bool(making.last_error)


def read(invoice: Invoice, now: datetime) -> Overview:
    """All of one invoice, from Invoice.of(), which brings what was paid."""
    project = invoice.project
    business = business_of(project)
    is_draft = invoice.state == InvoiceState.DRAFT
    today = clock.local_date(now, str(business.timezone))
    return Overview(
        standing=settlement.of(invoice, today),
        business=business,
        said=_said(invoice, business),
        payments=list(
            Payment.select().where(Payment.invoice == invoice.id).order_by(Payment.id.desc())
        ),
        claim=claims.open_claim(invoice),
        document=None if is_draft else invoices.document(invoice),
        making=None if is_draft else _making(invoice),
        letters=outbox.about(f"{invoice.kind}_issued", invoice.id),
        payers=[contact.email for contact in outbox.contacts(project, "payer")],
        next_number=numbering.following(invoice.owner, today) if is_draft else "",
        history=_history(invoice),
        notes=[] if is_draft else credit_notes.notes_of(invoice),
        credit=0 if is_draft else credit_entries.left(invoice.client_id, str(invoice.currency)),
        write_offs=[] if is_draft else write_offs.of_invoice(invoice),
        reminders=reminders.course(invoice, now) if payments.is_bill(invoice) else None,
    )


def _said(invoice: Invoice, business: Business) -> dict[str, Any]:
    if invoice.content is not None:
        return invoice_content.said(invoice)
    return invoice_content.proposed(invoice, invoice.project, business)


def _making(invoice: Invoice) -> Delivery | None:
    found: Delivery | None = Delivery.get_or_none(
        Delivery.key == f"document:{invoice.kind}:{invoice.id}",
        Delivery.state != DeliveryState.DONE,
    )
    return found


def _history(invoice: Invoice) -> list[events.Told]:
    # Ids of deleted drafts are used again, so an older event can be of another invoice.
    return [
        told
        for told in events.history(invoice.project)
        if invoice.id in (told.facts.get("invoice"), told.facts.get("credit_note"))
        and told.at >= invoice.created_at
    ]
