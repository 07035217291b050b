"""E-invoices: the XML of an invoice in each syntax it was made in."""

from enum import StrEnum

from models.base import KindField, Row
from models.invoices import Invoice
from models.record import Document
from models.references import ForeignKeyField


class EInvoiceFormat(StrEnum):
    """The files, by the names under which they are downloaded.

    Factur-X (ZUGFeRD) is UN/CEFACT CII and stands in the PDF as well; the others are UBL.
    """

    FACTUR_X = "factur-x"
    XRECHNUNG = "xrechnung"
    PEPPOL = "peppol"


class EInvoice(Row):
    """One XML of an issued invoice, made with its PDF and, like that, once."""

    invoice = ForeignKeyField(Invoice, backref="einvoices", on_delete="RESTRICT")
    format = KindField(EInvoiceFormat, "format")
    document = ForeignKeyField(Document, on_delete="RESTRICT")

    class Meta:
        table_name = "einvoice"
        indexes = ((("invoice", "format"), True),)
