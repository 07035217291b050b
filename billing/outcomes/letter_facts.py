"""What a client knows of the past: what was billed to them, and the results they valued.

Read from the imported hours of that client alone, and of these only what has an amount: hours
that were not billed, private effort, cost, floor and margins never get here. Writes nothing.
"""

from dataclasses import dataclass
from datetime import date

from peewee import fn

from billing.outcomes import audit_editing
from models import Client, HoursEntry, User
from models.folding import fold


@dataclass(frozen=True)
class Known:
    """Billed in minor units by currency, over `seconds`, from the first day to the last."""

    first: date
    last: date
    seconds: int
    billed: dict[str, int]


def past_names(owner: User) -> list[str]:
    """The names that clients have in the imported hours."""
    rows = HoursEntry.of(owner).select(HoursEntry.client).where(HoursEntry.client != "")
    return sorted({name for (name,) in rows.distinct().tuples()}, key=fold)


def past_name(client: Client) -> str:
    """The name under which this client is found there, "" if under none."""
    own = {fold(name) for name in (client.name, client.legal_name) if name}
    return next((name for name in past_names(client.owner) if fold(name) in own), "")


def known(owner: User, name: str) -> Known | None:
    """What was billed to the client of that name, however it is written; None where nothing was."""
    entry = HoursEntry
    alike = [each for each in past_names(owner) if fold(each) == fold(name)]
    rows = list(
        entry.select(
            entry.currency,
            fn.SUM(entry.amount),
            fn.SUM(entry.seconds),
            fn.MIN(entry.worked_on),
            fn.MAX(entry.worked_on),
        )
        .where(
            entry.owner == owner.id,
            entry.client.in_(alike),
            entry.billable,
            entry.amount > 0,
            entry.currency != "",
        )
        .group_by(entry.currency)
        .order_by(entry.currency)
        .tuples()
    )
    if not rows:
        return None
    return Known(
        min(first for *_sums, first, _last in rows),
        max(last for *_sums, _first, last in rows),
        sum(int(seconds) for _currency, _billed, seconds, *_days in rows),
        {currency: int(billed) for currency, billed, *_rest in rows},
    )


def results(owner: User, name: str) -> list[str]:
    """What the client of that name valued, as the audit says."""
    found = sorted(audit_editing.valued(owner).items())
    return list(
        dict.fromkeys(result for (client, _project), result in found if fold(client) == fold(name))
    )
