"""Rows of a file made into entries, or into the reason why not."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from billing import money
from billing.importing import cells as typed
from billing.importing.tabular import Table
from billing.money import CURRENCIES
from billing.outcomes import reading
from billing.outcomes.mapping import Reading
from billing.refusals import N_, Refusal

LONGEST_NAME = 200
LONGEST_TEXT = 2000

NO = frozenset(
    {"no", "n", "false", "0", "nein", "non", "nie", "não", "non-billable", "nicht abrechenbar"}
)


DIGIT, NOT_ZERO = re.compile(r"\d"), re.compile(r"[^\D0]")


class AmountBelowZero(Refusal):
    sentence = N_("An amount cannot be below zero here.")


@dataclass(frozen=True)
class Entry:
    """One row as it is kept. Time in seconds, `amount` in minor units if the row says one."""

    key: str
    worked_on: date
    seconds: int
    client: str
    project: str
    kind: str
    description: str
    person: str
    billable: bool
    amount: int | None
    currency: str


@dataclass(frozen=True)
class Problem:
    """A row that is not taken: the field at fault, what stands in it, and why."""

    line: int
    column: str
    text: str
    refusal: Refusal


def entries(table: Table, how: Reading) -> Iterator[Entry | Problem]:
    """One of them for each row, in the file's order."""
    alike: Counter[str] = Counter()
    named = typed.currencies_of(table.header)
    for line, cells in table.rows():
        try:
            yield _entry(cells, how, named, alike)
        except _Fault as fault:
            yield Problem(line, fault.field, fault.text[:LONGEST_NAME], fault.refusal)


class _Fault(Exception):
    """Where in a row the refusal lies."""

    def __init__(self, field: str, text: str, refusal: Refusal) -> None:
        super().__init__(field)
        self.field, self.text, self.refusal = field, text, refusal


def _entry(
    cells: Sequence[str], how: Reading, named: Mapping[int, str], alike: Counter[str]
) -> Entry:
    worked_on = how.text(cells, "worked_on")
    try:
        day = typed.day(worked_on, how.order)
    except Refusal as refusal:
        raise _Fault("worked_on", worked_on, refusal) from refusal
    seconds = _seconds(cells, how)
    billable = how.text(cells, "billable").casefold() not in NO
    amount, currency = _amount(cells, how, named, seconds if billable else 0)
    said = {
        "client": how.text(cells, "client")[:LONGEST_NAME],
        "project": how.text(cells, "project")[:LONGEST_NAME],
        "kind": how.text(cells, "kind")[:LONGEST_NAME],
        "description": how.text(cells, "description")[:LONGEST_TEXT],
        "person": how.text(cells, "person")[:LONGEST_NAME],
    }
    digest = sha256(
        "\0".join(
            (day.isoformat(), how.text(cells, "started_at"), str(seconds), *said.values())
        ).encode("utf-8", "replace")
    ).hexdigest()[:40]
    alike[digest] += 1
    key = f"{digest}:{alike[digest]}"
    return Entry(key, day, seconds, **said, billable=billable, amount=amount, currency=currency)


def _seconds(cells: Sequence[str], how: Reading) -> int:
    """The time a row says, or else from when it began to when it ended."""
    field, text = "hours", how.text(cells, "hours")
    began = "" if text else how.text(cells, "started_at")
    if began and (ended := how.text(cells, "ended_at")):
        field, text = "ended_at", ended
    try:
        if field == "ended_at":
            return reading.between(began, text, how.order)
        return reading.duration(text, how.totals)
    except Refusal as refusal:
        raise _Fault(field, text, refusal) from refusal


def _amount(
    cells: Sequence[str], how: Reading, named: Mapping[int, str], seconds: int
) -> tuple[int | None, str]:
    """What was billed for a row, or its rate times its time; nothing where neither is said.

    Of several columns that say one, each in a currency of its own, the first above zero counts.
    """
    for field in ("amount", "rate"):
        said = [each for each in how.texts(cells, field) if DIGIT.search(each[1])]
        if not said:
            continue
        place, text = next((each for each in said if NOT_ZERO.search(each[1])), said[0])
        minor, currency = _money(cells, how, field, text, named.get(place, ""))
        if field == "rate":
            minor = money.round_half_up(Decimal(minor) * seconds / reading.HOUR)
        return minor, currency
    return None, ""


def _money(
    cells: Sequence[str], how: Reading, field: str, text: str, named: str
) -> tuple[int, str]:
    """A cell's minor units. Its currency is said in a column, the column's name, or the cell."""
    told = how.text(cells, "currency")
    code = _currency(told, how) if told else named
    grouping = "." if how.decimal == "," else ","
    try:
        try:
            currency = code or _currency("", how)
            minor = money.parse(text, currency, grouping)
        except money.OtherCurrency:
            currency = typed.currency_named(text)
            if code or not currency:
                raise
            minor = money.parse(text, currency, grouping)
    except Refusal as refusal:
        raise _Fault(field, text, refusal) from refusal
    if minor < 0:
        raise _Fault(field, text, AmountBelowZero())
    return minor, currency


def _currency(text: str, how: Reading) -> str:
    code = typed.currency_in(text.upper()) if text else how.currency
    if code not in CURRENCIES:
        raise _Fault("currency", text, typed.UnknownCurrency(text=text))
    return code
