"""What the page of an issued invoice says about its e-invoices."""

from dataclasses import dataclass
from typing import Any

from billing.einvoice import coverage, formats, stored
from billing.einvoice.coverage import Coverage
from billing.einvoice.formats import Obstacle
from billing.invoicing import invoices
from models import Document, EInvoiceFormat, Invoice


@dataclass(frozen=True)
class Shelf:
    """The files there are, and why the others are not; neither while the PDF is being made."""

    files: dict[EInvoiceFormat, Document]
    missing: dict[EInvoiceFormat, list[Obstacle]]
    coverage: Coverage


def of(invoice: Invoice, said: dict[str, Any]) -> Shelf | None:
    """None for a draft and where the seller's country knows no e-invoices."""
    if invoice.content is None or not formats.is_due(said):
        return None
    files = stored.of(invoice)
    is_made = bool(files) or invoices.document(invoice) is not None
    missing = {
        each: formats.obstacles(said, each)
        for each in EInvoiceFormat
        if is_made and each not in files
    }
    return Shelf(files, missing, coverage.of(said["seller"]["country"]))
