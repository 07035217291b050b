"""Drafts that are held: they wait for the acceptance behind them to be final."""

from billing.refusals import N_, Conflict
from models import Invoice


class InvoiceHeld(Conflict):
    sentence = N_(
        "This invoice waits until the acceptance behind it can no longer be undone. Then it is"
        " issued by itself."
    )


def refuse_held(invoice: Invoice) -> None:
    """Refuse InvoiceHeld for a draft that is not the owner's to change yet."""
    if invoice.held_until is not None:
        raise InvoiceHeld
