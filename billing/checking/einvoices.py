"""Whether each e-invoice asks for what its invoice does."""

import re
from collections.abc import Iterator

from billing import files
from billing.einvoice import mapping
from models import Document, EInvoice, File, Invoice

TOTAL = re.compile(rb"<(?:\w+:)?(?:GrandTotalAmount|TaxInclusiveAmount)[^>]*>([^<]*)<")


def problems() -> Iterator[str]:
    """Files that are of another invoice, or say another sum."""
    rows = (
        EInvoice.select(EInvoice, Invoice, Document, File)
        .join(Invoice)
        .switch(EInvoice)
        .join(Document)
        .join(File)
    )
    for row in rows:
        invoice = row.invoice
        said = TOTAL.findall(files.bytes_of(row.document.file))
        total = mapping.amount(int(invoice.total), str(invoice.currency))
        if said != [total.encode()]:
            yield f"invoice {invoice.id}: its {row.format} does not say its total, {total}"
