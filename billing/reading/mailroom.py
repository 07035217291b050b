"""The outbox as a list: messages by what became of them, a page at a time."""

from dataclasses import dataclass

from peewee import fn

from billing import outbox
from models import Delivery, User

PER_PAGE = 25


@dataclass(frozen=True)
class Listed:
    """One page; `counts` by outbox.FILTERS over all pages."""

    messages: list[Delivery]
    counts: dict[str, int]
    total: int
    number: int
    pages: int


def listed(by: User, state: str = "", number: int = 1) -> Listed:
    """A page (from 1) of the owner's messages; two queries, however many there are."""
    everything = outbox.messages(by)
    by_state = dict(
        everything.select(Delivery.state, fn.COUNT(Delivery.id))
        .order_by()
        .group_by(Delivery.state)
        .tuples()
    )
    counts = {
        name: sum(by_state.get(each, 0) for each in states)
        for name, states in outbox.FILTERS.items()
    }
    total = counts[state] if state else sum(counts.values())
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    rows = list(outbox.messages(by, state).paginate(number, PER_PAGE))
    return Listed(rows, counts, total, number, pages)
