"""Statements as CSV: which column holds what, guessed from its name or chosen by a person."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from billing import money
from billing.banking.movements import Fault, Movement, Row, checked
from billing.importing import cells
from billing.importing.tabular import Table
from billing.money import CURRENCIES
from billing.refusals import N_, NotAnAmount, Refusal

FIELDS = (
    "booked_on", "amount", "money_in", "money_out", "side", "currency", "name", "iban", "text",
    "reference",
)  # fmt: skip
"""What a movement is read from: a day, and one column of amounts or two."""

USUAL: dict[str, tuple[str, ...]] = {
    "booked_on": (
        "buchungstag", "buchungsdatum", "booking date", "booked on", "posting date", "posted",
        "transaction date", "date", "datum", "date operation", "date de comptabilisation",
        "fecha", "fecha operacion", "data", "data operazione", "boekdatum", "completed date",
        "valutadatum", "wertstellung", "value date",
    ),
    "amount": (
        "betrag", "umsatz", "betrag (eur)", "amount", "transaction amount", "montant", "importe",
        "importo", "bedrag", "kwota", "summe", "amount (eur)", "amount (usd)", "total",
    ),
    "money_in": (
        "haben", "gutschrift", "credit", "money in", "paid in", "deposit", "deposits", "credits",
        "gutschrift in chf", "ingresos", "abono", "entrate", "avere",
    ),
    "money_out": (
        "soll", "lastschrift", "belastung", "debit", "money out", "paid out", "withdrawal",
        "withdrawals", "debits", "lastschrift in chf", "gastos", "cargo", "uscite", "dare",
    ),
    "side": ("soll/haben", "s/h", "credit/debit", "cr/dr", "debit/credit", "af bij"),
    "currency": ("wahrung", "waehrung", "currency", "devise", "divisa", "moneda", "valuta", "munt"),
    "name": (
        "name zahlungsbeteiligter", "beguenstigter/zahlungspflichtiger",
        "auftraggeber/empfanger", "auftraggeber / begunstigter", "zahlungspflichtiger",
        "zahlungspflichtige*r", "auftraggeber", "zahler", "auftraggeber/beguenstigter", "payer",
        "payer name", "counterparty", "counterparty name",
        "name", "partner name", "payee", "contrepartie", "naam / omschrijving",
    ),
    "iban": (
        "iban zahlungsbeteiligter", "kontonummer/iban", "iban", "counterparty account",
        "account number", "partner iban", "payer account", "tegenrekening",
    ),
    "text": (
        "verwendungszweck", "buchungstext", "description", "memo", "details", "reference text",
        "payment reference", "narrative", "libelle", "concepto", "descripcion", "causale",
        "mededelingen", "mitteilung",
    ),
    "reference": ("creditor reference", "structured reference", "qr reference", "kreditorreferenz"),
}  # fmt: skip
"""How banks call their columns, folded; the more telling name first."""

IN = frozenset({"h", "haben", "c", "cr", "crdt", "credit", "in", "bij", "+"})
OUT = frozenset({"s", "soll", "d", "dr", "dbit", "debit", "out", "af", "-"})


class DayColumnMissing(Refusal):
    sentence = N_("Choose which column holds the day.")
    field = "booked_on"


class AmountColumnMissing(Refusal):
    sentence = N_("Choose which column holds the amount, or which two hold money in and out.")
    field = "amount"


class DayOrderUnclear(Refusal):
    sentence = N_("Say which comes first in the dates, the day or the month.")
    field = "order"


class StatementCurrencyMissing(Refusal):
    sentence = N_("Say which currency the account is in.")
    field = "currency_of_all"


@dataclass(frozen=True)
class Reading:
    """How a table is read: columns by field, the order of days, the decimal sign, a currency."""

    columns: Mapping[str, Sequence[int]]
    order: str = ""
    decimal: str = "."
    currency: str = ""

    def stored(self) -> dict[str, Any]:
        """Plain data, as `of` reads it again."""
        return {**self.__dict__, "columns": {key: list(each) for key, each in self.columns.items()}}

    def text(self, row: Sequence[str], field: str) -> str:
        """What the cells of a row say of a field; several columns of text are one."""
        said = [
            row[place].strip()
            for place in self.columns.get(field, ())
            if place < len(row) and row[place].strip()
        ]
        return " ".join(said) if field == "text" else next(iter(said), "")

    def refuse_unfit(self, table: Table) -> None:
        """Refuse what cannot be read so: DayColumnMissing, AmountColumnMissing, DayOrderUnclear,
        StatementCurrencyMissing."""
        if not self.columns.get("booked_on"):
            raise DayColumnMissing
        if not any(self.columns.get(each) for each in ("amount", "money_in", "money_out")):
            raise AmountColumnMissing
        if not self.order and cells.is_ambiguous(cells.column(table, self.columns["booked_on"])):
            raise DayOrderUnclear
        if not self.columns.get("currency") and self.currency not in CURRENCIES:
            raise StatementCurrencyMissing


def of(stored: Mapping[str, Any]) -> Reading:
    """A reading as it was kept."""
    return Reading(**stored)


def guess(table: Table, currency: str) -> Reading:
    """How a table is most likely read; `currency` is the owner's, where no column names one."""
    names = [cells.bare(name) for name in table.header]
    columns: dict[str, list[int]] = {}
    for field, known in USUAL.items():
        places = [names.index(name) for name in known if name in names]
        if places:
            columns[field] = places if field == "text" else places[:1]
    if "amount" in columns:
        columns = {key: at for key, at in columns.items() if key not in ("money_in", "money_out")}
    return completed(Reading(columns, currency=_named(table, columns) or currency), table)


def _named(table: Table, columns: Mapping[str, Sequence[int]]) -> str:
    """The currency that the head of a column of money names."""
    for field in ("amount", "money_in"):
        for place in columns.get(field, ()):
            code = cells.currency_in(table.header[place])
            if code in CURRENCIES:
                return code
    return ""


def completed(given: Reading, table: Table) -> Reading:
    """With the order of days and the decimal sign, where the file itself tells them."""
    numbers = [
        text
        for field in ("amount", "money_in", "money_out")
        for text in cells.column(table, given.columns.get(field, ()))
    ]
    days = cells.column(table, given.columns.get("booked_on", ()))
    return replace(
        given,
        order=given.order or cells.order_of(days),
        decimal="," if cells.has_commas(numbers) else ".",
    )


def rows(table: Table, how: Reading, today: date) -> Iterator[Row]:
    """One of them for each row, in the file's order."""
    for line, row in table.rows():
        try:
            yield checked(_movement(row, how), today)
        except Fault as fault:
            yield fault.problem(line)


def _movement(row: Sequence[str], how: Reading) -> Movement:
    day = how.text(row, "booked_on")
    try:
        booked_on = cells.day(day, how.order)
    except Refusal as refusal:
        raise Fault("booked_on", day, refusal) from refusal
    currency = how.text(row, "currency").upper() or how.currency
    if currency not in CURRENCIES:
        currency = cells.currency_in(currency) or currency
    return Movement(
        booked_on=booked_on,
        amount=_amount(row, how, currency),
        currency=currency,
        name=how.text(row, "name"),
        iban=how.text(row, "iban"),
        reference=how.text(row, "reference"),
        text=how.text(row, "text"),
    )


def _amount(row: Sequence[str], how: Reading, currency: str) -> int:
    """Minor units, below zero where money went out. Raises Fault."""
    if how.columns.get("amount"):
        amount = parsed(how.text(row, "amount"), currency, how.decimal)
        side = how.text(row, "side").casefold()
        return -abs(amount) if side in OUT else abs(amount) if side in IN else amount
    amount = 0
    for field, sign in (("money_in", 1), ("money_out", -1)):
        text = how.text(row, field)
        if text:
            amount += sign * abs(parsed(text, currency, how.decimal))
    return amount


def parsed(text: str, currency: str, decimal: str) -> int:
    """Minor units of an amount as banks write it: 1.234,56-, (12.00), +3'000.50. Raises Fault."""
    bare = re.sub(r"[\s'’\u00a0\u202f]", "", text).replace("\u2212", "-")
    is_out = bare.startswith(("-", "(")) or bare.endswith("-")
    bare = bare.strip("()+-")
    if not any(sign.isdecimal() for sign in bare):
        raise Fault("amount", text, NotAnAmount(text=text[:40]))
    try:
        minor = money.parse(bare, currency, "." if decimal == "," else ",")
    except Refusal as refusal:
        raise Fault("amount", text, refusal) from refusal
    return -minor if is_out else minor
