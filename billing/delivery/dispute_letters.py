"""Letters of a dispute: that there is one, what is offered, and how it ends."""

from collections.abc import Callable
from typing import Any

from billing.accepting import following
from billing.accepting.foreseeing import NOTHING
from billing.delivery.occasion import Occasion, Said, quote
from billing.disputing import effects, settling
from models import Dispute, Invoice, SplitOffer


def _page(at: Occasion) -> str:
    return at.page(f"projects/{at.project.id}/milestones/{at.about['milestone']}/dispute")


def _offer(at: Occasion) -> SplitOffer:
    found: SplitOffer = SplitOffer.get_by_id(at.about["offer"])
    return found


def _raised(at: Occasion) -> dict[str, Any]:
    about = at.about
    return {
        **at.outcome(),
        "amount": about["amount"],
        "criteria": about["criteria"],
        "reason": quote(about["reason"]),
    }


def dispute_raised(at: Occasion) -> Said:
    return Said(at.portal(), _raised(at))


def dispute_raised_by_client(at: Occasion) -> Said:
    return Said(_page(at), _raised(at))


def _offered(at: Occasion) -> dict[str, Any]:
    """What taking it does is said while it can be taken."""
    offer, facts = (
        _offer(at),
        {**at.outcome(), **_sums(at), "payable": 0, "credited": 0, "next": NOTHING},
    )
    if offer.answered_at is None:
        effect = effects.of_offer(offer, at.now)
        facts |= {
            "payable": effect.payable,
            "credited": effect.credited,
            "due_on": effect.due_on.isoformat(),
            "next": effect.next,
        }
    return {**facts, "answer_by": at.about["answer_by"], "note": quote(at.about["note"])}


def _sums(at: Occasion) -> dict[str, int]:
    return {name: at.about[name] for name in ("accepted", "waived")}


def dispute_offered(at: Occasion) -> Said:
    return Said(at.portal(), _offered(at))


def dispute_offered_by_client(at: Occasion) -> Said:
    return Said(_page(at), _offered(at))


def _declined(at: Occasion) -> dict[str, Any]:
    return {**at.outcome(), "reason": quote(at.about["reason"])}


def dispute_declined(at: Occasion) -> Said:
    return Said(at.portal(), _declined(at))


def dispute_declined_by_client(at: Occasion) -> Said:
    return Said(_page(at), _declined(at))


def dispute_unanswered(at: Occasion) -> Said:
    return Said(_page(at), {**at.outcome(), "is_own": at.about["side"] == "owner"})


def _settled(at: Occasion) -> dict[str, Any]:
    names = ("charged", "credited", "waived", "state")
    bills = Invoice.select().where(
        Invoice.project == at.project.id, Invoice.cause == settling.CAUSE
    )
    latest = bills.order_by(Invoice.id.desc()).first() if at.about["charged"] else None
    offer = at.about["offer"]
    follows = following.deed(at.project, at.now, "dispute.settled", [latest], offer=offer)
    return {**at.outcome(), **{name: at.about[name] for name in names}, "next": follows}


def dispute_settled(at: Occasion) -> Said:
    return Said(at.portal(), _settled(at))


def dispute_settled_with_client(at: Occasion) -> Said:
    return Said(_page(at), _settled(at))


def dispute_withdrawn(at: Occasion) -> Said:
    return Said(at.portal(), {**at.outcome(), "state": at.about["state"]})


def dispute_withdrawn_by_client(at: Occasion) -> Said:
    return Said(_page(at), {**at.outcome(), "state": at.about["state"]})


LETTERS: dict[str, Callable[[Occasion], Said]] = {
    letter.__name__: letter
    for letter in (
        dispute_raised,
        dispute_raised_by_client,
        dispute_offered,
        dispute_offered_by_client,
        dispute_declined,
        dispute_declined_by_client,
        dispute_unanswered,
        dispute_settled,
        dispute_settled_with_client,
        dispute_withdrawn,
        dispute_withdrawn_by_client,
    )
}


def _is_answered(at: Occasion) -> bool:
    return _offer(at).answered_at is not None


def _is_over(at: Occasion) -> bool:
    dispute: Dispute = Dispute.get_by_id(at.about["dispute"])
    return dispute.ended_at is not None


OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {
    "dispute_raised": _is_over,
    "dispute_raised_by_client": _is_over,
    "dispute_offered": _is_answered,
    "dispute_offered_by_client": _is_answered,
    "dispute_declined": _is_over,
    "dispute_declined_by_client": _is_over,
    "dispute_unanswered": _is_over,
}
"""Letters that ask for something, and when it is too late to ask."""
