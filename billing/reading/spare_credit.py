"""Clients' credit that would settle something: for what needs the owner now."""

from collections.abc import Iterator
from datetime import date

from billing.paying import client_credit, withholding
from billing.reading.needing import AT_MOST, Need
from billing.refusals import N_
from models import User


def needs(owner: User, _today: date) -> Iterator[Need]:
    """Invoices that are owed by clients who have credit."""
    for invoice, credit in client_credit.usable_of(owner, AT_MOST):
        yield Need(
            N_("%(client)s has credit that %(number)s can use."),
            {
                "client": invoice.client.name,
                "number": invoice.number,
                "amount": (min(credit, withholding.payable(invoice)), invoice.currency),
            },
            N_("Use credit"),
            "invoice",
            invoice,
            "invoiced",
        )
