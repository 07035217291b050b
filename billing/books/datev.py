"""The books as a DATEV booking batch (EXTF 700, Buchungsstapel): documents and payments in euro.

Source of the form: DATEV's description of its interface format. Accounts are those of the
standard charts SKR03 and SKR04; whoever imports it can map them anew.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from billing.books import records
from billing.books.records import Issued, Period, Received
from billing.money import to_decimal
from billing.refusals import N_, Refusal
from models import User, WriteOff


class NotANumberAtDatev(Refusal):
    sentence = N_("The consultant's number has up to 7 digits, the client's up to 5.")
    field = "consultant"


class NotOneYear(Refusal):
    """Its days say day and month alone, so those of another year would be booked in this one."""

    sentence = N_("A batch for DATEV is about days of one year. Make one for each year.")
    field = "last"


CHARTS: dict[str, dict[tuple[str, int] | str, int]] = {
    "SKR03": {
        ("S", 19_000): 8400, ("S", 7000): 8300, ("AE", 0): 8336, ("G", 0): 8120,
        ("E", 0): 8195, ("O", 0): 8338, "other": 8200, "bank": 1200, "bad debt": 2400,
    },
    "SKR04": {
        ("S", 19_000): 4400, ("S", 7000): 4300, ("AE", 0): 4336, ("G", 0): 4120,
        ("E", 0): 4185, ("O", 0): 4338, "other": 4200, "bank": 1800, "bad debt": 6930,
    },
}  # fmt: skip
"""Revenue by category and rate; the accounts of whole rates book the tax by themselves."""

DEBTORS = 10_000
"""The first account of a debtor; a client's is this plus its number here."""

COLUMNS = (
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz",
    "WKZ Basis-Umsatz", "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum",
    "Belegfeld 1", "Belegfeld 2", "Skonto", "Buchungstext",
)  # fmt: skip


@dataclass(frozen=True)
class Office:
    """Whom the batch is for: the consultant's and the client's number there, and the chart."""

    consultant: int
    client: int
    chart: str = "SKR03"

    def check(self) -> None:
        """Refuse NotANumberAtDatev."""
        if not (0 < self.consultant < 10**7 and 0 < self.client < 10**5):
            raise NotANumberAtDatev


def written(owner: User, period: Period, office: Office, now: datetime) -> bytes:
    """The batch in Windows-1252, as DATEV reads it; only what is in euro. Refuses
    NotANumberAtDatev, NotOneYear."""
    office.check()
    if period.first.year != period.last.year:
        raise NotOneYear
    rows = [_row(each, office) for each in _bookings(owner, period, office)]
    lines = [_head(period, office, now), _line(COLUMNS), *map(_line, rows)]
    return "\r\n".join([*lines, ""]).encode("cp1252", "replace")


@dataclass(frozen=True)
class Booking:
    """An amount (minor units, of either sign) on a debtor's account against another."""

    amount: int
    client: int
    against: int
    day: date
    number: str
    told: str


def _bookings(owner: User, period: Period, office: Office) -> Iterator[Booking]:
    chart = CHARTS[office.chart]
    for issued in records.issued(owner, period):
        if issued.invoice.currency == "EUR":
            yield from _billed(issued, chart)
    for received in records.received(owner, period):
        # A client's credit lies on the same debtor's account, so using it books nothing.
        if received.issued.invoice.currency == "EUR" and received.is_money:
            yield _paid(received, chart)
    for entry in records.credit_paid_back(owner, period):
        if entry.currency == "EUR":
            told = f"Rückzahlung {entry.client.name}"
            amount, day = -int(entry.amount), entry.moved_on
            yield Booking(amount, entry.client_id, chart["bank"], day, "", told)
    for made in records.written_off(owner, period):
        if made.invoice.currency == "EUR":
            yield _written_off(made, chart)


def _billed(issued: Issued, chart: dict[tuple[str, int] | str, int]) -> Iterator[Booking]:
    row = issued.invoice
    # A name alone could be a formula to the spreadsheet that somebody opens the file in.
    told = f"{'Rechnung' if issued.sign > 0 else 'Gutschrift'} {row.client.name}"
    for part in issued.parts:
        account = chart.get((part.category, part.rate), chart["other"])
        yield Booking(part.net + part.tax, row.client_id, account, row.issued_on, row.number, told)


def _paid(received: Received, chart: dict[tuple[str, int] | str, int]) -> Booking:
    payment, row = received.payment, received.issued.invoice
    amount, told = -int(payment.amount), f"Zahlung {row.client.name}"
    return Booking(amount, row.client_id, chart["bank"], payment.received_on, row.number, told)


def _written_off(made: WriteOff, chart: dict[tuple[str, int] | str, int]) -> Booking:
    """Gross and without a tax key: whether and when its tax comes back is for the accountant."""
    row, account = made.invoice, chart["bad debt"]
    amount, told = -int(made.amount), f"Forderungsverlust {row.client.name}"
    return Booking(amount, row.client_id, account, made.written_on, row.number, told)


def _row(booking: Booking, office: Office) -> Sequence[str | int]:
    amount = f"{to_decimal(abs(booking.amount), 'EUR'):.2f}".replace(".", ",")
    side = "S" if booking.amount >= 0 else "H"
    return [
        Bare(amount), side, "EUR", Bare(""), Bare(""), "", DEBTORS + booking.client,
        booking.against, "", Bare(f"{booking.day:%d%m}"), _field(booking.number), "", Bare(""),
        booking.told[:60],
    ]  # fmt: skip


UNKNOWN = re.compile(r"[^A-Za-z0-9_$&%*+/-]")


def _field(number: str) -> str:
    """A number in the few signs that DATEV takes in it, so that payments find their invoice."""
    return UNKNOWN.sub("-", number)[:36]


class Bare(str):
    """A value that DATEV wants without quotation marks."""


def _head(period: Period, office: Office, now: datetime) -> str:
    year = date(period.first.year, 1, 1)
    return _line([
        "EXTF", 700, 21, "Buchungsstapel", 13, Bare(f"{now:%Y%m%d%H%M%S}000"), Bare(""), "RE", "",
        "", office.consultant, office.client, Bare(f"{year:%Y%m%d}"), 4,
        Bare(f"{period.first:%Y%m%d}"), Bare(f"{period.last:%Y%m%d}"), "Milepost", "", 1, 0, 0,
        "EUR", Bare(""), "", Bare(""), Bare(""), office.chart.removeprefix("SKR"), Bare(""),
        Bare(""), "", "",
    ])  # fmt: skip


def _line(cells: Sequence[str | int]) -> str:
    return ";".join(str(cell) if isinstance(cell, int | Bare) else _quoted(cell) for cell in cells)


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace('"', '""')
    return f'"{plain}"'
