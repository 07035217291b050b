"""What a client was reminded of by mail, so that no letter claims more."""

from billing import outbox
from models import DeliveryState, Invoice, PaymentReminder

LETTER = "payment_reminder"


def any_of(invoice: Invoice) -> bool:
    """Whether a reminder of an invoice has gone out."""
    return any(
        letter.state == DeliveryState.DONE
        for row in PaymentReminder.of(invoice)
        for letter in outbox.about(LETTER, row.letter_of)
    )
