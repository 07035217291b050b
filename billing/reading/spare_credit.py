"""Clients' credit that would settle something: for what needs the owner now."""

from collections.abc import Iterator
from typing import Any

from billing.paying import client_credit, withholding
from billing.refusals import N_
from models import Invoice, User


def needs(owner: User, limit: int) -> Iterator[tuple[str, dict[str, Any], str, Invoice]]:
    """Invoices that are owed by clients who have credit: sentence, facts, verb, invoice."""
    for invoice, credit in client_credit.usable_of(owner, limit):
        facts = {
            "client": invoice.client.name,
            "number": invoice.number,
            "amount": (min(credit, withholding.payable(invoice)), invoice.currency),
        }
        yield N_("%(client)s has credit that %(number)s can use."), facts, N_("Use credit"), invoice
