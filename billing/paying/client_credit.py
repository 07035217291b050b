"""A client's credit: kept of what was paid too much, used for other invoices, paid back."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from peewee import JOIN, fn

from billing import format
from billing.paying import credit_entries, money_days, payments, withholding
from billing.refusals import N_, Conflict, NothingOwed, NotPositive, Refusal, TooMuch, WrongState
from models import Client, CreditEntry, CreditKind, Invoice, Payment, User, alone, write


class TooLittleCredit(Refusal):
    sentence = N_("Only %(left)s of credit is left.")
    field = "amount"


class NoCredit(Conflict):
    sentence = N_("There is no credit left in the currency of this invoice.")


class NothingToKeep(Conflict):
    sentence = N_("Nothing was paid too much for this invoice.")


@dataclass(frozen=True)
class Standing:
    """A client's credit in one currency: what is left, and all movements, the newest first."""

    currency: str
    left: int
    entries: list[CreditEntry]

    @property
    def taken_back(self) -> set[int]:
        """Movements that a later one took back."""
        return {row.reverses_id for row in self.entries if row.reverses_id is not None}


def of_client(client: Client) -> list[Standing]:
    """A client's credit by currency; empty where there never was any. One query."""
    rows = (
        CreditEntry.select(CreditEntry, Payment, Invoice)
        .join(Payment, JOIN.LEFT_OUTER, on=CreditEntry.payment)
        .join(Invoice, JOIN.LEFT_OUTER)
        .where(CreditEntry.client == client.id)
        .order_by(CreditEntry.currency, CreditEntry.id.desc())
    )
    found = []
    for currency, group in groupby(rows, key=lambda row: str(row.currency)):
        entries = list(group)
        found.append(Standing(currency, sum(int(row.amount) for row in entries), entries))
    return found


def usable(invoice: Invoice) -> int:
    """Minor units of credit that would settle some of an invoice; 0 of what nobody owes."""
    if not payments.is_bill(invoice):
        return 0
    due = payments.payable(invoice)
    left = credit_entries.left(invoice.client_id, str(invoice.currency)) if due else 0
    return min(due, left)


def usable_of(owner: User, limit: int) -> list[tuple[Invoice, int]]:
    """Invoices that are owed by clients with credit in their currency, and how much they have."""
    left = fn.SUM(CreditEntry.amount)
    credits = {
        (client, currency): int(amount)
        for client, currency, amount in CreditEntry.select(
            CreditEntry.client, CreditEntry.currency, left
        )
        .join(Client)
        .where(Client.owner == owner.id)
        .group_by(CreditEntry.client, CreditEntry.currency)
        .having(left > 0)
        .tuples()
    }
    if not credits:
        return []
    owed = Invoice.of(owner).where(
        withholding.is_asked(), Invoice.client.in_({client for client, _currency in credits})
    )
    found = [
        (row, credits[row.client_id, str(row.currency)])
        for row in owed.order_by(Invoice.due_on, Invoice.id)
        if (row.client_id, str(row.currency)) in credits
    ]
    return found[:limit]


def use(invoice: Invoice, amount: int, key: str, day: date, by: User, now: datetime) -> Payment:
    """Settle an invoice with credit of its client. A repeat with the same key does nothing more.

    Refuses NotPositive, WrongState (a draft), NothingOwed, TooMuch, NoCredit, TooLittleCredit.
    """
    if amount <= 0:
        raise NotPositive
    key, currency = f"{invoice.id}:credit:{key}", str(invoice.currency)
    with write(invoice.project):
        again: Payment | None = Payment.get_or_none(Payment.key == key)
        if again is not None:
            return again
        owed = payments.owed(invoice)
        if owed <= 0:
            raise NothingOwed
        if amount > owed:
            raise TooMuch(due=format.money(owed, currency))
        left = credit_entries.left(invoice.client_id, currency)
        if left <= 0:
            raise NoCredit
        if amount > left:
            raise TooLittleCredit(left=format.money(left, currency))
        used = payments.by_credit(invoice, amount, day, key, now)
        payments.told("credit.used", used, by, now)
        payments.settled(used, by, now)
    return used


def keep(invoice: Invoice, key: str, day: date, by: User, now: datetime) -> Payment:
    """Keep what was paid of an invoice before it was credited as credit of the client.

    A repeat with the same key does nothing more. Refuses NothingToKeep.
    """
    key = f"{invoice.id}:keep:{key}"
    with write(invoice.project):
        again: Payment | None = Payment.get_or_none(Payment.key == key)
        if again is not None:
            return again
        too_much = -payments.balance(invoice)
        if too_much <= 0:
            raise NothingToKeep
        kept = payments.by_credit(invoice, -too_much, day, key, now)
        payments.told("credit.kept", kept, by, now)
    return kept


def refund(
    client: Client,
    currency: str,
    amount: int,
    paid_on: date,
    key: str,
    now: datetime,
    reference: str = "",
) -> CreditEntry:
    """Record that credit was paid back to the client. A repeat with the same key is one refund.

    Refuses NotPositive, TooLittleCredit, DayToCome, DayLongPast.
    """
    if amount <= 0:
        raise NotPositive
    key = f"refund:{client.id}:{key}"
    with write():
        alone(credit_entries.LOCK, client.id)
        again: CreditEntry | None = CreditEntry.get_or_none(CreditEntry.key == key)
        if again is not None:
            return again
        left = credit_entries.left(client, currency)
        if amount > left:
            raise TooLittleCredit(left=format.money(left, currency))
        money_days.check(paid_on, money_days.begun(now), "paid_on")
        return credit_entries.add(
            client,
            currency,
            -amount,
            CreditKind.REFUNDED,
            paid_on,
            key,
            now,
            reference=reference.strip(),
        )


def take_back(entry: CreditEntry, by: User, now: datetime) -> CreditEntry:
    """Take back a movement that was a mistake, with the payment that it mirrors. Once only.

    Refuses WrongState for one that takes back another, CreditSpent.
    """
    if entry.reverses_id is not None:
        raise WrongState(state="reversed")
    if entry.payment_id is not None:
        payments.reverse(entry.payment, by, now)
        found: CreditEntry = CreditEntry.get(CreditEntry.reverses == entry.id)
        return found
    with write():
        alone(credit_entries.LOCK, entry.client_id)
        again: CreditEntry | None = CreditEntry.get_or_none(CreditEntry.reverses == entry.id)
        return again or credit_entries.reverse(entry, now)
