"""One movement on an account as any file tells of it, and what makes it the same in another."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from billing.importing.cells import UnknownCurrency
from billing.money import CURRENCIES
from billing.paying import money_days
from billing.refusals import N_, Refusal

LONGEST_NAME = 200
LONGEST_TEXT = 1000


class StatementUnreadable(Refusal):
    sentence = N_(
        "This is no bank statement that we can read. Export it as CAMT.053 (XML) or as CSV with a"
        " row of column names."
    )
    field = "file"


class StatementEmpty(Refusal):
    sentence = N_("There is no booked movement in this file.")
    field = "file"


class StatementTooLarge(Refusal):
    sentence = N_("This file is too large. Export it in parts of at most 20,000 rows and 24 MB.")
    field = "file"


class NoMovement(Refusal):
    sentence = N_("The amount is zero.")


LARGEST = 24 * 1024 * 1024
"""Bytes of a statement."""

MOST = 20_000
"""Movements of one statement."""


@dataclass(frozen=True)
class Movement:
    """What happened on `account`: `amount` in minor units, below zero where money went out.

    `name` and `iban` are the other side's, `reference` is a structured one, `ours` what the
    bank itself calls it.
    """

    booked_on: date
    amount: int
    currency: str
    account: str = ""
    name: str = ""
    iban: str = ""
    reference: str = ""
    text: str = ""
    ours: str = ""
    key: str = ""


@dataclass(frozen=True)
class Problem:
    """A row that is not taken: the field at fault, what stands in it, and why."""

    line: int
    column: str
    text: str
    refusal: Refusal


Row = Movement | Problem


class Fault(Exception):
    """Where in a row the refusal lies."""

    def __init__(self, column: str, text: str, refusal: Refusal) -> None:
        super().__init__(column)
        self.column, self.text, self.refusal = column, text, refusal

    def problem(self, line: int) -> Problem:
        return Problem(line, self.column, self.text[:LONGEST_NAME], self.refusal)


def checked(movement: Movement, today: date) -> Movement:
    """The movement with its texts cut to what is kept. Raises Fault."""
    if movement.currency not in CURRENCIES:
        text = movement.currency
        raise Fault("currency", text, UnknownCurrency(text=text))
    if movement.amount == 0:
        raise Fault("amount", "0", NoMovement())
    try:
        money_days.check(movement.booked_on, today)
    except Refusal as refusal:
        raise Fault("booked_on", movement.booked_on.isoformat(), refusal) from refusal
    return replace(
        movement,
        account=compact(movement.account)[:40],
        name=_line(movement.name)[:LONGEST_NAME],
        iban=compact(movement.iban)[:40],
        reference=compact(movement.reference)[:40],
        text=_line(movement.text)[:LONGEST_TEXT],
    )


def compact(text: str) -> str:
    """Letters and digits alone, as an account or a reference is compared."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _line(text: str) -> str:
    return " ".join(text.split())


def keyed(rows: Iterable[Row]) -> Iterator[Row]:
    """Each with its key: a digest of what it says, and the how-manieth alike it is.

    Two transfers of one amount on one day are two, in this file and in any that overlaps it.
    """
    alike: Counter[str] = Counter()
    for row in rows:
        if isinstance(row, Problem):
            yield row
            continue
        said = (
            row.booked_on.isoformat(), str(row.amount), row.currency, row.account, row.name,
            row.iban, row.reference, row.text, row.ours,
        )  # fmt: skip
        digest = sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:40]
        alike[digest] += 1
        yield replace(row, key=f"{digest}.{alike[digest]}")
