"""What an owner claims of a business that pays late: interest and a fixed sum, beside the invoice.

It alters no invoice and is charged by nothing: a letter tells it, with how it is computed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from billing import format
from billing.dunning import interest, schemes
from billing.dunning.interest import Stretch
from billing.dunning.schemes import Scheme
from billing.paying import withholding
from billing.refusals import N_, Conflict
from billing.workdays import DAY
from models import ClientKind, Invoice, Payment, WriteOff


class BaseRateMissing(Conflict):
    """Facts: `since` (ISO 8601), `day`."""

    sentence = N_(
        "Your table has no base rate since %(day)s. Enter it in the settings, Late payment,"
        " or claim nothing there."
    )


@dataclass(frozen=True)
class Late:
    """Interest and fixed sum in minor units of the invoice's currency, and what they follow
    from."""

    scheme: Scheme
    stretches: list[Stretch]
    interest: int
    fixed: int
    sources: list[str]

    @property
    def total(self) -> int:
        return self.interest + self.fixed

    @property
    def said(self) -> dict[str, Any]:
        """As a letter freezes it."""
        return {
            "interest": self.interest,
            "fixed": self.fixed,
            "points": self.scheme.points,
            "law": self.scheme.source,
            "sources": self.sources,
            "stretches": [
                {
                    "first": each.first.isoformat(),
                    "last": each.last.isoformat(),
                    "days": each.days,
                    "base": each.base,
                    "rate": each.rate,
                }
                for each in self.stretches
            ],
        }


def claim(invoice: Invoice, today: date) -> Late | None:
    """What may be claimed of an issued invoice on the seller's day, from the day after it was due.

    None where the owner claims nothing, of consumers, and while nothing is late. What is paid
    bears no interest from its day on; what is credited or written off bears none at all.
    Refuses BaseRateMissing.
    """
    plan, first = schemes.plan_of(invoice.owner_id), invoice.due_on + DAY
    if plan.scheme is None or invoice.client.kind == ClientKind.CONSUMER or today < first:
        return None
    scheme = plan.scheme
    table = {row.since: row for row in schemes.rates_of(invoice.owner_id, scheme.reference)}
    used = []
    for since in _half_years(first, today):
        if since not in table:
            raise BaseRateMissing(since=since.isoformat(), day=format.date(since))
        used.append(table[since])
    rates = [(row.since, row.rate + scheme.points) for row in used]
    found = interest.stretches(_owed(invoice, first), rates, first, today)
    if not found:
        return None
    fixed = scheme.fixed_sum(found[0].base, str(invoice.currency)) if plan.fixed else 0
    sources = list(dict.fromkeys(row.source for row in used))
    return Late(scheme, found, interest.amount(found), fixed, sources)


def _half_years(first: date, last: date) -> list[date]:
    """The days from which the base rates between two days hold."""
    found = [schemes.half_year(first)]
    while True:
        since = found[-1]
        following = date(since.year + (since.month == 7), 1 if since.month == 7 else 7, 1)
        if following > last:
            return found
        found.append(following)


def _owed(invoice: Invoice, first: date) -> list[tuple[date, int]]:
    """What was due from the client from `first` on, day by day as it was paid (minor units).

    Tax that they keep back is never theirs to send, so nothing is late of it.
    """
    notes = Invoice.select().where(Invoice.credits == invoice.id)
    offs = WriteOff.select().where(WriteOff.invoice == invoice.id)
    credited, withheld = sum(int(row.total) for row in notes), 0
    left = int(invoice.total) - credited - sum(int(row.amount) for row in offs)
    received: dict[date, list[Payment]] = {first: []}
    for row in Payment.select().where(Payment.invoice == invoice.id):
        received.setdefault(max(first, row.received_on), []).append(row)
    steps = []
    for day in sorted(received):
        left -= sum(int(row.amount) for row in received[day])
        withheld += sum(
            int(row.amount) for row in received[day] if row.method == withholding.METHOD
        )
        steps.append((day, left - withholding.kept_back(invoice, left, credited, withheld)))
    return steps
