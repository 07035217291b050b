"""The outbox as a list: messages by what became of them, a page at a time."""

from dataclasses import dataclass
from typing import Any

from peewee import JOIN, fn

from models import Delivery, DeliveryState, Project, User

PER_PAGE = 25

WAITING = (DeliveryState.QUEUED, DeliveryState.CLAIMED)

FILTERS: dict[str, tuple[DeliveryState, ...]] = {
    "waiting": WAITING,
    "sent": (DeliveryState.DONE,),
    "failed": (DeliveryState.FAILED,),
    "held": (DeliveryState.HELD,),
    "cancelled": (DeliveryState.CANCELLED,),
}


def messages(owner: User, state: str = "") -> Any:
    """The owner's mails, narrowed to one of FILTERS, newest first; documents only if they fail.

    Each comes with its project and, as `before`, with the document it waits for.
    """
    before = Delivery.alias()
    failing = (Delivery.last_error != "") & (Delivery.state != DeliveryState.DONE)
    found = (
        Delivery.of(owner)
        .select(Delivery, Project, before)
        .join(Project, JOIN.LEFT_OUTER)
        .join_from(
            Delivery, before, JOIN.LEFT_OUTER, on=(Delivery.after == before.id), attr="before"
        )
        .where((Delivery.channel == "mail") | failing)
    )
    if state in FILTERS:
        found = found.where(Delivery.state.in_(FILTERS[state]))
    return found.order_by(Delivery.created_at.desc(), Delivery.id.desc())


@dataclass(frozen=True)
class Listed:
    """One page; `counts` by FILTERS over all pages."""

    messages: list[Delivery]
    counts: dict[str, int]
    total: int
    number: int
    pages: int


def listed(by: User, state: str = "", number: int = 1) -> Listed:
    """A page (from 1) of the owner's messages; two queries, however many there are."""
    everything = messages(by)
    by_state = dict(
        everything.select(Delivery.state, fn.COUNT(Delivery.id))
        .order_by()
        .group_by(Delivery.state)
        .tuples()
    )
    counts = {
        name: sum(by_state.get(each, 0) for each in states) for name, states in FILTERS.items()
    }
    total = counts[state] if state else sum(counts.values())
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    rows = list(messages(by, state).paginate(number, PER_PAGE))
    return Listed(rows, counts, total, number, pages)
