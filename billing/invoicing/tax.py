"""Tax of an invoice: per rate and category, never per line. Rates are 1/1000 of a percent."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from billing.money import allocate, share

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
    """`nets` are the lines' net amounts in their order; net + tax = total.

    Of a discount on the whole, `shares` is each line's part in the prices' basis and
    `net_shares` what that is net; the rows and the sums have it taken off.
    """

    nets: list[int]
    rows: list[TaxRow]
    net: int
    tax: int
    total: int
    shares: list[int] = field(default_factory=list)
    net_shares: list[int] = field(default_factory=list)


def net_of(gross: int, rate: int) -> int:
    """round(gross / (1 + rate)): 9.99 at 19 % is 8.39."""
    return share(gross, WHOLE, WHOLE + rate)


def totals(lines: Sequence[Taxable], gross: bool, discount: int = 0) -> Totals:
    """Add up lines. Tax = round(group net × rate); from gross prices, gross − net.

    EN 16931 BR-CO-14 to 17: the total is the sum of nets plus the sum of the rows' tax. A
    `discount` on the whole (minor units, the prices' basis) is spread over the groups in
    proportion, and within each over its lines; both to the minor unit.
    """
    groups = _grouped([(line.category, line.rate) for line in lines])
    shares = _spread(lines, groups, discount)
    nets, net_shares, rows = [0] * len(lines), [0] * len(lines), []
    for (category, rate), members in groups.items():
        amounts = [lines[i].amount for i in members]
        after = [lines[i].amount - shares[i] for i in members]
        for i, net, left in zip(members, *_both_net(amounts, after, rate, gross), strict=True):
            nets[i], net_shares[i] = net, net - left
        amount, net = sum(after), sum(nets[i] - net_shares[i] for i in members)
        rows.append(TaxRow(category, rate, net, amount - net if gross else share(net, rate, WHOLE)))
    net, tax = sum(row.net for row in rows), sum(row.tax for row in rows)
    return Totals(nets, rows, net, tax, net + tax, shares, net_shares)


def _grouped(keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], list[int]]:
    """The places of the lines of each category and rate, in the order of their first."""
    groups: dict[tuple[str, int], list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return groups


def _spread(
    lines: Sequence[Taxable], groups: dict[tuple[str, int], list[int]], discount: int
) -> list[int]:
    """Each line's part of a discount on the whole."""
    parts = [0] * len(lines)
    if not discount:
        return parts
    weights = [sum(lines[i].amount for i in members) for members in groups.values()]
    for members, part in zip(groups.values(), allocate(discount, weights), strict=True):
        if part:
            inner = allocate(part, [lines[i].amount for i in members])
            for i, each in zip(members, inner, strict=True):
                parts[i] = each
    return parts


def _both_net(
    amounts: list[int], after: list[int], rate: int, gross: bool
) -> tuple[list[int], list[int]]:
    """The lines' nets before and after the discount, each adding up to its group's."""
    if not gross:
        return amounts, after
    return _nets_of(amounts, rate), _nets_of(after, rate)


def _nets_of(amounts: list[int], rate: int) -> list[int]:
    running, nets = 0, []
    for amount in amounts:
        # By what the sum grows, so that the lines' nets add up to the group's.
        nets.append(net_of(running + amount, rate) - net_of(running, rate))
        running += amount
    return nets


@dataclass(frozen=True)
class Creditable:
    """One line of an invoice: what it bills, what was credited of it, and what is credited now.

    `allowance` is its part of the invoice's discount on the whole, in the prices' basis and net.
    """

    amount: int
    net: int
    category: str
    rate: int
    credited: int
    credit: int
    allowance: int = 0
    allowance_net: int = 0

    def taken(self, whole: int) -> int:
        """What crediting takes back of `whole`, all of which the line's amount stands for."""
        if not self.credit:
            return 0
        after = self.credited + self.credit
        return share(whole, after, self.amount) - share(whole, self.credited, self.amount)


def credit(lines: Sequence[Creditable], gross: bool) -> Totals:
    """What crediting takes back; `lines` are all of an invoice, the lists those credited now.

    Each note takes back by how much the tax of what is left falls, so that all notes of an
    invoice together give back its net and its tax to the minor unit.
    """
    nets = [line.taken(line.net) if gross else line.credit for line in lines]
    shares = [line.taken(line.allowance) for line in lines]
    net_shares = [line.taken(line.allowance_net) for line in lines]
    rows = []
    for (category, rate), members in _grouped([(x.category, x.rate) for x in lines]).items():
        amount = sum(lines[i].credit - shares[i] for i in members)
        net = sum(nets[i] - net_shares[i] for i in members)
        if gross:
            tax = amount - net
        else:
            left = sum(_left(lines[i]) for i in members)
            tax = share(left, rate, WHOLE) - share(left - net, rate, WHOLE)
        if any(lines[i].credit for i in members):
            rows.append(TaxRow(category, rate, net, tax))
    net, tax = sum(row.net for row in rows), sum(row.tax for row in rows)
    now = [i for i, line in enumerate(lines) if line.credit]
    picked = [[column[i] for i in now] for column in (nets, shares, net_shares)]
    return Totals(picked[0], rows, net, tax, net + tax, picked[1], picked[2])


def _left(line: Creditable) -> int:
    """What a line with net prices still bills, less its part of the discount."""
    given = line.allowance_net - share(line.allowance_net, line.credited, line.amount or 1)
    return line.amount - line.credited - given
