"""Letters about an engagement that ends early: stopped by one side, or withdrawn from."""

from collections.abc import Callable
from typing import Any

from billing.agreeing import consumers
from billing.delivery.occasion import Occasion, Said, quote
from models import Withdrawal


def _stopped(at: Occasion) -> dict[str, Any]:
    return {
        "charged": at.about["charged"],
        "credited": at.about["credited"],
        "balance": at.about["charged"] - at.about["credited"],
        "reason": quote(at.about["reason"]),
    }


def project_stopped(at: Occasion) -> Said:
    return Said(at.portal(), _stopped(at))


def project_stopped_by_client(at: Occasion) -> Said:
    return Said(at.page(f"projects/{at.project.id}"), _stopped(at))


def _withdrawn(at: Occasion) -> dict[str, Any]:
    made: Withdrawal = Withdrawal.get_by_id(at.about["withdrawal"])
    return {
        "total": at.terms()["total"],
        "version": at.agreement.version,
        "statement": made.statement,
        "declared_by": made.name,
        "declared_email": made.email,
        "declared_at": made.declared_at,
        "zone": consumers.zone(str(at.project.client.country)),
        "credited": at.about["credited"],
    }


def withdrawal_receipt(at: Occasion) -> Said:
    """With what was declared and when: the acknowledgement of article 11a(5)."""
    return Said(at.portal(), _withdrawn(at))


def withdrawal_declared(at: Occasion) -> Said:
    return Said(at.page(f"projects/{at.project.id}"), _withdrawn(at))


LETTERS: dict[str, Callable[[Occasion], Said]] = {
    letter.__name__: letter
    for letter in (
        project_stopped,
        project_stopped_by_client,
        withdrawal_receipt,
        withdrawal_declared,
    )
}
