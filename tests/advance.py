"""Engagements that are under way and paid in advance."""

from datetime import datetime
from typing import Any

from billing.accepting import gates, submissions
from billing.paying import payments
from models import Invoice
from tests import cast as the
from tests.cast import NOW, Engagement


def pay(cast: Engagement, invoice: Invoice, now: datetime = NOW) -> None:
    """All of an invoice."""
    payments.record(invoice, invoice.total, now.date(), f"pay{invoice.id}", cast.owner, now)


def handed_over(*planned: Any, **options: Any) -> Engagement:
    """Plans of which the first is in review and its deposit paid."""
    cast = the.active(*planned, **options)
    for invoice in cast.invoices:
        pay(cast, invoice)
    if cast.milestone.state == "agreed":
        gates.override(cast.milestone, cast.owner, NOW)
    submissions.submit(cast.milestone, "", [], the.shown(cast.milestone), cast.owner, NOW)
    return cast
