"""The owner's invoices in a list: searched, narrowed by what they need, a page at a time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import Case, fn

from billing.paying import settlement, withholding
from billing.paying.settlement import Settlement
from models import Client, Invoice, InvoiceState, User
from models.folding import fold

PER_PAGE = 25


@dataclass(frozen=True)
class Listed:
    """One page. `counts` are by settlement.FILTERS, `due` what is still to come by currency
    (minor units, tax included), both over all pages."""

    rows: list[Settlement]
    counts: dict[str, int]
    due: dict[str, int]
    total: int
    number: int
    pages: int


def listed(by: User, today: date, state: str = "", words: str = "", number: int = 1) -> Listed:
    """A page (from 1) of the invoices that match; the number of queries never grows."""
    matching = _matching(Invoice.of(by), words)
    found = settlement.only(matching, state, today) if state else matching
    counts = {name: settlement.only(matching, name, today).count() for name in settlement.FILTERS}
    total = found.count()
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    rows = found.order_by(*_order(state)).paginate(number, PER_PAGE)
    return Listed(settlement.of_all(rows, today), counts, _due(found), total, number, pages)


def _matching(scope: Any, words: str) -> Any:
    """Those where each word is part of the number or of the client's name."""
    for word in fold(words).split():
        scope = scope.where(fn.LOWER(Invoice.number).contains(word) | Client.folded.contains(word))
    return scope


def _order(state: str) -> tuple[Any, ...]:
    """What is owed by when it is due; otherwise drafts first, then the latest number."""
    if state in {"open", "overdue"}:
        return Invoice.due_on, Invoice.id
    is_draft = Case(None, [(Invoice.state == InvoiceState.DRAFT, 0)], 1)
    return is_draft, Invoice.issued_on.desc(), Invoice.id.desc()


def _due(scope: Any) -> dict[str, int]:
    """What is still to come of all that a scope holds; drafts are owed by nobody."""
    ids = scope.select(Invoice.id).where(Invoice.is_owed())
    left = (
        Invoice.select(Invoice.currency, fn.SUM(Invoice.total - Invoice.settled()))
        .where(Invoice.id.in_(ids))
        .group_by(Invoice.currency)
        .order_by(Invoice.currency)
        .tuples()
    )
    sums = {currency: int(amount) for currency, amount in left}
    # Nobody keeps back tax of most; of those few it is told what comes as money.
    keeping = Invoice.with_paid().where(Invoice.id.in_(ids), Invoice.withholding.is_null(False))
    for row in keeping:
        sums[str(row.currency)] -= row.left - withholding.payable(row)
    return sums
