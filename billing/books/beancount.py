"""The books as a beancount ledger: each document and payment one balanced transaction."""

from datetime import date

from billing.books import records
from billing.books.records import Issued, Period, Received, TaxPart
from billing.money import to_decimal
from models import CreditEntry, User, WriteOff

BANK = "Assets:Bank"
RECEIVABLE = "Assets:Receivable"
INCOME = "Income:Services"
CREDIT = "Liabilities:Client-Credit"
BAD_DEBT = "Expenses:Bad-Debt"


def written(owner: User, period: Period) -> str:
    """All of a period. Amounts are exact, and every transaction adds up to nothing."""
    entries = [*map(_billed, records.issued(owner, period))]
    entries += map(_paid, records.received(owner, period))
    entries += map(_paid_back, records.credit_paid_back(owner, period))
    entries += map(_written_off, records.written_off(owner, period))
    entries.sort(key=lambda entry: entry[0])
    accounts = sorted({account for _day, _text, used in entries for account in used})
    opened = [f"{period.first} open {account}" for account in accounts]
    texts = [text for _day, text, _used in entries]
    return "\n".join(["; Milepost", "", *opened, "", *texts])


Entry = tuple[date, str, list[str]]


def _billed(issued: Issued) -> Entry:
    row = issued.invoice
    postings = [(RECEIVABLE, issued.sign * int(row.total))]
    for part in issued.parts:
        postings.append((INCOME, -part.net))
        if part.tax:
            postings.append((_tax_account(part), -part.tax))
    kind = "Invoice" if issued.sign > 0 else "Credit note"
    return _entry(row.issued_on, row.client.name, f"{kind} {row.number}", row.currency, postings)


def _paid(received: Received) -> Entry:
    payment, invoice = received.payment, received.issued.invoice
    amount = int(payment.amount)
    postings = [(BANK if received.is_money else CREDIT, amount), (RECEIVABLE, -amount)]
    told = f"{'Payment' if received.is_money else 'Credit and payment'} of {invoice.number}"
    return _entry(payment.received_on, invoice.client.name, told, invoice.currency, postings)


def _paid_back(entry: CreditEntry) -> Entry:
    postings = [(BANK, int(entry.amount)), (CREDIT, -int(entry.amount))]
    name, told = entry.client.name, "Credit paid back"
    return _entry(entry.moved_on, name, told, str(entry.currency), postings)


def _written_off(made: WriteOff) -> Entry:
    invoice, amount = made.invoice, int(made.amount)
    postings = [(BAD_DEBT, amount), (RECEIVABLE, -amount)]
    told = f"Write-off of {invoice.number}"
    return _entry(made.written_on, invoice.client.name, told, invoice.currency, postings)


def _tax_account(part: TaxPart) -> str:
    """Account names hold letters, digits and dashes: 8.875 % is 8-875."""
    rate = f"{part.rate / 1000:g}".replace(".", "-")
    return f"Liabilities:Tax:{part.category}-{rate}"


def _entry(
    day: date, payee: str, told: str, currency: str, postings: list[tuple[str, int]]
) -> Entry:
    lines = [f"{day} * {_quoted(payee)} {_quoted(told)}"]
    lines += [
        f"  {account}  {to_decimal(minor, currency):f} {currency}"
        for account, minor in postings
        if minor
    ]
    return day, "\n".join([*lines, ""]), [account for account, minor in postings if minor]


def _quoted(text: str) -> str:
    """A string that ends where it should, on one line."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
