"""The e-invoices that were made of an invoice: kept once, and found again."""

from collections.abc import Mapping
from datetime import datetime

from billing import files
from models import Document, EInvoice, EInvoiceFormat, Invoice


def keep(invoice: Invoice, written: Mapping[str, str], now: datetime) -> None:
    """Keep each XML as a document of its own. Runs in the caller's write()."""
    for name, xml in written.items():
        document = files.document(
            invoice.owner, f"{invoice.number}-{name}.xml", xml.encode(), now, files.XML
        )
        EInvoice.create(invoice=invoice, format=name, document=document)


def of(invoice: Invoice) -> dict[EInvoiceFormat, Document]:
    """What there is of an invoice, in the order of the formats."""
    rows = EInvoice.select(EInvoice, Document).join(Document).where(EInvoice.invoice == invoice.id)
    found = {row.format: row.document for row in rows}
    return {each: found[each] for each in EInvoiceFormat if each in found}


def one(invoice: Invoice, name: str) -> Document | None:
    """The file of one format, if there is one; of any other name there is none."""
    return next((document for each, document in of(invoice).items() if each == name), None)
