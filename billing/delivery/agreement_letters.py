"""The letters of an agreement or a change order, from its sending to its end."""

from collections.abc import Callable

from billing import events, sealing
from billing.agreeing import agreements, consumers
from billing.delivery.failures import Undeliverable
from billing.delivery.occasion import Occasion, Said, quote
from models import Document, Signature


def agreement_sent(at: Occasion) -> Said:
    return Said(at.portal(), at.terms())


def agreement_signed_receipt(at: Occasion) -> Said:
    """With the frozen document, its hash and the chain's head: what the client can hold us to."""
    agreement = at.agreement
    head = events.hash_of(at.project, "agreement.client_signed", signature=at.about["signature"])
    signature: Signature = Signature.get_by_id(at.about["signature"])
    facts = {
        **at.terms(),
        "sha256": agreement.document.file.sha256,
        "drawing": signature.drawing_sha256 or "",
        "head": head,
    }
    return Said(at.portal(), facts, (agreement.document,))


def agreement_client_signed(at: Occasion) -> Said:
    facts = {**at.terms(), "signer": at.agreement.signer.name}
    return Said(at.page(f"projects/{at.project.id}/agreement"), facts)


def agreement_active(at: Occasion) -> Said:
    """With the day until which a consumer may withdraw."""
    until = consumers.may_withdraw_until(at.project, at.now)
    facts = {**at.terms(), "withdraw_until": until.isoformat() if until else None}
    return Said(at.portal(), facts, (_sealed(at),))


def agreement_in_force(at: Occasion) -> Said:
    """With the sealed file, so that it is where no server can change it."""
    document = _sealed(at)
    facts = {**at.terms(), "sha256": document.file.sha256}
    return Said(at.page(f"projects/{at.project.id}"), facts, (document,))


def _sealed(at: Occasion) -> Document:
    document = sealing.document(at.agreement)
    if document is None:
        raise Undeliverable("document_missing")
    return document


def agreement_declined(at: Occasion) -> Said:
    facts = {
        **at.terms(),
        "signer": at.agreement.signer.name,
        "reason": quote(at.about["reason"]),
    }
    return Said(at.page(f"projects/{at.project.id}/agreement"), facts)


def agreement_voided(at: Occasion) -> Said:
    return Said(at.portal(), at.terms())


def agreement_expired(at: Occasion) -> Said:
    return Said(at.portal(), at.terms())


def agreement_expired_unsigned(at: Occasion) -> Said:
    return Said(at.page(f"projects/{at.project.id}/agreement"), at.terms())


LETTERS: dict[str, Callable[[Occasion], Said]] = {
    letter.__name__: letter
    for letter in (
        agreement_sent,
        agreement_signed_receipt,
        agreement_client_signed,
        agreement_active,
        agreement_in_force,
        agreement_declined,
        agreement_voided,
        agreement_expired,
        agreement_expired_unsigned,
    )
}


def _is_off_the_table(at: Occasion) -> bool:
    return at.agreement.state not in agreements.OPEN


OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {"agreement_sent": _is_off_the_table}
"""Letters that ask for something, and when it is too late to ask."""
