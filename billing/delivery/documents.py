"""Documents that the worker makes: rendered outside any transaction, then kept for good, once."""

from collections.abc import Callable
from datetime import datetime

from billing import events, files
from billing.actors import CLOCK
from billing.agreeing import agreements, paper
from billing.delivery import pdf, previews, sealing
from billing.delivery.failures import Undeliverable
from billing.disputing import summaries
from billing.einvoice import formats, stored
from billing.installation import Installation
from billing.invoicing import invoice_content, invoices
from billing.paying import account_documents
from billing.people import brands
from billing.refusals import WrongState
from models import (
    AccountDocument,
    Agreement,
    AgreementState,
    Delivery,
    Dispute,
    Invoice,
    Rendition,
    snapshot,
    write,
)


def make(delivery: Delivery, installation: Installation, now: datetime) -> None:
    """The document a delivery asks for; nothing where it is there or no longer wanted.

    Refuses Undeliverable where the engine fails: the record stands, and it is tried again.
    """
    maker = MAKERS[delivery.kind]
    try:
        maker(int(delivery.facts[delivery.kind]), installation, now)
    except pdf.RenderFailed as failure:
        raise Undeliverable("pdf", str(failure)) from failure


def _agreement(agreement_id: int, _installation: Installation, now: datetime) -> None:
    agreement: Agreement = Agreement.get_by_id(agreement_id)
    if agreement.state != AgreementState.PREPARING:
        return
    said = agreements.read(agreement)
    template = "change_order.html" if agreements.is_change(agreement) else "agreement.html"
    printed = pdf.render(template, said, said["language"])
    try:
        if paper.is_pending(agreement):
            paper.deliver(agreement, printed, now)
        else:
            agreements.deliver(agreement, printed, CLOCK, now)
    except WrongState:
        # Withdrawn, or delivered by a worker whose lease had run out.
        return


def _invoice(invoice_id: int, _installation: Installation, now: datetime) -> None:
    """Of an invoice or of a credit note, which says that it is one; with its e-invoices."""
    invoice: Invoice = Invoice.get_by_id(invoice_id)
    if invoices.document(invoice) is not None:
        return
    said = invoice_content.said(invoice)
    dressed = {**said, "brand": brands.printed(brands.of(invoice.owner_id))}
    written, printed = pdf.archive(
        "invoice.html", dressed, said["language"], formats.possible(said)
    )
    with write(invoice.project):
        if invoices.document(invoice) is not None:
            return
        name = str(invoice.number).replace("/", "-")
        document = files.document(invoice.owner, f"{name}.pdf", printed, now)
        Rendition.create(invoice=invoice, document=document)
        stored.keep(invoice, written, now)
        events.record(
            "invoice.document_made",
            invoice.project,
            CLOCK,
            now,
            invoice=invoice.id,
            number=invoice.number,
            document_sha256=document.file.sha256,
        )


def _account(account_id: int, _installation: Installation, now: datetime) -> None:
    """Of a statement, a receipt or a dunning letter."""
    made: AccountDocument = AccountDocument.get_by_id(account_id)
    if made.document_id is not None:
        return
    said = account_documents.said(made)
    dressed = {**said, "brand": brands.printed(brands.of(made.owner_id))}
    printed = pdf.render(f"{made.kind}.html", dressed, said["language"])
    with write(made.client):
        named = account_documents.name(made)
        account_documents.keep(made, files.document(made.owner, named, printed, now))


def _dispute(dispute_id: int, _installation: Installation, now: datetime) -> None:
    """The summary for a mediator, of all that has happened by now."""
    dispute: Dispute = Dispute.get_by_id(dispute_id)
    with snapshot():
        said = summaries.told(dispute, now)
    printed = pdf.render("dispute.html", said, said["language"])
    summaries.keep(dispute, printed, said["seq"], now)


MAKERS: dict[str, Callable[[int, Installation, datetime], None]] = {
    "agreement": _agreement,
    "account": _account,
    "dispute": _dispute,
    "invoice": _invoice,
    "seal": sealing.seal,
    "credit_note": _invoice,
    "preview": previews.make,
}
