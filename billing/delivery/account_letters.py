"""Letters that bring a receipt or a statement of account."""

from collections.abc import Callable

from billing.delivery.failures import Undeliverable
from billing.delivery.occasion import Occasion, Said
from billing.paying import account_documents
from models import AccountDocument, AccountKind


def account_document(at: Occasion) -> Said:
    made: AccountDocument = AccountDocument.get_by_id(at.about["account"])
    if made.document is None:
        raise Undeliverable("document_missing")
    said = account_documents.said(made)
    is_receipt = made.kind == AccountKind.RECEIPT
    facts = {
        "is_receipt": is_receipt,
        "amount": said["amount"] if is_receipt else said["closing"] - said.get("kept_back", 0),
        "paid_in": said["currency"],
        "number": said.get("number", ""),
        "day": said["received_on"] if is_receipt else said["last"],
        "first": said.get("first", ""),
    }
    return Said(at.portal(), facts, (made.document,))


LETTERS: dict[str, Callable[[Occasion], Said]] = {"account_document": account_document}
