"""Tax of an invoice: per rate and category, never per line. Rates are 1/1000 of a percent."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.money import share

WHOLE = 100_000
"""100 % in thousandths of a percent."""


@dataclass(frozen=True)
class Taxable:
    """One line: `amount` in minor units, net or gross as the prices are."""

    amount: int
    category: str
    rate: int


@dataclass(frozen=True)
class TaxRow:
    """The tax of all lines of one category and rate, in minor units."""

    category: str
    rate: int
    net: int
    tax: int


@dataclass(frozen=True)
class Totals:
    """`nets` are the lines' net amounts in their order; net + tax = total."""

    nets: list[int]
    rows: list[TaxRow]
    net: int
    tax: int
    total: int


def net_of(gross: int, rate: int) -> int:
    """round(gross / (1 + rate)): 9.99 at 19 % is 8.39."""
    return share(gross, WHOLE, WHOLE + rate)


def totals(lines: Sequence[Taxable], gross: bool) -> Totals:
    """Add up lines. Tax = round(group net × rate); from gross prices, gross − net.

    EN 16931 BR-CO-14 to 17: the total is the sum of nets plus the sum of the rows' tax.
    """
    nets = [0] * len(lines)
    rows = []
    for category, rate in dict.fromkeys((line.category, line.rate) for line in lines):
        members = [
            i for i, line in enumerate(lines) if (line.category, line.rate) == (category, rate)
        ]
        amount = sum(lines[i].amount for i in members)
        net = net_of(amount, rate) if gross else amount
        tax = amount - net if gross else share(net, rate, WHOLE)
        running = 0
        for i in members:
            before, running = running, running + lines[i].amount
            # By what the sum grows, so that the lines' nets add up to the group's.
            nets[i] = net_of(running, rate) - net_of(before, rate) if gross else lines[i].amount
        rows.append(TaxRow(category, rate, net, tax))
    net, tax = sum(row.net for row in rows), sum(row.tax for row in rows)
    return Totals(nets, rows, net, tax, net + tax)


@dataclass(frozen=True)
class Creditable:
    """One line of an invoice: what it bills, what was credited of it, and what is credited now."""

    amount: int
    net: int
    category: str
    rate: int
    credited: int
    credit: int


def credit(lines: Sequence[Creditable], gross: bool) -> Totals:
    """What crediting takes back; `lines` are all of an invoice, `nets` those credited now.

    Each note takes back by how much the tax of what is left falls, so that all notes of an
    invoice together give back its net and its tax to the minor unit.
    """
    nets = [_net_taken(line, gross) for line in lines]
    rows = []
    for category, rate in dict.fromkeys((line.category, line.rate) for line in lines):
        members = [i for i, x in enumerate(lines) if (x.category, x.rate) == (category, rate)]
        amount = sum(lines[i].credit for i in members)
        net = sum(nets[i] for i in members)
        if gross:
            tax = amount - net
        else:
            left = sum(lines[i].amount - lines[i].credited for i in members)
            tax = share(left, rate, WHOLE) - share(left - amount, rate, WHOLE)
        if amount:
            rows.append(TaxRow(category, rate, net, tax))
    net, tax = sum(row.net for row in rows), sum(row.tax for row in rows)
    credited_now = [taken for taken, line in zip(nets, lines, strict=True) if line.credit]
    return Totals(credited_now, rows, net, tax, net + tax)


def _net_taken(line: Creditable, gross: bool) -> int:
    if not gross or not line.credit:
        return line.credit
    after = line.credited + line.credit
    return share(line.net, after, line.amount) - share(line.net, line.credited, line.amount)
