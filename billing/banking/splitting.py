"""One transfer that pays several invoices of one client: which, and how much of each."""

from collections.abc import Sequence
from itertools import combinations

from billing.paying import withholding
from models import Invoice

Parts = tuple[tuple[Invoice, int], ...]
"""Invoices and what each is paid, in minor units; together the whole transfer."""

MOST = 12
"""Open invoices of a client among which a sum is looked for, the first due ones."""


def of_named(named: Sequence[Invoice], amount: int) -> Parts:
    """What a transfer that names several invoices pays of each, the first due first.

    Empty where it names one alone, invoices of several clients, or is more than is due of them.
    """
    if len({row.client_id for row in named}) != 1 or amount > _due(named):
        return ()
    parts, left = [], amount
    for row in _in_order(named):
        part = min(left, withholding.payable(row))
        left -= part
        if part > 0:
            parts.append((row, part))
    return tuple(parts) if len(parts) > 1 else ()


def of_sum(owed: Sequence[Invoice], amount: int) -> Parts:
    """The invoices of one client that together are exactly what came; empty where none are, or
    where it could be these or those."""
    rows = [row for row in _in_order(owed) if withholding.payable(row) > 0][:MOST]
    found = [
        each
        for size in range(2, len(rows) + 1)
        for each in combinations(rows, size)
        if _due(each) == amount
    ]
    if len(found) != 1:
        return ()
    return tuple((row, withholding.payable(row)) for row in found[0])


def _in_order(rows: Sequence[Invoice]) -> list[Invoice]:
    return sorted(rows, key=lambda row: (row.due_on, row.id))


def _due(rows: Sequence[Invoice]) -> int:
    return sum(withholding.payable(row) for row in rows)
